package io.busbar.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.config.DeployConfig;
import io.busbar.config.ScriptConfig;
import io.busbar.config.Size;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests features that are deployed, replaced and undeployed while the node runs. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class DeploymentsTest {
  private static final Map<String, String> NOTHING =
      Map.of("example.Nothing", "package example; final class Nothing {}");

  @TempDir Path folder;

  private final Vertx vertx = Vertx.vertx();
  private FeatureJars jars;
  private Deployments deployments;

  @BeforeEach
  void start() {
    jars = new FeatureJars(folder);
    deployments = deployments(Duration.ofSeconds(2));
  }

  @AfterEach
  void stop() {
    done(vertx.close());
  }

  private Deployments deployments(Duration drain) {
    return deployments(vertx, drain);
  }

  private Deployments deployments(Vertx vertx, Duration drain) {
    ScriptConfig scripts = new ScriptConfig(Duration.ofSeconds(2), Size.ofMiB(64));
    DeployConfig config = new DeployConfig(true, "", Size.ofMiB(1), drain, scripts);
    FeatureStore store = new FeatureStore(folder.resolve("features"));
    return Deployments.alone(vertx, config, store, FeatureHost.ofVerticlesOnly());
  }

  private static Deployments.DeployOptions options(String name, String config) {
    return new Deployments.DeployOptions(name, config, false, "a test");
  }

  private List<JsonObject> list(Deployments those) {
    return done(those.list()).getJsonArray("features").stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  private static <T> T done(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  private JsonObject deploy(Path jar) {
    return done(deployments.deploy(jar, options(null, null)));
  }

  private JsonObject ask(Object question) {
    return done(vertx.eventBus().<JsonObject>request("poll", question)).body();
  }

  private String refusal(Path jar) {
    try {
      deploy(jar);
      return "deployed";
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(FeatureException.class);
      return e.getCause().getMessage();
    }
  }

  @Test
  void featureIsDeployedAndUndeployed() {
    JsonObject running = deploy(jars.poll("1", 0));
    assertThat(running.getString("name")).isEqualTo("poll");
    assertThat(running.getString("version")).isEqualTo("1");
    assertThat(running.getJsonArray("addresses")).containsExactly("poll");
    assertThat(ask("?").getString("version")).isEqualTo("1");
    assertThat(list(deployments)).hasSize(1);
    assertThat(done(deployments.undeploy("poll", "a test"))).isTrue();
    assertThat(list(deployments)).isEmpty();
    assertThatThrownBy(() -> ask("?")).hasCauseInstanceOf(ReplyException.class);
    assertThat(done(deployments.undeploy("poll", "a test"))).isFalse();
  }

  @Tag("long")
  @Test
  void eachRequestIsAnsweredOnceDuringRedeployments() throws Exception {
    deploy(jars.poll("0", 20));
    List<Future<JsonObject>> answers = new ArrayList<>();
    List<Path> versions =
        IntStream.rangeClosed(1, 20).mapToObj(version -> jars.poll("" + version, 20)).toList();
    int question = 0;
    for (Path version : versions) {
      Future<JsonObject> deployed = deployments.deploy(version, options(null, null));
      do {
        for (int i = 0; i < 20; i++) {
          answers.add(vertx.eventBus().<JsonObject>request("poll", question++).map(m -> m.body()));
        }
        Thread.onSpinWait();
      } while (!deployed.isComplete() && answers.size() < 200_000);
      done(deployed);
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(done(answers.get(i)).getInteger("question")).isEqualTo(i);
    }
    assertThat(ask("?").getString("version")).isEqualTo("20");
    assertThat(answers).hasSizeGreaterThan(400);
  }

  @Test
  void undeployedFeatureAnswersPendingRequests() {
    deploy(jars.poll("1", 300));
    Future<JsonObject> asked =
        vertx.eventBus().<JsonObject>request("poll", "late").map(answer -> answer.body());
    assertThat(done(deployments.undeploy("poll", "a test"))).isTrue();
    assertThat(done(asked).getString("question")).isEqualTo("late");
  }

  @Test
  void failingVersionKeepsThePreviousOne() {
    deploy(jars.poll("1", 0));
    Path broken = jars.broken("{name: poll, version: '2', verticle: example.Broken}");
    assertThat(refusal(broken)).isEqualTo("it did not start: no database");
    assertThat(ask("?").getString("version")).isEqualTo("1");
    assertThat(list(deployments).get(0).getString("version")).isEqualTo("1");
  }

  @Test
  void invalidFeatureIsAClearError() throws Exception {
    Path text = Files.writeString(folder.resolve("text.jar"), "no jar");
    assertThat(refusal(text)).isEqualTo("the archive is no jar");
    assertThat(refusal(jars.of(null, NOTHING)))
        .isEqualTo("the archive has no META-INF/busbar.yaml");
    assertThat(refusal(jars.of("name: poll", NOTHING))).contains("verticle is missing");
    assertThat(refusal(jars.of("name: ../poll\nverticle: A", NOTHING))).contains("name must be");
    assertThat(refusal(jars.of("{name: poll, verticle: A, more: 1}", NOTHING))).contains("more");
    assertThat(refusal(jars.of("{name: poll, verticle: example.None}", NOTHING)))
        .isEqualTo("the archive has no class example.None");
    Path other =
        jars.of(
            "{name: poll, verticle: example.Other}",
            Map.of("example.Other", "package example; public final class Other {}"));
    assertThat(refusal(other)).isEqualTo("example.Other is not a verticle");
    assertThat(list(deployments)).isEmpty();
    try (Stream<Path> kept = Files.list(folder.resolve("features"))) {
      assertThat(kept).isEmpty();
    }
  }

  @Test
  void pagesAreBounded() {
    String[] files = new String[2_002];
    for (int i = 0; i < files.length; i += 2) {
      files[i] = "webroot/" + i;
      files[i + 1] = "page";
    }
    assertThat(refusal(jars.poll("1", 0, "", files)))
        .isEqualTo("there is more in webroot/ than 16 MiB or 1000 files");
    assertThat(list(deployments)).isEmpty();
  }

  @Test
  void deploymentMaySetNameAndConfiguration() {
    JsonObject running =
        done(deployments.deploy(jars.poll("1", 0), options("survey", "title: Lunch?")));
    assertThat(running.getString("name")).isEqualTo("survey");
    assertThat(ask("?").getString("title")).isEqualTo("Lunch?");
  }

  @Test
  void restartedNodeHasItsFeatures() {
    done(deployments.deploy(jars.poll("7", 0), options("survey", "title: Lunch?")));
    Vertx next = Vertx.vertx();
    try {
      Deployments again = deployments(next, Duration.ZERO);
      done(again.start());
      assertThat(list(again).get(0).getString("name")).isEqualTo("survey");
      JsonObject answer = done(next.eventBus().<JsonObject>request("poll", "?")).body();
      assertThat(answer.getString("version")).isEqualTo("7");
      assertThat(answer.getString("title")).isEqualTo("Lunch?");
    } finally {
      done(next.close());
    }
  }

  @Test
  void featureCannotSeeTheGatewaysLibraries() {
    Path curious =
        jars.of(
            "{name: curious, verticle: example.Curious}",
            Map.of(
                "example.Curious",
                """
                package example;

                public final class Curious extends io.vertx.core.VerticleBase {
                  @Override
                  public io.vertx.core.Future<?> start() throws Exception {
                    for (String name : new String[] {"io.busbar.Busbar", "org.yaml.snakeyaml.Yaml"}) {
                      try {
                        Class.forName(name);
                        return io.vertx.core.Future.failedFuture(name + " is seen");
                      } catch (ClassNotFoundException e) {
                        // as it should be
                      }
                    }
                    return io.vertx.core.Future.succeededFuture();
                  }
                }
                """));
    assertThat(deploy(curious).getString("name")).isEqualTo("curious");
  }

  /**
   * Each version has its own class loader. One reference to any of its classes keeps all of them in
   * memory.
   */
  @Test
  void undeployedVersionsAreUnloaded() throws IOException {
    deployments = deployments(Duration.ZERO);
    Path poll = jars.poll("1", 0);
    long before = unloaded();
    for (int i = 0; i < 200; i++) {
      deployAndUndeploy(poll);
    }
    await()
        .atMost(Duration.ofSeconds(30))
        .until(DeploymentsTest::unloaded, now -> now >= before + 200);
  }

  private void deployAndUndeploy(Path poll) throws IOException {
    deploy(Files.copy(poll, folder.resolve(UUID.randomUUID() + ".jar")));
    ask("?");
    done(deployments.undeploy("poll", "a test"));
  }

  /** Returns the number of classes that were unloaded, after a garbage collection. */
  private static long unloaded() {
    System.gc();
    return ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount();
  }
}
