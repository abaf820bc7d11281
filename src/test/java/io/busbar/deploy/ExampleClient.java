package io.busbar.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A WebSocket client of a service endpoint or of the bridge. Used by the thread of the test. */
final class ExampleClient implements AutoCloseable, WebSocket.Listener {
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final StringBuilder message = new StringBuilder();
  private final WebSocket socket;
  private int questions;

  ExampleClient(BusbarProcess node, String path) {
    URI url = URI.create("ws://127.0.0.1:" + node.httpPort() + path);
    socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(url, this).join();
  }

  static ExampleClient bridge(BusbarProcess node) {
    return new ExampleClient(node, "/eventbus/websocket");
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    message.append(data);
    if (last) {
      received.add(message.toString());
      message.setLength(0);
    }
    from.request(1);
    return null;
  }

  void say(String text) {
    socket.sendText(text, true).join();
  }

  /** Waits for the next message. */
  String hears() throws InterruptedException {
    String next = received.poll(30, TimeUnit.SECONDS);
    assertThat(next).as("a message in time").isNotNull();
    return next;
  }

  JsonObject hearsJson() throws InterruptedException {
    return new JsonObject(hears());
  }

  /** Registers at an address, as a client of the bridge. */
  void listens(String address) throws InterruptedException {
    say(new JsonObject().put("type", "register").put("address", address).encode());
    // requests are answered in order, so this answer proves the registration
    assertThat(asks("example.echo", "there?").getString("body")).isEqualTo("there?");
  }

  /**
   * Sends a request, as a client of the bridge, and returns the next message. That is the answer if
   * no other message comes first.
   */
  JsonObject asks(String address, Object body) throws InterruptedException {
    String reply = "answer-" + ++questions;
    JsonObject question =
        new JsonObject()
            .put("type", "send")
            .put("address", address)
            .put("body", body)
            .put("replyAddress", reply);
    say(question.encode());
    return hearsJson();
  }

  @Override
  public void close() {
    socket.abort();
  }
}
