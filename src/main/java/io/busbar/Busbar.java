package io.busbar;

import io.busbar.cluster.HazelcastCluster;
import io.busbar.command.ArchiveCommand;
import io.busbar.command.ArchivedJar;
import io.busbar.command.FeatureCommands;
import io.busbar.command.NewCommand;
import io.busbar.config.Action;
import io.busbar.config.Config;
import io.busbar.config.ConfigException;
import io.busbar.config.ConfigLoader;
import io.busbar.config.OneLine;
import io.busbar.hub.Access;
import io.busbar.hub.ChannelRules;
import io.busbar.hub.Permissions;
import io.busbar.hub.PresenceChannels;
import io.busbar.hub.Principal;
import io.busbar.hub.WorkerAddresses;
import io.busbar.log.Logging;
import io.busbar.monitor.FreeHeap;
import io.busbar.monitor.OutOfMemory;
import io.busbar.protocol.pusher.PusherRules;
import io.vertx.core.Future;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The main class: reads the arguments and the configuration, starts the node and waits for its end.
 * The exit code is 0 after a normal end. It is 2 if the start failed, with one line on standard
 * error that says why. Used by the main thread.
 */
@Command(
    name = "busbar",
    description = "One bus, every socket: a real-time gateway on the Vert.x event bus.",
    versionProvider = Version.class,
    sortOptions = false,
    mixinStandardHelpOptions = true,
    subcommands = {
      HashCommand.class,
      FeatureCommands.Deploy.class,
      FeatureCommands.Undeploy.class,
      FeatureCommands.ListAll.class,
      NewCommand.class,
      ArchiveCommand.class
    })
public final class Busbar implements Callable<Integer> {
  private static final System.Logger LOG = System.getLogger("io.busbar.node");
  private static final int FAILED = 2;
  private static final String COMMON_POOL = "java.util.concurrent.ForkJoinPool.common.parallelism";

  @Mixin private ConfigOptions options;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "With --check-config: whose rights to explain; nobody's without.")
  private @Nullable String user;

  @Option(names = "--role", paramLabel = "ROLE", description = "A role of that user. Repeatable.")
  private List<String> roles = new ArrayList<>();

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "With --check-config: says which rule decides each action there.")
  private @Nullable String address;

  @Option(
      names = "--protocol",
      paramLabel = "PROTOCOL",
      description = "What the client speaks: bridge (which it is without), tcp-bridge, stomp.",
      defaultValue = "bridge")
  private @Nullable String protocol;

  private Busbar() {}

  /** Will exit when the command is done, or when a signal has ended it. */
  public static void main(String[] arguments) {
    // Hazelcast completes its calls in the common pool. On one or two processors that pool has one
    // thread, and Hazelcast then starts a new thread for each call. This must be set before anybody
    // uses the pool.
    if (Runtime.getRuntime().availableProcessors() <= 2) {
      System.getProperties().putIfAbsent(COMMON_POOL, "2");
    }
    System.setOut(utf8(FileDescriptor.out));
    System.setErr(utf8(FileDescriptor.err));
    if (ArchivedJar.hasChanged()) {
      System.exit(
          say(
              "its archive was made of another jar: start it without @busbar.options, or make a new"
                  + " one: java -jar busbar.jar archive"));
    }
    System.exit(arguments.length == 0 ? runDefault() : execute(arguments));
  }

  private static int execute(String[] arguments) {
    return new CommandLine(new Busbar())
        .setExpandAtFiles(false)
        .setParameterExceptionHandler((e, given) -> refuse(e))
        .setExecutionExceptionHandler((e, line, parsed) -> fail(e))
        .execute(arguments);
  }

  /** Without arguments nothing is parsed, which saves a twelfth of the start's CPU time. */
  private static int runDefault() {
    ConfigOptions options = new ConfigOptions();
    try {
      run(Node::start, options, options.load());
      return 0;
    } catch (Exception e) {
      return fail(e);
    }
  }

  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static int refuse(CommandLine.ParameterException e) {
    String nearest = e instanceof UnmatchedArgumentException unmatched ? nearest(unmatched) : null;
    return say(e.getMessage() + (nearest == null ? "" : "; did you mean " + nearest + "?"));
  }

  /** The most similar option; null if none has the same beginning. */
  private static @Nullable String nearest(UnmatchedArgumentException e) {
    String given = e.getUnmatched().get(0);
    String beginning = given.substring(0, Math.min(2, given.length()));
    return e.getSuggestions().stream()
        .filter(each -> each.startsWith(beginning))
        .findFirst()
        .orElse(null);
  }

  private static int fail(Exception e) {
    boolean wrapped = e instanceof CompletionException || e instanceof ExecutionException;
    Throwable failure = wrapped && e.getCause() != null ? e.getCause() : e;
    LOG.log(Level.DEBUG, "the start failed", failure);
    boolean forPeople = failure instanceof ConfigException || failure instanceof StartException;
    return say(forPeople ? String.valueOf(failure.getMessage()) : "did not start: " + failure);
  }

  private static int say(String what) {
    System.err.println("busbar: " + OneLine.of(what));
    return FAILED;
  }

  @Override
  public Integer call() throws Exception {
    return carryOut(options, Node::start);
  }

  @Command(
      name = "quotes",
      description = "Only the daemon of stock prices: takes stocks.work, tells stocks.result.",
      versionProvider = Version.class,
      sortOptions = false,
      mixinStandardHelpOptions = true)
  Integer quotes(@Mixin ConfigOptions more) throws Exception {
    return carryOut(more.over(options), Node::quotes);
  }

  private int carryOut(ConfigOptions options, Function<Config, Future<Node>> command)
      throws Exception {
    Config config = options.load();
    if (options.print()) {
      System.out.print(ConfigLoader.write(config));
    } else if (options.check()) {
      Features.find(config.features());
      System.out.println("configuration is good");
      explain(config);
    } else {
      run(command, options, config);
    }
    return 0;
  }

  private void explain(Config config) {
    if (address == null) {
      return;
    }
    Principal who =
        user == null ? Principal.NOBODY : new Principal(user, Set.copyOf(roles), Principal.NEVER);
    PresenceChannels presence =
        new PresenceChannels(new ChannelRules(config.channels(), PusherRules.of(config.pusher())));
    Access access =
        new Permissions(config.permissions(), presence, new WorkerAddresses(config.workers()))
            .of(who, protocol == null ? "" : protocol);
    for (Action action : Action.values()) {
      String words = Permissions.word(action) + " " + address + ": ";
      System.out.println(OneLine.of(words + access.explain(action, address)));
    }
  }

  /** Will return when a signal has come and everything is closed. */
  private static void run(
      Function<Config, Future<Node>> command, ConfigOptions options, Config config)
      throws Exception {
    Logging.start(config.log());
    OutOfMemory.watch();
    if (config.cluster().enabled()) {
      HazelcastCluster.onOutOfMemory(OutOfMemory::endIf);
    }
    CompletableFuture<String> signal = Signals.first();
    CompletableFuture<Node> node = command.apply(config).toCompletionStage().toCompletableFuture();
    CompletableFuture<Reload> reload =
        node.thenApply(started -> new Reload(started, config, options::load, options.file()));
    reload.thenAccept(Reload::watch);
    Signals.onHangUp(() -> reload.thenAccept(Reload::everything));
    CompletableFuture<Void> ready = node.thenAccept(Busbar::sayReady);
    ready.thenRunAsync(FreeHeap::giveBack);
    CompletableFuture.anyOf(ready, signal).join();
    LOG.log(Level.INFO, signal.join() + ": closing");
    reload.thenAccept(Reload::close);
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
