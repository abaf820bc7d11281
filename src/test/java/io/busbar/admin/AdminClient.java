package io.busbar.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** An HTTP client of an admin port, which works as curl does. Any thread may use it. */
final class AdminClient {
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI root;

  AdminClient(int port) {
    this.root = URI.create("http://127.0.0.1:" + port);
  }

  /**
   * Sends a request and returns the response.
   *
   * @param body null for none
   * @param headers names and values in turn
   */
  HttpResponse<String> ask(String method, String path, String body, String... headers) {
    return send(method, path, body == null ? null : body.getBytes(UTF_8), headers);
  }

  HttpResponse<String> send(String method, String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(root.resolve(path))
            .timeout(Duration.ofSeconds(30))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> get(String path, String... headers) {
    return ask("GET", path, null, headers);
  }

  HttpResponse<String> post(String path, String type, String body) {
    return ask("POST", path, body, "Content-Type", type);
  }
}
