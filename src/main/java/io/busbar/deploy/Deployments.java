package io.busbar.deploy;

import io.busbar.config.DeployConfig;
import io.busbar.config.FeatureManifest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The features of this node that came while it ran. One thing is done after the other. Any thread
 * may ask.
 *
 * <p>Archives are kept in a folder, so that the node has them again when it starts.
 */
public final class Deployments {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");
  private static final String JAR = ".jar";
  private static final String OVERLAY = ".yaml";

  /** Each version that runs has a file of its own: it is read until it ends. */
  private static final String RUNNING = ".running";

  private final Vertx vertx;
  private final DeployConfig config;
  private final Path folder;
  private final Languages languages;
  private final Map<String, RunningFeature> running = new ConcurrentSkipListMap<>();
  private final AtomicReference<Future<?>> last = new AtomicReference<>(Future.succeededFuture());

  /**
   * Those of a node.
   *
   * @param folder where archives are kept; made when there is one
   */
  public Deployments(Vertx vertx, DeployConfig config, Path folder) {
    this.vertx = vertx;
    this.config = config;
    this.folder = folder;
    this.languages = new Languages(config.script());
  }

  /** Will start what is kept. One that does not start is logged, and kept. */
  public Future<Void> start() {
    if (!config.enabled()) {
      return Future.succeededFuture();
    }
    return vertx
        .executeBlocking(this::kept)
        .compose(
            kept -> {
              Future<Void> started = Future.succeededFuture();
              for (Path each : kept) {
                started = started.compose(before -> inTurn(() -> startKept(each)));
              }
              return started;
            });
  }

  private List<Path> kept() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> jars = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path each : all.sorted().toList()) {
        if (each.toString().endsWith(JAR)) {
          jars.add(each);
        } else if (each.toString().endsWith(RUNNING)) {
          // of a node that was killed
          Files.delete(each);
        }
      }
    }
    return jars;
  }

  private Future<Void> startKept(Path jar) {
    return vertx
        .executeBlocking(() -> keepAside(again(jar)))
        .compose(archive -> RunningFeature.start(vertx, languages, archive))
        .onSuccess(started -> running.put(started.manifest().name(), started))
        .onFailure(
            e -> LOG.log(Level.ERROR, jar.getFileName() + " does not run: " + e.getMessage()))
        .otherwiseEmpty()
        .mapEmpty();
  }

  private FeatureArchive again(Path jar) throws IOException {
    String file = jar.getFileName().toString();
    String name = file.substring(0, file.length() - JAR.length());
    Path overlay = folder.resolve(name + OVERLAY);
    String config = Files.exists(overlay) ? Files.readString(overlay) : "";
    return FeatureArchive.open(jar).with(name, config);
  }

  /** Bytes of the largest archive. */
  public long mostBytes() {
    return config.size().bytes();
  }

  /**
   * Takes what the archive has in the place of what ran under its name. That goes on when the new
   * one does not start: fails with {@link FeatureException}.
   *
   * @param upload will be moved, or taken away
   * @param name in the place of the archive's own; null for that
   * @param config YAML, laid over the archive's own; null for that
   * @param by who asks, for the log
   */
  public Future<JsonObject> deploy(Path upload, String name, String config, String by) {
    return inTurn(() -> take(upload, name, config, by))
        .onComplete(done -> vertx.executeBlocking(() -> Files.deleteIfExists(upload)));
  }

  private Future<JsonObject> take(Path upload, String name, String config, String by) {
    return vertx
        .executeBlocking(() -> keepAside(FeatureArchive.open(upload).with(name, config)))
        .compose(
            archive ->
                RunningFeature.start(vertx, languages, archive)
                    .compose(
                        started -> vertx.executeBlocking(() -> keep(archive)).map(kept -> started))
                    .onFailure(e -> refused(archive, by, e)))
        .map(started -> replace(started, by));
  }

  private JsonObject replace(RunningFeature started, String by) {
    RunningFeature before = running.put(started.manifest().name(), started);
    String was = before == null ? "" : ", was " + words(before.manifest());
    LOG.log(Level.INFO, "deployed " + words(started.manifest()) + was + "; asked by " + by);
    JsonObject answer = started.describe();
    if (before != null) {
      before.retire(config.drain().toMillis());
      answer.put("replaced", before.manifest().version());
    }
    return answer;
  }

  private void refused(FeatureArchive archive, String by, Throwable cause) {
    LOG.log(
        Level.WARNING,
        words(archive.manifest())
            + " was not deployed: "
            + cause.getMessage()
            + "; asked by "
            + by);
  }

  private static String words(FeatureManifest manifest) {
    return manifest.version().isEmpty()
        ? manifest.name()
        : manifest.name() + " " + manifest.version();
  }

  private FeatureArchive keepAside(FeatureArchive archive) throws IOException {
    Files.createDirectories(folder);
    Path own = Files.createTempFile(folder, archive.manifest().name() + "-", RUNNING);
    Files.copy(archive.file(), own, StandardCopyOption.REPLACE_EXISTING);
    return archive.in(own);
  }

  private Void keep(FeatureArchive archive) throws IOException {
    String name = archive.manifest().name();
    Path next = folder.resolve(name + ".next");
    Files.writeString(next, archive.overlay());
    Files.move(next, folder.resolve(name + OVERLAY), StandardCopyOption.ATOMIC_MOVE);
    Files.copy(archive.file(), next, StandardCopyOption.REPLACE_EXISTING);
    Files.move(next, kept(name), StandardCopyOption.ATOMIC_MOVE);
    return null;
  }

  private Path kept(String name) {
    return folder.resolve(name + JAR);
  }

  /** Takes it away; false where none of that name runs. */
  public Future<Boolean> undeploy(String name, String by) {
    return inTurn(
        () -> {
          RunningFeature gone = running.remove(name);
          if (gone == null) {
            return Future.succeededFuture(false);
          }
          LOG.log(Level.INFO, "undeployed " + words(gone.manifest()) + "; asked by " + by);
          return vertx
              .executeBlocking(() -> forget(name))
              .compose(deleted -> gone.retire(config.drain().toMillis()))
              .map(true);
        });
  }

  private boolean forget(String name) throws IOException {
    Files.deleteIfExists(folder.resolve(name + OVERLAY));
    return Files.deleteIfExists(kept(name));
  }

  /** What runs, by name. */
  public List<JsonObject> list() {
    return running.values().stream().map(RunningFeature::describe).toList();
  }

  private <T> Future<T> inTurn(Supplier<Future<T>> step) {
    Promise<T> done = Promise.promise();
    last.getAndSet(done.future()).onComplete(before -> step.get().onComplete(done));
    return done.future();
  }
}
