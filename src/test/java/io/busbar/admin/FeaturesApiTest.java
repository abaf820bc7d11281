package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.deploy.FeatureJars;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Features are deployed and undeployed by the admin port, as openapi.yaml says. */
final class FeaturesApiTest {
  private static final String TOKEN = "a-token-of-16-or-more";

  @TempDir static Path folder;

  private static TestGateway gateway;
  private static ContractClient admin;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "deploy.enabled=true",
            "deploy.size=1MiB",
            "admin.token=" + TOKEN,
            "data=" + folder.resolve("data"));
    admin = new ContractClient(gateway);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static JsonObject ask(int status, String method, String path, byte[] body) {
    return admin.sent(
        status, method, "/api/features" + path, body, "Authorization", "Bearer " + TOKEN);
  }

  private static String refusal(int status, String query, byte[] body) {
    return ask(status, "POST", query, body).getString("error");
  }

  private static byte[] bytes(Path jar) throws IOException {
    return Files.readAllBytes(jar);
  }

  @Test
  void featuresOfTheConfigurationAreListedApart() {
    JsonObject echo =
        new JsonObject().put("verticle", "io.busbar.feature.EchoVerticle").put("instances", 1);
    assertThat(ask(200, "GET", "", null).getJsonArray("configured")).contains(echo);
  }

  @Test
  void featuresAreDeployedReplacedAndUndeployed() throws IOException {
    FeatureJars jars = new FeatureJars(folder);
    assertThat(ask(200, "GET", "", null).getJsonArray("features")).isEmpty();
    JsonObject first =
        ask(200, "POST", "?name=survey&config=title:%20Lunch%3F", bytes(jars.poll("1", 0)));
    assertThat(first.getString("name")).isEqualTo("survey");
    assertThat(first.containsKey("replaced")).isFalse();
    JsonObject second = ask(200, "POST", "?name=survey", bytes(jars.poll("2", 0)));
    assertThat(second.getString("replaced")).isEqualTo("1");
    assertThat(second.getJsonArray("addresses")).containsExactly("poll");
    JsonObject listed = ask(200, "GET", "", null).getJsonArray("features").getJsonObject(0);
    assertThat(listed.getString("version")).isEqualTo("2");

    Path broken =
        jars.of(
            "{name: survey, verticle: example.Broken}",
            Map.of(
                "example.Broken",
                "package example; public final class Broken extends io.vertx.core.VerticleBase {"
                    + " public Broken() { throw new IllegalStateException(\"no\"); } }"));
    assertThat(refusal(409, "", bytes(broken))).startsWith("example.Broken cannot be made");
    assertThat(refusal(422, "", "no jar".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo("the archive is no jar");
    assertThat(refusal(422, "?name=a/b", bytes(jars.poll("3", 0)))).startsWith("name must be");
    assertThat(refusal(422, "?config=%5B", bytes(jars.poll("3", 0)))).startsWith("config");
    assertThat(refusal(413, "", new byte[(1 << 20) + 1]))
        .isEqualTo("the archive is larger than deploy.size");
    assertThat(ask(200, "GET", "", null).getJsonArray("features")).hasSize(1);

    assertThat(ask(200, "DELETE", "/survey", null).getString("undeployed")).isEqualTo("survey");
    assertThat(ask(404, "DELETE", "/survey", null).getString("error")).startsWith("no feature");
    admin.allWereAsked(path -> path.startsWith("/api/features"));
  }
}
