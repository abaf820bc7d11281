package io.busbar.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.TestJvm;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that deploy features, as somebody types them, and the API behind them. */
final class DeployIT {
  private static final String TOKEN = "a-token-of-16-or-more";

  @TempDir Path folder;

  private FeatureJars jars;

  @BeforeEach
  void makeJars() {
    jars = new FeatureJars(folder);
  }

  private BusbarProcess node(String... more) {
    BusbarProcess.Options options =
        BusbarProcess.options()
            .set("deploy.enabled", true)
            .set("deploy.size", "1MiB")
            .set("admin.token", TOKEN)
            .set("data", folder.resolve("data"))
            .set("permissions", "[{address: poll, allow: [send]}]");
    for (String setting : more) {
      options.arguments("--set", setting);
    }
    return options.start();
  }

  /** What a command says, with its exit code first. */
  private String run(BusbarProcess node, String token, String... command) throws Exception {
    List<String> line = new ArrayList<>(List.of(TestJvm.java(), "-jar"));
    line.add(Path.of(System.getProperty("busbar.jar", "target/busbar.jar")).toString());
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

  /** The version that answers a client of the event-bus bridge. */
  private static String ask(BusbarProcess node) {
    CompletableFuture<String> heard = new CompletableFuture<>();
    WebSocket.Listener first =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            heard.complete(data.toString());
            return null;
          }
        };
    URI url = URI.create("ws://127.0.0.1:" + node.httpPort() + "/eventbus/websocket");
    WebSocket socket =
        HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(url, first).join();
    JsonObject question =
        new JsonObject()
            .put("type", "send")
            .put("address", "poll")
            .put("body", "?")
            .put("replyAddress", "answer");
    socket.sendText(question.encode(), true);
    JsonObject answer = new JsonObject(heard.orTimeout(20, TimeUnit.SECONDS).join());
    socket.abort();
    return answer.getJsonObject("body").getString("version");
  }

  @Test
  void commandsDeployReplaceListAndTakeAway() throws Exception {
    Path first = jars.poll("1", 0);
    try (BusbarProcess node = node()) {
      assertThat(run(node, TOKEN, "features")).isEqualTo("0 ");
      assertThat(run(node, TOKEN, "deploy", first.toString())).isEqualTo("0 poll 1 runs");
      assertThat(ask(node)).isEqualTo("1");
      assertThat(run(node, TOKEN, "deploy", jars.poll("2", 0).toString()))
          .isEqualTo("0 poll 2 runs, in the place of 1");
      assertThat(ask(node)).isEqualTo("2");
      assertThat(run(node, TOKEN, "features"))
          .startsWith("0 poll 2  since ")
          .endsWith("example.Poll  poll");
    }
    try (BusbarProcess again = node()) {
      assertThat(ask(again)).as("after a restart").isEqualTo("2");
      assertThat(run(again, TOKEN, "undeploy", "poll")).isEqualTo("0 poll runs no more");
      assertThat(run(again, TOKEN, "features")).isEqualTo("0 ");
    }
  }

  @Test
  void whatCannotBeIsSaidInOneLine() throws Exception {
    Path text = Files.writeString(folder.resolve("text.jar"), "no jar");
    Path token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    try (BusbarProcess node = node()) {
      assertThat(run(node, null, "features"))
          .startsWith("2 busbar: no token: BUSBAR_ADMIN_TOKEN must be set");
      assertThat(run(node, null, "features", "--token-file", token.toString())).isEqualTo("0 ");
      assertThat(run(node, "another-token-0123", "features"))
          .startsWith("2 busbar: admin.token must be shown");
      assertThat(run(node, TOKEN, "deploy", text.toString()))
          .isEqualTo("2 busbar: the archive is no jar");
      assertThat(run(node, TOKEN, "deploy", folder.resolve("none.jar").toString()))
          .endsWith("none.jar cannot be read");
      assertThat(run(node, TOKEN, "undeploy", "poll"))
          .isEqualTo("2 busbar: no feature of that name was deployed");
      assertThat(post(node, TOKEN, new byte[(1 << 20) + 1]).statusCode()).isEqualTo(413);
      HttpResponse<String> unsigned = post(node, "wrong", Files.readAllBytes(jars.poll("1", 0)));
      assertThat(unsigned.statusCode()).isEqualTo(401);
      assertThat(run(node, TOKEN, "features")).isEqualTo("0 ");
    }
  }

  @Test
  void nobodyDeploysWhereThatIsOff() throws Exception {
    try (BusbarProcess node = node("deploy.enabled=false")) {
      byte[] jar = Files.readAllBytes(jars.poll("1", 0));
      assertThat(post(node, TOKEN, jar).statusCode()).isEqualTo(404);
      assertThat(folder.resolve("data").resolve("features")).doesNotExist();
    }
  }

  private static HttpResponse<String> post(BusbarProcess node, String token, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(node.admin() + "/api/features"))
            .header("Authorization", "Bearer " + token)
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertThat(new JsonObject(answer.body()).getString("error")).isNotEmpty();
    return answer;
  }

  @Test
  void nothingIsLeftBehind() throws Exception {
    try (BusbarProcess node = node("deploy.drain=0s")) {
      run(node, TOKEN, "deploy", jars.poll("1", 0).toString());
      run(node, TOKEN, "undeploy", "poll");
      Path features = folder.resolve("data").resolve("features");
      await()
          .until(
              () -> {
                try (Stream<Path> left = Files.list(features)) {
                  return left.findAny().isEmpty();
                }
              });
    }
  }
}
