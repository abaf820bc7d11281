package io.busbar.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.config.DeployConfig;
import io.busbar.config.ScriptConfig;
import io.busbar.config.Size;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * A bus without a gateway, with scripts that are deployed as files. Used by the thread of the test.
 */
final class ScriptFeatures implements AutoCloseable {
  final Vertx vertx = Vertx.vertx();
  private final Path folder;
  private final Deployments deployments;

  ScriptFeatures(Path folder, Duration drain, ScriptConfig limits) {
    this.folder = folder;
    DeployConfig config = new DeployConfig(true, "", Size.ofMiB(1), drain, limits);
    FeatureStore store = new FeatureStore(folder.resolve("features"));
    deployments = Deployments.alone(vertx, config, store, FeatureHost.ofVerticlesOnly());
  }

  static <T> T done(Future<T> future) {
    return future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
  }

  Future<JsonObject> begin(String file, String text, String config) {
    try {
      Path upload = Files.writeString(folder.resolve(UUID.randomUUID() + ".upload"), text);
      ScriptArchive.pack(upload, file);
      return deploy(upload, config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Future<JsonObject> deploy(Path archive, String config) {
    return deployments.deploy(
        archive, new Deployments.DeployOptions(null, config, false, "a test"));
  }

  JsonObject deploy(String file, String text) {
    return done(begin(file, text, null));
  }

  /** Deploys a script, and returns the reason why that failed. */
  String refusal(String file, String text) {
    try {
      return "deployed: " + deploy(file, text);
    } catch (FeatureException e) {
      return e.getMessage();
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(FeatureException.class);
      return e.getCause().getMessage();
    }
  }

  void undeploy(String name) {
    done(deployments.undeploy(name, "a test"));
  }

  /** The features that run. */
  List<JsonObject> list() {
    return done(deployments.list()).getJsonArray("features").stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  Object ask(String address, Object question) {
    return done(vertx.eventBus().request(address, question)).body();
  }

  /** Returns the failure code of a request; 0 if it succeeds. */
  int failure(String address, Object question) {
    try {
      ask(address, question);
      return 0;
    } catch (CompletionException e) {
      return ((ReplyException) e.getCause()).failureCode();
    }
  }

  @Override
  public void close() {
    done(vertx.close());
  }
}
