package io.busbar.protocol;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A connection for the packets of Engine.IO 4 by polling. Used by the test's thread; a thread of
 * its own polls.
 */
public final class EnginePollingPipe implements MessagePipe {
  private static final long SECONDS = 20;
  private static final String SEPARATOR = "\u001e";
  private static final String CLOSE = "1";

  private final String url;
  private final HttpPoller poller;
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
  private volatile Consumer<String> receiver;

  private EnginePollingPipe(String url) {
    this.url = url;
    this.poller = new HttpPoller(HttpRequest.newBuilder(URI.create(url)).build(), this::read);
  }

  /** Opens a new session. */
  public static EnginePollingPipe connect(int port) {
    String url = "http://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=polling";
    HttpRequest handshake = HttpRequest.newBuilder(URI.create(url)).build();
    try {
      String open = HttpClient.newHttpClient().send(handshake, BodyHandlers.ofString()).body();
      return new EnginePollingPipe(
          url + "&sid=" + new JsonObject(open.substring(1)).getString("sid"));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void receiver(Consumer<String> newReceiver) {
    receiver = newReceiver;
    poller.start();
  }

  private boolean read(int status, InputStream body) throws IOException, InterruptedException {
    poller.pass();
    String payload = new String(body.readAllBytes(), StandardCharsets.UTF_8);
    if (status != 200) {
      return false;
    }
    for (String packet : payload.split(SEPARATOR)) {
      if (packet.equals(CLOSE)) {
        closeCode.complete(NO_CODE);
        return false;
      }
      receiver.accept(packet);
    }
    return true;
  }

  @Override
  public void send(String packet) {
    poller.upload(url, packet, 200);
  }

  @Override
  public void stopReading() {
    poller.stopReading();
  }

  @Override
  public void readAgain() {
    poller.readAgain();
  }

  @Override
  public void die() {
    poller.stop();
  }

  /** A close packet has no code. */
  @Override
  public int closeCodeFor(int code) {
    return NO_CODE;
  }

  @Override
  public int closeCode() {
    return closeCode.orTimeout(SECONDS, TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    poller.stop();
  }
}
