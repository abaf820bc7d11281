package io.busbar.rabbitmq;

import com.rabbitmq.client.Connection;
import io.busbar.FreePort;
import io.busbar.Prerequisites;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assertions;

/**
 * A rabbitmq-server for tests that stop it or configure it: Debian's, or that of the folder {@code
 * BUSBAR_TEST_RABBITMQ}. It has free ports and a directory of its own. Other tests use {@link
 * Broker#any}. Used by one thread.
 */
final class RabbitMqServer implements AutoCloseable {
  private static final String GIVEN = System.getenv("BUSBAR_TEST_RABBITMQ");
  private static final Path BIN = Path.of(GIVEN == null ? "/usr/lib/rabbitmq/bin" : GIVEN);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static RabbitMqServer shared;

  private final Path home;
  private final int port = FreePort.find();
  private final int distribution = FreePort.find();
  private final int epmdPort;
  private Process process;

  private RabbitMqServer(Path home, int epmdPort) {
    this.home = home;
    this.epmdPort = epmdPort;
  }

  /** The running server that all tests of this run share. It ends with the JVM. */
  static RabbitMqServer shared() {
    if (shared == null) {
      shared = create();
      RabbitMqServer ours = shared;
      Runtime.getRuntime().addShutdownHook(new Thread(ours::close));
    }
    shared.start();
    return shared;
  }

  /** Whether a server is installed, or must be. */
  static boolean isExpected() {
    return isInstalled() || Prerequisites.isCi();
  }

  private static boolean isInstalled() {
    return Files.isExecutable(BIN.resolve("rabbitmq-server"));
  }

  private static RabbitMqServer create() {
    boolean there = isInstalled();
    String missing = "there is no rabbitmq-server: the tests that stop one are not run";
    Prerequisites.assume(there, missing);
    try {
      return new RabbitMqServer(newHome(), FreePort.find());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path newHome() throws IOException {
    return Files.createTempDirectory("busbar-rabbitmq");
  }

  /** A running cluster of that many servers. The caller closes each. */
  static List<RabbitMqServer> cluster(int size) {
    List<RabbitMqServer> nodes = new ArrayList<>(List.of(create()));
    RabbitMqServer first = nodes.get(0);
    try {
      while (nodes.size() < size) {
        nodes.add(new RabbitMqServer(newHome(), first.epmdPort));
      }
      String cookie = UUID.randomUUID().toString();
      for (RabbitMqServer node : nodes) {
        Path file = Files.writeString(node.home.resolve(".erlang.cookie"), cookie);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
        node.launch();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    nodes.forEach(RabbitMqServer::awaitUp);
    for (RabbitMqServer next : nodes.subList(1, size)) {
      next.ctl("stop_app");
      next.ctl("join_cluster", first.name());
      next.ctl("start_app");
    }
    return nodes;
  }

  private String name() {
    return "busbar" + port + "@localhost";
  }

  String uri() {
    return "amqp://guest:guest@127.0.0.1:" + port + "/%2F";
  }

  int port() {
    return port;
  }

  /** Will return when it accepts connections; at once if it does already. */
  void start() {
    if (process != null && process.isAlive()) {
      return;
    }
    launch();
    awaitUp();
  }

  private void launch() {
    try {
      Files.writeString(home.resolve("rabbitmq.conf"), "loopback_users = none\n");
      Files.writeString(home.resolve("plugins"), "[].\n");
      Files.writeString(home.resolve("env.conf"), "");
      process =
          builder("rabbitmq-server")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitUp() {
    Awaitility.await("RabbitMQ, whose log is in " + home)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(this::takesConnections);
  }

  private boolean takesConnections() {
    Assertions.assertTrue(process.isAlive(), this::howItEnded);
    try (Connection connection = broker().connect()) {
      return connection.isOpen();
    } catch (IOException e) {
      return false;
    }
  }

  private String howItEnded() {
    try {
      return "RabbitMQ ended, and said: " + Files.readString(home.resolve("log"));
    } catch (IOException e) {
      return "RabbitMQ ended, and its log cannot be read: " + e;
    }
  }

  private ProcessBuilder builder(String command, String... arguments) {
    List<String> line = new ArrayList<>(List.of(BIN.resolve(command).toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).directory(home.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("RABBITMQ_"));
    environment.put("HOME", home.toString());
    environment.put("LC_ALL", "C.UTF-8"); // for names that are not ASCII
    environment.put("RABBITMQ_NODENAME", name());
    environment.put("RABBITMQ_NODE_PORT", String.valueOf(port));
    environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
    environment.put("RABBITMQ_DIST_PORT", String.valueOf(distribution));
    environment.put("RABBITMQ_MNESIA_BASE", home.resolve("mnesia").toString());
    environment.put("RABBITMQ_LOG_BASE", home.toString());
    environment.put("RABBITMQ_LOGS", "-");
    environment.put("RABBITMQ_CONFIG_FILE", home.resolve("rabbitmq.conf").toString());
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", home.resolve("plugins").toString());
    environment.put("RABBITMQ_CONF_ENV_FILE", home.resolve("env.conf").toString());
    environment.put("RABBITMQ_GENERATED_CONFIG_DIR", home.resolve("generated").toString());
    environment.put("RABBITMQ_SCHEMA_DIR", home.resolve("schema").toString());
    environment.put("ERL_EPMD_PORT", String.valueOf(epmdPort));
    environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
    return builder;
  }

  /** Will run rabbitmqctl and return its output. */
  String ctl(String... arguments) {
    try {
      Process ctl = builder("rabbitmqctl", arguments).redirectErrorStream(true).start();
      String said =
          new String(ctl.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      Assertions.assertEquals(0, ctl.waitFor(), said);
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Will write the declarations to its tables. A RabbitMQ 3.10 that is killed soon after a
   * declaration may lose the queue, and the messages that it confirmed in it.
   */
  void keepWhatIsDeclared() {
    ctl("eval", "mnesia:dump_log().");
  }

  /** Will kill it (SIGKILL), with its child processes. */
  void kill() {
    List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
    all.add(process.toHandle());
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().join());
  }

  Broker broker() {
    return new Broker(uri(), true);
  }

  <T> T on(Broker.ChannelTask<T> use) {
    return broker().on(use);
  }

  @Override
  public void close() {
    if (process != null && process.isAlive()) {
      kill();
    }
    // its epmd has no parent any more, so it is stopped through its own port
    try {
      ProcessBuilder epmd = new ProcessBuilder("epmd", "-port", "" + epmdPort, "-kill");
      epmd.environment().put("ERL_EPMD_RELAXED_COMMAND_CHECK", "true");
      epmd.redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor(10, TimeUnit.SECONDS);
      try (java.util.stream.Stream<Path> files = Files.walk(home)) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    } catch (IOException | InterruptedException e) {
      System.err.println("RabbitMQ's directory is left: " + home + ": " + e);
    }
  }
}
