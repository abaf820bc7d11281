package io.busbar.command;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * An HTTP client of a node's admin port, with the options that every such command has. Used by the
 * thread of the command.
 */
final class AdminClient {
  private static final String VARIABLE = "BUSBAR_ADMIN_TOKEN";
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  @Option(
      names = "--node",
      paramLabel = "URL",
      description = "The admin port of the node: ${DEFAULT-VALUE} without it.",
      defaultValue = "http://127.0.0.1:8081")
  private URI node;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Has admin.token; without it the variable " + VARIABLE + " does.")
  private @Nullable Path tokenFile;

  /** A failure that the command prints. Its message is for people. */
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    Failure(String words) {
      super(words);
    }
  }

  /**
   * Sends a request and returns the answer of the node. It blocks. An error answer is thrown as a
   * {@link Failure} with its text.
   */
  JsonObject ask(String method, String path, BodyPublisher body)
      throws Failure, IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri(path))
            .timeout(TIMEOUT)
            .header("Authorization", "Bearer " + token())
            .method(method, body)
            .build();
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
      return read(answer);
    } catch (ConnectException e) {
      throw new Failure("nobody answers at " + node);
    }
  }

  JsonObject ask(String method, String path) throws Failure, IOException, InterruptedException {
    return ask(method, path, BodyPublishers.noBody());
  }

  private URI uri(String path) throws Failure {
    try {
      return URI.create(node.toString().replaceAll("/+$", "") + path);
    } catch (IllegalArgumentException e) {
      throw new Failure("--node must be a URL like http://127.0.0.1:8081, not " + node);
    }
  }

  private String token() throws Failure, IOException {
    String token =
        tokenFile == null ? System.getenv(VARIABLE) : Files.readString(tokenFile).strip();
    if (token == null || token.isBlank()) {
      throw new Failure("no token: " + VARIABLE + " must be set, or --token-file name a file");
    }
    return token;
  }

  private static JsonObject read(HttpResponse<String> answer) throws Failure {
    JsonObject json;
    try {
      json = new JsonObject(answer.body());
    } catch (DecodeException e) {
      throw new Failure("the node answered " + answer.statusCode() + ", and no JSON");
    }
    if (answer.statusCode() == 200) {
      return json;
    }
    throw new Failure(json.getString("error", "the node answered " + answer.statusCode()));
  }
}
