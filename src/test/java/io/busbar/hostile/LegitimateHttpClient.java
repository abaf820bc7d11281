package io.busbar.hostile;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Requests a page of the node again and again during an attack. Every request must be answered. It
 * has a thread of its own; any thread may close it.
 */
final class LegitimateHttpClient implements AutoCloseable {
  private final CompletableFuture<Integer> answers = new CompletableFuture<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final HttpRequest request;
  private volatile boolean enough;

  LegitimateHttpClient(int port) {
    request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/eventbus/info"))
            .timeout(Duration.ofSeconds(30))
            .build();
    Thread thread = new Thread(this::ask, "bystander");
    thread.setDaemon(true);
    thread.start();
  }

  private void ask() {
    try {
      int count = 0;
      do {
        int status = http.send(request, BodyHandlers.discarding()).statusCode();
        if (status != 200) {
          throw new IOException("answered " + status);
        }
        count++;
      } while (!enough);
      answers.complete(count);
    } catch (IOException | InterruptedException e) {
      answers.completeExceptionally(e);
    }
  }

  /** Stops the requests. Fails if one of them had no answer. */
  @Override
  public void close() {
    enough = true;
    answers.join();
  }
}
