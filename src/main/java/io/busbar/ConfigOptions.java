package io.busbar;

import io.busbar.config.Config;
import io.busbar.config.ConfigLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the configuration, which every command has. Used by the main thread. */
final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file; without it " + ConfigLoader.FILE + ", if there is one.")
  private @Nullable Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets any key, above file and environment: http.port=9000. Repeatable.")
  private List<String> settings = new ArrayList<>();

  @Option(names = "--cluster", description = "Joins other nodes: --set cluster.enabled=true.")
  private boolean cluster;

  @Option(names = "--print-config", description = "Prints what is configured, and exits.")
  private boolean print;

  @Option(names = "--check-config", description = "Says whether it is good, and exits.")
  private boolean check;

  /** These options over those that stand before a command's name. */
  ConfigOptions over(ConfigOptions before) {
    ConfigOptions both = new ConfigOptions();
    both.file = file == null ? before.file : file;
    both.settings.addAll(before.settings);
    both.settings.addAll(settings);
    both.cluster = cluster || before.cluster;
    both.print = print || before.print;
    both.check = check || before.check;
    return both;
  }

  /** The file that the command line names; null for none. */
  @Nullable Path file() {
    return file;
  }

  boolean print() {
    return print;
  }

  boolean check() {
    return check;
  }

  Config load() {
    List<String> all = new ArrayList<>();
    if (cluster) {
      all.add("cluster.enabled=true");
    }
    all.addAll(settings);
    return ConfigLoader.load(file, System.getenv(), all);
  }
}
