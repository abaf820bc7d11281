package io.busbar.test;

import io.busbar.EmbeddedNode;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A real node in the JVM of a test, on free ports of 127.0.0.1. What is configured is laid over the
 * defaults of a gateway, but for the ports and the folder for data, which is a temporary one. The
 * environment is not asked, nor a file that lies about.
 *
 * <p>Methods wait 20 seconds at most for what they do, and then fail. They are for the thread of a
 * test; {@link #vertx()} is there for tests that go on by futures.
 */
public final class BusbarNode implements AutoCloseable {
  static final long PATIENCE_SECONDS = 20;
  private static final String MANIFEST = "META-INF/busbar.yaml";
  private static final List<String> PORTS =
      List.of(
          "http.port",
          "http.redirect.port",
          "stomp.port",
          "stomp.tls-port",
          "tcp-bridge.port",
          "tcp-bridge.tls-port",
          "admin.port");
  private static final List<String> HOSTS =
      List.of("http.host", "stomp.host", "tcp-bridge.host", "admin.host");

  private final EmbeddedNode node;
  private final Path folder;

  /** Kept, as Vert.x closes a client, with its sockets, that nobody keeps. */
  private final WebSocketClient webSockets;

  private boolean closed;

  private BusbarNode(EmbeddedNode node, Path folder) {
    this.node = node;
    this.folder = folder;
    this.webSockets = node.vertx().createWebSocketClient();
  }

  /** Starts one as it comes. */
  public static BusbarNode start() {
    return start("");
  }

  /**
   * Starts one with the keys of a configuration file: {@code Map.of("permissions", List.of(…))}.
   */
  public static BusbarNode start(Map<String, ?> config) {
    return start(new JsonObject(Map.copyOf(config)).encodePrettily());
  }

  /** Starts one with a configuration in YAML, as in a file. */
  public static BusbarNode start(String yaml) {
    Path folder = temporary();
    return start(folder, write(folder, yaml), List.of());
  }

  /**
   * Starts one with a configuration file.
   *
   * @param settings {@code key=value} each, laid over the file
   */
  public static BusbarNode start(Path file, String... settings) {
    return start(temporary(), file.toAbsolutePath(), List.of(settings));
  }

  private static BusbarNode start(Path folder, Path file, List<String> settings) {
    Stream<String> ports = PORTS.stream().map(key -> key + "=0");
    Stream<String> hosts = HOSTS.stream().map(key -> key + "=127.0.0.1");
    Stream<String> data = Stream.of("data=" + folder.resolve("data"));
    List<String> all =
        Stream.of(settings.stream(), ports, hosts, data).flatMap(each -> each).toList();
    try {
      return new BusbarNode(await(EmbeddedNode.start(file, all)), folder);
    } catch (RuntimeException | Error e) {
      delete(folder);
      throw e;
    }
  }

  /** The node's own Vert.x: on its event bus are all clients. */
  public Vertx vertx() {
    return node.vertx();
  }

  /** Where HTTP, WebSocket and SockJS are. */
  public int port() {
    return node.port();
  }

  /** Where the TCP event-bus bridge is, if the configuration enables it. */
  public int tcpBridgePort() {
    return node.tcpBridgePort();
  }

  /** The URL of a path at the HTTP port: {@code http://127.0.0.1:40123/poll}. */
  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /** Deploys a feature; returns when it has started. */
  public String deploy(Deployable feature) {
    return deploy(feature, new JsonObject());
  }

  /** Deploys a feature with what it shall find in {@code config()}. */
  public String deploy(Deployable feature, JsonObject config) {
    return await(vertx().deployVerticle(feature, new DeploymentOptions().setConfig(config)));
  }

  /** Deploys a feature by its class, which has a constructor without parameters. */
  public String deploy(Class<? extends Deployable> feature) {
    return deploy(feature, new DeploymentOptions());
  }

  /** Deploys a feature by its class: how many instances, and with which configuration. */
  public String deploy(Class<? extends Deployable> feature, DeploymentOptions options) {
    return await(vertx().deployVerticle(feature, options));
  }

  /**
   * Deploys the feature of the project under test, as {@code META-INF/busbar.yaml} on the class
   * path describes it: its verticle with its configuration, its services, paths and rules.
   */
  public void deployFeature() {
    ClassLoader classes = Thread.currentThread().getContextClassLoader();
    try (InputStream manifest = classes.getResourceAsStream(MANIFEST)) {
      if (manifest == null) {
        throw new AssertionError(MANIFEST + " is not on the class path of the test");
      }
      String yaml = new String(manifest.readAllBytes(), StandardCharsets.UTF_8);
      await(node.deployFeature(yaml, classes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects one more client of the event-bus bridge, who is nobody. */
  public BusClient client() {
    return BusClient.connect(webSockets, port());
  }

  /** Will return when everything is closed. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try {
        await(node.close());
      } finally {
        delete(folder);
      }
    }
  }

  static <T> T await(Future<T> future) {
    try {
      return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("nothing came in " + PATIENCE_SECONDS + " seconds", e);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("busbar-test-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path write(Path folder, String yaml) {
    try {
      return Files.writeString(folder.resolve("busbar.yaml"), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
