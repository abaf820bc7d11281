package io.busbar.protocol;

import io.vertx.core.json.JsonArray;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/** SockJS over xhr or xhr_streaming: one request after the other, in a thread of its own. */
public final class SockJsHttpPipe extends SockJsPipe {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String base;
  private final String transport;
  private final Semaphore mayRead = new Semaphore(1);
  private final Thread poller = new Thread(this::poll, "sockjs-poller");
  private volatile boolean dead;
  private volatile InputStream current;

  private SockJsHttpPipe(String base, String transport) {
    this.base = base;
    this.transport = transport;
  }

  /**
   * A new session.
   *
   * @param transport xhr or xhr_streaming
   */
  public static SockJsHttpPipe connect(int port, String transport) {
    return new SockJsHttpPipe("http://127.0.0.1:" + port + session(), transport);
  }

  @Override
  public void receiver(Consumer<String> receiver) {
    super.receiver(receiver);
    poller.setDaemon(true);
    poller.start();
    waitUntilOpen();
  }

  private void poll() {
    boolean goesOn = true;
    while (goesOn && !dead) {
      try {
        goesOn = pollOnce();
      } catch (IOException e) {
        goesOn = !dead;
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private boolean pollOnce() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/" + transport))
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    pass();
    HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
    current = response.body();
    boolean goesOn = response.statusCode() == 200;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(current, StandardCharsets.UTF_8))) {
      String line = lines.readLine();
      while (goesOn && line != null && !dead) {
        goesOn = frame(line);
        pass();
        line = goesOn ? lines.readLine() : null;
      }
    }
    return goesOn;
  }

  private void pass() throws InterruptedException {
    mayRead.acquire();
    mayRead.release();
  }

  /** One request after the other: SockJS promises order only so. */
  @Override
  public void send(String message) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + "/xhr_send"))
            .POST(HttpRequest.BodyPublishers.ofString(new JsonArray().add(message).encode()))
            .build();
    try {
      int status = http.send(request, BodyHandlers.discarding()).statusCode();
      if (status != 204) {
        throw new AssertionError("xhr_send answered " + status);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void stopReading() {
    mayRead.acquireUninterruptibly();
  }

  @Override
  public void readAgain() {
    mayRead.release();
  }

  @Override
  public void die() {
    dead = true;
    poller.interrupt();
    InputStream body = current;
    if (body != null && transport.equals("xhr_streaming")) {
      try {
        body.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Override
  public void close() {
    dead = true;
    poller.interrupt();
  }
}
