package io.busbar.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Semaphore;

/**
 * The polling of a test client: requests one after another, each for the server's next messages. A
 * thread of its own polls; any thread may use the other methods.
 */
final class HttpPoller {
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Semaphore mayRead = new Semaphore(1);
  private final HttpRequest request;
  private final Answers answers;
  private final Thread thread = new Thread(this::poll, "poller");
  private volatile boolean stopped;
  private volatile InputStream current;

  /** The reader of responses. Called on the polling thread. */
  interface Answers {
    /** Reads a response; returns whether another request follows. */
    boolean read(int status, InputStream body) throws IOException, InterruptedException;
  }

  /**
   * @param request the request, the same each time
   */
  HttpPoller(HttpRequest request, Answers answers) {
    this.request = request;
    this.answers = answers;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void poll() {
    boolean goesOn = true;
    while (goesOn && !stopped) {
      try {
        pass();
        HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
          current = body;
          goesOn = answers.read(response.statusCode(), body);
        }
      } catch (IOException e) {
        goesOn = !stopped;
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Waits while reading is stopped. */
  void pass() throws InterruptedException {
    mayRead.acquire();
    mayRead.release();
  }

  void stopReading() {
    mayRead.acquireUninterruptibly();
  }

  void readAgain() {
    mayRead.release();
  }

  boolean isStopped() {
    return stopped;
  }

  void stop() {
    stopped = true;
    thread.interrupt();
  }

  /** Closes the response that is being read. */
  void cut() {
    InputStream body = current;
    if (body != null) {
      try {
        body.close();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * Sends one upload; the caller waits, because no protocol keeps the order of parallel uploads.
   */
  void upload(String uri, String body, int expected) {
    HttpRequest upload =
        HttpRequest.newBuilder(URI.create(uri)).POST(BodyPublishers.ofString(body)).build();
    try {
      int status = http.send(upload, BodyHandlers.discarding()).statusCode();
      if (status != expected) {
        throw new AssertionError(uri + " answered " + status);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
