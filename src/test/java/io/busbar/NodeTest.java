package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.config.Config;
import io.busbar.config.ConfigException;
import io.busbar.config.ConfigLoader;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.junit5.Timeout;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests the start of a node in this JVM. */
@ExtendWith(VertxExtension.class)
@Timeout(value = 30, timeUnit = TimeUnit.SECONDS)
final class NodeTest {
  private static final Queue<String> HEARD = new ConcurrentLinkedQueue<>();

  /** Records its config, or fails to start. */
  public static final class Speaker extends VerticleBase {
    @Override
    public Future<?> start() {
      HEARD.add("start " + config().getValue("word"));
      return "never".equals(config().getValue("word"))
          ? Future.failedFuture("I will not")
          : Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
      HEARD.add("stop " + config().getValue("word"));
      return Future.succeededFuture();
    }
  }

  @BeforeEach
  void forget() {
    HEARD.clear();
  }

  private static Config config(String features) {
    List<String> settings =
        List.of(
            "http.port=0", "stomp.port=0", "admin.port=0", "event-loops=1", "features=" + features);
    return ConfigLoader.load(null, Map.of(), settings);
  }

  private static String speaker(String word) {
    return "{verticle: " + Speaker.class.getName() + ", config: {word: " + word + "}}";
  }

  @Test
  void featuresAreDeployedInOrderWithTheirConfigAndUndeployed(VertxTestContext context) {
    Node.start(config("[" + speaker("one") + ", " + speaker("two") + "]"))
        .compose(
            node -> {
              context.verify(() -> assertThat(HEARD).containsExactly("start one", "start two"));
              return node.close(Duration.ZERO);
            })
        .onComplete(
            context.succeeding(
                closed ->
                    context.verify(
                        () -> {
                          assertThat(HEARD).hasSize(4).contains("stop one", "stop two");
                          context.completeNow();
                        })));
  }

  @Test
  void failingFeatureIsNamedAndOthersAreClosed(VertxTestContext context) {
    Node.start(config("[" + speaker("one") + ", " + speaker("never") + "]"))
        .onComplete(
            context.failing(
                e ->
                    context.verify(
                        () -> {
                          assertThat(e)
                              .isInstanceOf(StartException.class)
                              .hasMessage(
                                  "features[1].verticle io.busbar.NodeTest$Speaker did not start:"
                                      + " I will not");
                          assertThat(HEARD).containsExactly("start one", "start never", "stop one");
                          context.completeNow();
                        })));
  }

  @Test
  void unknownFeatureIsNamedBeforeAnythingStarts(VertxTestContext context) {
    Node.start(config("[" + speaker("one") + ", {verticle: io.x.Y}]"))
        .onComplete(
            context.failing(
                e ->
                    context.verify(
                        () -> {
                          assertThat(e)
                              .isInstanceOf(ConfigException.class)
                              .hasMessage("features[1].verticle io.x.Y is not on the class path");
                          assertThat(HEARD).isEmpty();
                          context.completeNow();
                        })));
  }
}
