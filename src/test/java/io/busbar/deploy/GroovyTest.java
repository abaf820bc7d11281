package io.busbar.deploy;

import static io.busbar.deploy.ScriptFeatures.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.config.ScriptConfig;
import io.busbar.config.Size;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests features that are scripts in Groovy. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class GroovyTest {
  private static final String ECHO = "vertx.eventBus().consumer('echo') { m -> m.reply(m.body()) }";

  @TempDir Path folder;

  private ScriptFeatures scripts;

  @BeforeEach
  void start() {
    ScriptConfig limits = new ScriptConfig(Duration.ofSeconds(2), Size.ofMiB(128));
    scripts = new ScriptFeatures(folder, Duration.ZERO, limits);
  }

  @AfterEach
  void stop() {
    scripts.close();
  }

  @Test
  void scriptIsDeployedAndUndeployed() {
    assertThat(scripts.deploy("echo.groovy", ECHO).getString("name")).isEqualTo("echo");
    assertThat(scripts.ask("echo", "a")).isEqualTo("a");
    scripts.undeploy("echo");
    await().until(() -> scripts.failure("echo", "a") == -1);
  }

  @Test
  void scriptIsConfiguredStartedAndStopped() {
    Future<Object> stopped =
        Future.future(
            promise ->
                scripts.vertx.eventBus().consumer("stopped", m -> promise.complete(m.body())));
    String text =
        """
        import io.vertx.core.json.JsonObject

        def start() {
          vertx.eventBus().consumer('c') { m -> m.reply(new JsonObject([title: config.title])) }.completion()
        }

        def stop() {
          vertx.eventBus().publish('stopped', 'bye')
        }
        """;
    done(scripts.begin("c.groovy", text, "title: Lunch?"));
    assertThat(scripts.ask("c", null)).isEqualTo(new JsonObject().put("title", "Lunch?"));
    scripts.undeploy("c");
    assertThat(done(stopped)).isEqualTo("bye");
  }

  @Test
  void scriptMayBeAVerticle() {
    scripts.deploy(
        "v.groovy",
        """
        class V extends io.vertx.core.VerticleBase {
          io.vertx.core.Future<?> start() {
            vertx.eventBus().consumer('v') { m -> m.reply(1) }.completion()
          }
        }
        """);
    assertThat(scripts.ask("v", null)).isEqualTo(1);
  }

  @Test
  void scriptThatDoesNotStartIsRefusedWithItsLine() {
    assertThat(scripts.refusal("a.groovy", "def x = 1\ndef y = )\n"))
        .startsWith("a.groovy:2:")
        .doesNotContain("\n");
    assertThat(scripts.refusal("a.groovy", "def x = 1\nnone.y\n"))
        .isEqualTo(
            "it did not start: a.groovy:2: groovy.lang.MissingPropertyException: No such property:"
                + " none for class: a");
    assertThat(scripts.refusal("a.groovy", "class A {}"))
        .isEqualTo("a.groovy is neither a script nor a verticle");
    assertThat(scripts.refusal("a.groovy", "\nio.busbar.Busbar.main()"))
        .startsWith("it did not start: a.groovy:2: ");
    assertThat(scripts.list()).isEmpty();
  }

  @Test
  void eachRequestIsAnsweredOnceDuringRedeployments() {
    scripts.deploy("echo.groovy", ECHO);
    List<Future<Message<Object>>> answers = new ArrayList<>();
    for (int version = 0; version < 5; version++) {
      Future<JsonObject> next = scripts.begin("echo.groovy", ECHO, null);
      do {
        for (int i = 0; i < 20; i++) {
          answers.add(scripts.vertx.eventBus().request("echo", answers.size()));
        }
        Thread.onSpinWait();
      } while (!next.isComplete() && answers.size() < 100_000);
      done(next);
    }
    for (int i = 0; i < answers.size(); i++) {
      assertThat(done(answers.get(i)).body()).isEqualTo(i);
    }
  }

  /**
   * Each version has its own class loader. One reference to any of its classes keeps all of them in
   * memory.
   */
  @Test
  void undeployedVersionsAreUnloaded() {
    long before = unloaded();
    for (int i = 0; i < 50; i++) {
      scripts.deploy("echo.groovy", ECHO);
      scripts.ask("echo", "?");
      scripts.undeploy("echo");
    }
    await().atMost(Duration.ofSeconds(30)).until(GroovyTest::unloaded, now -> now >= before + 100);
  }

  /**
   * Returns the number of classes that were unloaded. Groovy has soft references to them, so the
   * memory must be full before the JVM clears them.
   */
  private static long unloaded() {
    assertThatThrownBy(() -> Arrays.fill(new long[Integer.MAX_VALUE - 8], 1))
        .isInstanceOf(OutOfMemoryError.class);
    System.gc();
    return ManagementFactory.getClassLoadingMXBean().getUnloadedClassCount();
  }
}
