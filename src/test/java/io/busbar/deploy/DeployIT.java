package io.busbar.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the commands that deploy features, as people type them, and the API behind them. */
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

  @Test
  void commandsDeployReplaceListAndUndeploy() throws Exception {
    Path first = jars.poll("1", 0);
    try (BusbarProcess node = node()) {
      assertThat(FeatureClient.run(node, TOKEN, "features")).isEqualTo("0 ");
      assertThat(FeatureClient.run(node, TOKEN, "deploy", first.toString()))
          .isEqualTo("0 poll 1 runs");
      assertThat(FeatureClient.version(node)).isEqualTo("1");
      assertThat(FeatureClient.run(node, TOKEN, "deploy", jars.poll("2", 0).toString()))
          .isEqualTo("0 poll 2 runs, in the place of 1");
      assertThat(FeatureClient.version(node)).isEqualTo("2");
      assertThat(FeatureClient.run(node, TOKEN, "features"))
          .startsWith("0 NAME  VERSION  NODE")
          .contains("poll  2        -     node   running")
          .endsWith("  2         0       poll");
    }
    try (BusbarProcess again = node()) {
      assertThat(FeatureClient.version(again)).as("after a restart").isEqualTo("2");
      assertThat(FeatureClient.run(again, TOKEN, "undeploy", "poll"))
          .isEqualTo("0 poll runs no more");
      assertThat(FeatureClient.run(again, TOKEN, "features")).isEqualTo("0 ");
    }
  }

  @Test
  void invalidCommandIsAOneLineError() throws Exception {
    Path text = Files.writeString(folder.resolve("text.jar"), "no jar");
    Path token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
    try (BusbarProcess node = node()) {
      assertThat(FeatureClient.run(node, null, "features"))
          .startsWith("2 busbar: no token: BUSBAR_ADMIN_TOKEN must be set");
      assertThat(FeatureClient.run(node, null, "features", "--token-file", token.toString()))
          .isEqualTo("0 ");
      assertThat(FeatureClient.run(node, "another-token-0123", "features"))
          .startsWith("2 busbar: admin.token must be shown");
      assertThat(FeatureClient.run(node, TOKEN, "deploy", text.toString()))
          .isEqualTo("2 busbar: the archive is no jar");
      assertThat(FeatureClient.run(node, TOKEN, "deploy", folder.resolve("none.jar").toString()))
          .endsWith("none.jar cannot be read");
      assertThat(FeatureClient.run(node, TOKEN, "undeploy", "poll"))
          .isEqualTo("2 busbar: no feature of that name was deployed");
      assertThat(post(node, TOKEN, new byte[(1 << 20) + 1]).statusCode()).isEqualTo(413);
      HttpResponse<String> unsigned = post(node, "wrong", Files.readAllBytes(jars.poll("1", 0)));
      assertThat(unsigned.statusCode()).isEqualTo(401);
      assertThat(FeatureClient.run(node, TOKEN, "features")).isEqualTo("0 ");
    }
  }

  @Test
  void deploymentIsRefusedWhenItIsOff() throws Exception {
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
  void undeployedFeatureLeavesNoFiles() throws Exception {
    try (BusbarProcess node = node("deploy.drain=0s")) {
      FeatureClient.run(node, TOKEN, "deploy", jars.poll("1", 0).toString());
      FeatureClient.run(node, TOKEN, "undeploy", "poll");
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
