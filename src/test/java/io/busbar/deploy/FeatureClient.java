package io.busbar.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.busbar.BusbarProcess;
import io.busbar.TestJvm;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Deploys features by the commands of the jar, and sends requests to them over the bridge. Any
 * thread may use it.
 */
public final class FeatureClient {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private FeatureClient() {}

  /** Runs a command, and returns its exit code and its output. */
  public static String run(BusbarProcess node, String token, String... command) throws Exception {
    List<String> line = new ArrayList<>(TestJvm.command());
    line.addAll(Arrays.asList(command));
    line.addAll(List.of("--node", node.admin().toString()));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("BUSBAR_"));
    if (token != null) {
      builder.environment().put("BUSBAR_ADMIN_TOKEN", token);
    }
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    return process.waitFor() + " " + said;
  }

  /**
   * Returns the features as the admin port lists them. It starts no JVM, unlike the command {@code
   * features}.
   */
  public static List<JsonObject> list(BusbarProcess node, String token) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(node.admin().resolve("/api/features"))
            .header("Authorization", "Bearer " + token)
            .build();
    String answer = HTTP.send(request, BodyHandlers.ofString()).body();
    return new JsonObject(answer)
        .getJsonArray("features").stream().map(JsonObject.class::cast).toList();
  }

  /** Returns the version of the feature that answers a client of the bridge. */
  public static String version(BusbarProcess node) {
    return ask(node).getJsonObject("body", new JsonObject()).getString("version");
  }

  /** Returns the message of the bridge that answers a request to {@code poll}. */
  public static JsonObject ask(BusbarProcess node) {
    CompletableFuture<String> received = new CompletableFuture<>();
    WebSocket.Listener first =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            received.complete(data.toString());
            return null;
          }
        };
    URI url = URI.create("ws://127.0.0.1:" + node.httpPort() + "/eventbus/websocket");
    WebSocket socket = HTTP.newWebSocketBuilder().buildAsync(url, first).join();
    JsonObject question =
        new JsonObject()
            .put("type", "send")
            .put("address", "poll")
            .put("body", "?")
            .put("replyAddress", "answer");
    socket.sendText(question.encode(), true);
    JsonObject answer = new JsonObject(received.orTimeout(20, TimeUnit.SECONDS).join());
    socket.abort();
    return answer;
  }
}
