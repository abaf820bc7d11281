package io.busbar;

import io.busbar.config.Config;
import io.busbar.config.ConfigException;
import io.busbar.config.ConfigLoader;
import io.busbar.config.OneLine;
import io.busbar.hub.Access;
import io.busbar.hub.Permissions;
import io.busbar.hub.Principal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Arguments, config, cluster, deploy. Exit code 0 after a good end, 2 when the start failed, with
 * one line on standard error that says why.
 */
@Command(
    name = "busbar",
    description = "One bus, every socket: a real-time gateway on the Vert.x event bus.",
    versionProvider = Version.class,
    sortOptions = false,
    mixinStandardHelpOptions = true,
    subcommands = HashCommand.class)
public final class Busbar implements Callable<Integer> {
  private static final System.Logger LOG = System.getLogger("io.busbar.node");
  private static final int FAILED = 2;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file; without it " + ConfigLoader.FILE + ", if there is one.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets any key, above file and environment: http.port=9000. Repeatable.")
  private List<String> settings = new ArrayList<>();

  @Option(names = "--cluster", description = "Joins other nodes: --set cluster.enabled=true.")
  private boolean cluster;

  @Option(names = "--print-config", description = "Prints what is configured, and exits.")
  private boolean printConfig;

  @Option(names = "--check-config", description = "Says whether it is good, and exits.")
  private boolean checkConfig;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "With --check-config: whose rights to explain; nobody's without.")
  private String user;

  @Option(names = "--role", paramLabel = "ROLE", description = "A role of that user. Repeatable.")
  private List<String> roles = new ArrayList<>();

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "With --check-config: says which rule decides each action there.")
  private String address;

  @Option(
      names = "--protocol",
      paramLabel = "PROTOCOL",
      description = "What the client speaks: bridge (which it is without), stomp.",
      defaultValue = "bridge")
  private String protocol;

  private Busbar() {}

  /** Will exit when it is done, or when a signal has ended it. */
  public static void main(String[] arguments) {
    System.setOut(utf8(FileDescriptor.out));
    System.setErr(utf8(FileDescriptor.err));
    Busbar everyday = everyday(arguments);
    System.exit(everyday == null ? execute(arguments) : everyday.callOrFail());
  }

  private static int execute(String[] arguments) {
    return new CommandLine(new Busbar())
        .setExpandAtFiles(false)
        .setParameterExceptionHandler((e, given) -> refuse(e))
        .setExecutionExceptionHandler((e, line, parsed) -> fail(e))
        .execute(arguments);
  }

  /**
   * Understands what nodes are started with every day, since picocli would take a twelfth of the
   * start's CPU time; null for all else.
   */
  private static Busbar everyday(String[] arguments) {
    Busbar busbar = new Busbar();
    Iterator<String> words = List.of(arguments).iterator();
    while (words.hasNext()) {
      String option = words.next();
      if (option.equals("--cluster")) {
        busbar.cluster = true;
        continue;
      }
      String value = words.hasNext() ? words.next() : "";
      if (value.isEmpty() || value.startsWith("-")) {
        return null;
      }
      switch (option) {
        case "--set" -> busbar.settings.add(value);
        case "--config" -> {
          if (busbar.file != null) {
            return null;
          }
          busbar.file = Path.of(value);
        }
        default -> {
          return null;
        }
      }
    }
    return busbar;
  }

  private int callOrFail() {
    try {
      return call();
    } catch (Exception e) {
      return fail(e);
    }
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static int refuse(CommandLine.ParameterException e) {
    List<String> nearest =
        e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
    return say(
        e.getMessage() + (nearest.isEmpty() ? "" : "; did you mean " + nearest.get(0) + "?"));
  }

  private static int fail(Exception e) {
    boolean wrapped = e instanceof CompletionException || e instanceof ExecutionException;
    Throwable failure = wrapped ? e.getCause() : e;
    LOG.log(Level.DEBUG, "the start failed", failure);
    boolean forPeople = failure instanceof ConfigException || failure instanceof StartException;
    return say(forPeople ? failure.getMessage() : "did not start: " + failure);
  }

  private static int say(String what) {
    System.err.println("busbar: " + OneLine.of(what));
    return FAILED;
  }

  @Override
  public Integer call() throws Exception {
    Config config = load();
    if (printConfig) {
      System.out.print(ConfigLoader.write(config));
    } else if (checkConfig) {
      Features.find(config.features());
      System.out.println("configuration is good");
      explain(config);
    } else {
      run(config);
    }
    return 0;
  }

  private void explain(Config config) {
    if (address == null) {
      return;
    }
    Principal who =
        user == null ? Principal.NOBODY : new Principal(user, Set.copyOf(roles), Principal.NEVER);
    Access access = new Permissions(config.permissions()).of(who, protocol);
    for (Config.Action action : Config.Action.values()) {
      String words = Permissions.word(action) + " " + address + ": ";
      System.out.println(OneLine.of(words + access.explain(action, address)));
    }
  }

  private Config load() {
    List<String> all = new ArrayList<>();
    if (cluster) {
      all.add("cluster.enabled=true");
    }
    all.addAll(settings);
    return ConfigLoader.load(file, System.getenv(), all);
  }

  /** Will return when a signal has come and everything is closed. */
  private static void run(Config config) throws Exception {
    Logging.start(config.log());
    CompletableFuture<String> signal = Signals.first();
    CompletableFuture<Node> node = Node.start(config).toCompletionStage().toCompletableFuture();
    CompletableFuture<Void> ready = node.thenAccept(Busbar::sayReady);
    CompletableFuture.anyOf(ready, signal).join();
    LOG.log(Level.INFO, signal.join() + ": closing");
    close(node, config.shutdown().pause(), config.shutdown().timeout());
  }

  private static void sayReady(Node node) {
    Instant now = Instant.now();
    Instant started = ProcessHandle.current().info().startInstant().orElse(now);
    String urls = node.urls();
    System.out.println(
        "Busbar ready in "
            + Duration.between(started, now).toMillis()
            + (urls.isEmpty() ? " ms" : " ms: " + urls));
  }

  private static void close(CompletableFuture<Node> node, Duration pause, Duration timeout)
      throws Exception {
    try {
      node.thenCompose(started -> started.close(pause).toCompletionStage())
          .get(pause.plus(timeout).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.log(Level.WARNING, "not everything was closed in time; the rest is cut");
    } catch (ExecutionException e) {
      if (node.isCompletedExceptionally()) {
        throw e;
      }
      LOG.log(Level.WARNING, "closing failed", e.getCause());
    }
  }
}
