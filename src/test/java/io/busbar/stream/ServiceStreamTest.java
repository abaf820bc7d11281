package io.busbar.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.protocol.WebSocketPipe;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests that a client of a service endpoint names its position in the channel's stream in its URL.
 */
final class ServiceStreamTest {
  private final List<WebSocketPipe> pipes = new ArrayList<>();
  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway =
        TestGateway.start(
            "services=[{path: /feed, address: echo, channel: feed.all}, {path: /plain, address: echo,"
                + " channel: plain.all}]",
            "channels=[{address: feed.all, history: {messages: 5}}]");
    for (int i = 1; i <= 8; i++) {
      gateway.bus().publish("feed.all", "n" + i);
    }
    assertThat(receive("?since=next", 1).get(0)).contains("\"offset\":8");
  }

  @AfterEach
  void stop() {
    pipes.forEach(WebSocketPipe::close);
    gateway.close();
  }

  private LinkedBlockingQueue<String> open(String path) {
    LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
    WebSocketPipe pipe = WebSocketPipe.connect(gateway.httpPort(), path);
    pipe.receiver(received::add);
    pipes.add(pipe);
    return received;
  }

  private List<String> receive(String query, int count) {
    return take(open("/feed" + query), count);
  }

  private static List<String> take(LinkedBlockingQueue<String> received, int count) {
    List<String> all = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        String next = received.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("a message in time").isNotNull();
        all.add(next);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return all;
  }

  @Test
  void clientReceivesMissedMessagesAndTheirOffsets() {
    List<String> first = receive("?since=first", 6);
    JsonObject start = new JsonObject(first.get(0));
    assertThat(start.getLong("offset")).isEqualTo(3);
    assertThat(start.getBoolean("recovered")).isTrue();
    JsonObject last = new JsonObject(first.get(5));
    assertThat(last.getString("body")).isEqualTo("n8");
    assertThat(last.getLong("offset")).isEqualTo(8);
    String since = "?since=" + last.getString("epoch") + ":6";
    List<String> back = receive(since, 3);
    assertThat(new JsonObject(back.get(0)).getBoolean("recovered")).isTrue();
    assertThat(new JsonObject(back.get(1)).getString("body")).isEqualTo("n7");
    assertThat(new JsonObject(receive("?since=last", 2).get(1)).getString("body")).isEqualTo("n8");
    assertThat(new JsonObject(receive("?since=5", 2).get(1)).getString("body")).isEqualTo("n5");
    String late = receive("?since=" + last.getString("epoch") + ":1", 1).get(0);
    assertThat(new JsonObject(late).getString("reason")).isEqualTo("too far behind");
  }

  @Test
  void clientWithoutSinceReceivesPlainMessages() {
    LinkedBlockingQueue<String> received = open("/feed");
    WebSocketPipe pipe = pipes.get(pipes.size() - 1);
    pipe.send("settled");
    assertThat(take(received, 1)).containsExactly("settled");
    gateway.bus().publish("feed.all", "plain");
    assertThat(take(received, 1)).containsExactly("plain");
  }

  @Test
  void invalidSinceIsRefused() {
    assertThat(receive("?since=yesterday", 1).get(0)).contains("since is first, last, next");
    assertThat(pipes.get(pipes.size() - 1).closeCode()).isEqualTo(1002);
  }

  @Test
  void missingHistoryIsReported() {
    assertThat(take(open("/plain?since=first"), 1).get(0)).contains("no history");
  }
}
