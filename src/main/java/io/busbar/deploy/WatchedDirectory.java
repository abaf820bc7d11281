package io.busbar.deploy;

import io.busbar.config.Reason;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder with archives and scripts that run as long as they are in it. The folder is read every
 * second. A file is deployed if it has not changed since the last reading. Only one reading runs at
 * a time, and its tasks alone use the fields.
 */
final class WatchedDirectory {
  private static final System.Logger LOG = System.getLogger("io.busbar.deploy");
  private static final long LOOK_MILLIS = 1_000;
  private static final String OVERLAY = ".yaml";

  /**
   * The state of a file, to notice changes.
   *
   * @param size in bytes
   * @param time of the last change
   * @param overlay the YAML beside the file; empty for none
   */
  private record Stamp(long size, FileTime time, String overlay) {}

  private final Vertx vertx;
  private final Path folder;
  private final BiFunction<Path, String, Future<JsonObject>> come;
  private final Function<String, Future<Boolean>> leave;
  private final AtomicBoolean looking = new AtomicBoolean();
  private Map<Path, Stamp> seen = new HashMap<>();

  /** The files that were deployed or whose deployment failed. */
  private final Map<Path, Stamp> taken = new HashMap<>();

  private final Map<Path, String> names = new HashMap<>();
  private boolean missing;
  private volatile long timer = -1;

  /**
   * @param come will deploy an archive with the YAML for it
   * @param leave will undeploy the feature of that name
   */
  WatchedDirectory(
      Vertx vertx,
      Path folder,
      BiFunction<Path, String, Future<JsonObject>> come,
      Function<String, Future<Boolean>> leave) {
    this.vertx = vertx;
    this.folder = folder;
    this.come = come;
    this.leave = leave;
  }

  /**
   * Will deploy the files in the folder, and then read it every second. Completes after the first
   * deployments.
   */
  Future<Void> start() {
    return look()
        .compose(first -> look())
        .onSuccess(done -> timer = vertx.setPeriodic(LOOK_MILLIS, looking -> lookIfIdle()));
  }

  /** Stops the readings. */
  void stop() {
    vertx.cancelTimer(timer);
  }

  private void lookIfIdle() {
    if (looking.compareAndSet(false, true)) {
      look()
          .onFailure(e -> LOG.log(Level.WARNING, folder + " cannot be looked at", e))
          .onComplete(done -> looking.set(false));
    }
  }

  private Future<Void> look() {
    return vertx.executeBlocking(this::stamps, false).compose(this::follow);
  }

  private Map<Path, Stamp> stamps() throws IOException {
    Map<Path, Stamp> stamps = new TreeMap<>();
    boolean there = Files.isDirectory(folder);
    if (!there && !missing) {
      LOG.log(Level.WARNING, "deploy.directory " + folder + " is no folder");
    }
    missing = !there;
    if (!there) {
      return stamps;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path each : files.filter(FeatureArchive::isOne).toList()) {
        Stamp stamp = stamp(each);
        if (stamp != null) {
          stamps.put(each, stamp);
        }
      }
    }
    return stamps;
  }

  /** Null if the file does not exist any more. */
  private @Nullable Stamp stamp(Path file) {
    try {
      String name = file.getFileName().toString();
      Path overlay = folder.resolve(name.substring(0, name.lastIndexOf('.')) + OVERLAY);
      return new Stamp(
          Files.size(file),
          Files.getLastModifiedTime(file),
          Files.exists(overlay) ? Files.readString(overlay) : "");
    } catch (IOException e) {
      return null;
    }
  }

  private Future<Void> follow(Map<Path, Stamp> now) {
    Map<Path, Stamp> before = seen;
    seen = now;
    Future<Void> done = Future.succeededFuture();
    Set<Path> removed = new HashSet<>(taken.keySet());
    removed.removeAll(now.keySet());
    for (Path each : removed) {
      done = done.compose(next -> leave(each));
    }
    for (Map.Entry<Path, Stamp> each : now.entrySet()) {
      boolean still = each.getValue().equals(before.get(each.getKey()));
      if (still && !each.getValue().equals(taken.get(each.getKey()))) {
        done = done.compose(next -> come(each.getKey(), each.getValue()));
      }
    }
    return done;
  }

  private Future<Void> come(Path file, Stamp stamp) {
    taken.put(file, stamp);
    return come.apply(file, stamp.overlay())
        .compose(
            running -> {
              String name = running.getString("name");
              String before = names.put(file, name);
              return before == null || before.equals(name)
                  ? Future.succeededFuture()
                  : leave.apply(before).<Void>mapEmpty();
            })
        .recover(
            e -> {
              LOG.log(Level.ERROR, file + " does not run: " + Reason.of(e));
              return Future.succeededFuture();
            });
  }

  private Future<Void> leave(Path file) {
    taken.remove(file);
    String name = names.remove(file);
    return name == null ? Future.succeededFuture() : leave.apply(name).<Void>mapEmpty();
  }
}
