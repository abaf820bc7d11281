package io.busbar;

import io.busbar.config.Config;
import io.busbar.config.ConfigException;
import io.busbar.config.ConfigLoader;
import io.busbar.config.Reason;
import io.busbar.log.Logging;
import io.vertx.core.Context;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration again while the node runs, and applies what can change: the permissions
 * and the log. The log names other changed keys, which need a restart. Owned by a context of its
 * own, on whose workers one task follows the other.
 */
final class Reload {
  private static final System.Logger LOG = System.getLogger("io.busbar.node");
  private static final long LOOK_MILLIS = 1_000;

  private final Node node;
  private final Config started;
  private final Supplier<Config> source;
  private final @Nullable Path file;
  private final Context context;
  private Config current;
  private String used;
  private String seen;
  private int count;
  private long timer = -1;

  /**
   * @param source loads the configuration; throws ConfigException
   * @param file the file that the command line names; null for none
   */
  Reload(Node node, Config started, Supplier<Config> source, @Nullable Path file) {
    this.node = node;
    this.started = started;
    this.current = started;
    this.source = source;
    this.file = file;
    this.context = node.vertx().getOrCreateContext();
    this.used = text();
    this.seen = used;
  }

  /** Will look at the file every second. A change is applied when the file has stopped changing. */
  void watch() {
    context.runOnContext(
        nothing ->
            timer =
                node.vertx().setPeriodic(LOOK_MILLIS, id -> context.executeBlocking(this::look)));
  }

  /** Will stop looking at the file. */
  void close() {
    context.runOnContext(nothing -> node.vertx().cancelTimer(timer));
  }

  /** Will read everything that can be read again: configuration, users, keys, certificates. */
  void everything() {
    LOG.log(Level.INFO, "SIGHUP: configuration, users, keys and certificates are read again");
    context.executeBlocking(
        () -> {
          used = text();
          configuration();
          return null;
        });
    if (node.gateway() == null) {
      return;
    }
    node.gateway().logins().refresh();
    node.gateway()
        .ports()
        .reloadCertificates()
        .onFailure(
            e -> LOG.log(Level.WARNING, "the old certificate stays in use: " + Reason.of(e)));
  }

  private @Nullable Void look() {
    String before = seen;
    seen = text();
    if (seen.equals(before) && !seen.equals(used)) {
      used = seen;
      configuration();
    }
    return null;
  }

  /** The text of the file; empty if there is none to read. */
  private String text() {
    Optional<Path> path = ConfigLoader.source(file);
    try {
      return path.isEmpty() ? "" : Files.readString(path.get());
    } catch (IOException e) {
      return "";
    }
  }

  private void configuration() {
    count++;
    Config fresh;
    try {
      fresh = source.get();
    } catch (ConfigException e) {
      LOG.log(Level.WARNING, said("the configuration stays as it was: " + Reason.of(e)));
      return;
    }
    List<String> taken = new ArrayList<>(ConfigLoader.differences(current, fresh));
    taken.removeIf(key -> !isTaken(key));
    List<String> waiting = new ArrayList<>(ConfigLoader.differences(started, fresh));
    waiting.removeIf(Reload::isTaken);
    current = fresh;
    Logging.adjust(fresh.log());
    if (taken.contains("permissions") && node.gateway() != null) {
      node.gateway().permissions(fresh.permissions());
    }
    String what = taken.isEmpty() ? "nothing that can be taken has changed" : list(taken);
    LOG.log(Level.INFO, said("the configuration was read again: " + what));
    if (!waiting.isEmpty()) {
      LOG.log(Level.WARNING, said("changed, but not before a restart: " + list(waiting)));
    }
  }

  /** Adds the number of the reload, so two equal lines within a minute are both logged. */
  private String said(String words) {
    return "reload " + count + ": " + words;
  }

  private static String list(List<String> keys) {
    return String.join(", ", keys);
  }

  private static boolean isTaken(String key) {
    return key.equals("permissions") || key.startsWith("log.");
  }
}
