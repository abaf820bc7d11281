package io.busbar.protocol;

import io.vertx.core.json.JsonArray;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** SockJS over xhr or xhr_streaming: one request after the other, in a thread of its own. */
public final class SockJsHttpPipe extends SockJsPipe {
  private final String base;
  private final String transport;
  private final HttpPoller poller;

  private SockJsHttpPipe(String base, String transport) {
    this.base = base;
    this.transport = transport;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/" + transport))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    this.poller = new HttpPoller(request, this::read);
  }

  /**
   * Opens a new session.
   *
   * @param transport xhr or xhr_streaming
   */
  public static SockJsHttpPipe connect(int port, String transport) {
    return new SockJsHttpPipe("http://127.0.0.1:" + port + session(), transport);
  }

  @Override
  public void receiver(Consumer<String> receiver) {
    super.receiver(receiver);
    poller.start();
    waitUntilOpen();
  }

  private boolean read(int status, InputStream body) throws IOException, InterruptedException {
    boolean goesOn = status == 200;
    BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    String line = lines.readLine();
    while (goesOn && line != null && !poller.isStopped()) {
      goesOn = frame(line);
      poller.pass();
      line = goesOn ? lines.readLine() : null;
    }
    return goesOn;
  }

  @Override
  public void send(String message) {
    poller.upload(base + "/xhr_send", new JsonArray().add(message).encode(), 204);
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
    if (transport.equals("xhr_streaming")) {
      poller.cut();
    }
  }

  @Override
  public void close() {
    poller.stop();
  }
}
