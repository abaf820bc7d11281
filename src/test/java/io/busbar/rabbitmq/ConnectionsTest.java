package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.ConnectionFactory;
import io.busbar.cluster.Certificates;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which RabbitMQ the gateway connects to and trusts, and what a route declares there. */
final class ConnectionsTest {
  @TempDir private static Path folder;
  private static Broker broker;
  private static Vertx vertx;
  private static NetServer tls;
  private static final Set<NetSocket> ENCRYPTED = ConcurrentHashMap.newKeySet();

  private final String queue = "q-" + UUID.randomUUID();
  private final String route = "[{queue: " + queue + ", address: " + queue + "}]";

  /** A proxy before the broker ends TLS. It has a certificate for 127.0.0.1. */
  @BeforeAll
  static void findBroker() throws Exception {
    broker = Broker.any();
    vertx = Vertx.vertx();
    Certificates.in(folder);
    ConnectionFactory plain = new ConnectionFactory();
    plain.setUri(broker.uri());
    NetServerOptions options =
        new NetServerOptions()
            .setSsl(true)
            .setKeyCertOptions(
                new PemKeyCertOptions().addCertPath(file("node.crt")).addKeyPath(file("node.key")));
    NetClient client = vertx.createNetClient();
    tls =
        vertx
            .createNetServer(options)
            .connectHandler(
                near -> {
                  near.pause();
                  ENCRYPTED.add(near);
                  client
                      .connect(plain.getPort(), plain.getHost())
                      .onSuccess(
                          far -> {
                            near.handler(far::write).closeHandler(gone -> far.close()).resume();
                            far.handler(near::write).closeHandler(gone -> near.close());
                          });
                });
    Bridge.wait(tls.listen(0, "127.0.0.1"));
  }

  @AfterAll
  static void closeVertx() {
    if (vertx != null) {
      Bridge.wait(vertx.close());
    }
  }

  @AfterEach
  void deleteQueue() {
    broker.deleteQueues(queue);
  }

  private static String file(String name) {
    return folder.resolve(name).toString();
  }

  private static String amqps(String host) {
    return "amqps://" + host + ":" + tls.actualPort() + broker.uri().replaceFirst(".*/", "/");
  }

  private void publish(String what) {
    broker.on(
        channel -> {
          channel.basicPublish("", queue, null, what.getBytes(UTF_8));
          return null;
        });
  }

  private Queue<Object> consume() {
    Queue<Object> received = new ConcurrentLinkedQueue<>();
    Bridge.wait(
        vertx.eventBus().consumer(queue, message -> received.add(message.body())).completion());
    return received;
  }

  private void assertArrives(Queue<Object> received, String what) {
    publish(what);
    await().atMost(Bridge.PATIENCE).until(() -> received.contains(what));
  }

  @Test
  void amqpsTrustsTheConfiguredAuthority() {
    String ca = "rabbitmq.tls.ca=" + file("ca.crt");
    Queue<Object> received = consume();
    try (Bridge bridge = Bridge.on(vertx, amqps("127.0.0.1"), route, ca).awaitOpen()) {
      assertArrives(received, "encrypted");
      assertThat(bridge.status().getString("uri")).startsWith("amqps://");
    }
    String any = "rabbitmq.tls.verify-host=false";
    try (Bridge bridge = Bridge.on(vertx, amqps("localhost"), route, ca, any).awaitOpen()) {
      assertArrives(received, "for another host");
    }
  }

  @Test
  void amqpsRefusesAnUntrustedBroker() {
    try (Bridge bridge = Bridge.on(vertx, amqps("127.0.0.1"), route)) {
      assertThat(trouble(bridge)).contains("unable to find valid certification path");
    }
    String ca = "rabbitmq.tls.ca=" + file("ca.crt");
    try (Bridge bridge = Bridge.on(vertx, amqps("localhost"), route, ca)) {
      assertThat(trouble(bridge)).contains("No name matching localhost found");
    }
    String missing = "rabbitmq.tls.ca=" + file("missing.crt");
    try (Bridge bridge = Bridge.on(vertx, amqps("127.0.0.1"), route, missing)) {
      assertThat(trouble(bridge)).contains("missing.crt");
    }
  }

  @Test
  void renewedCertificateIsTrustedByTheNextConnection() throws Exception {
    Path believed = folder.resolve("believed.crt");
    Path renewed = Files.createDirectory(folder.resolve("renewed"));
    Certificates.in(renewed);
    Files.copy(folder.resolve("ca.crt"), believed);
    Queue<Object> received = consume();
    String ca = "rabbitmq.tls.ca=" + believed;
    try (Bridge bridge = Bridge.on(vertx, amqps("127.0.0.1"), route, ca).awaitOpen()) {
      Files.copy(renewed.resolve("ca.crt"), believed, StandardCopyOption.REPLACE_EXISTING);
      Bridge.wait(tls.updateSSLOptions(certificate(renewed)));
      ENCRYPTED.forEach(NetSocket::close);
      bridge.await(b -> b.route(0).getInteger("reconnects") >= 1 && b.route(0).getBoolean("open"));
      assertArrives(received, "renewed");
    } finally {
      Bridge.wait(tls.updateSSLOptions(certificate(folder)));
    }
  }

  private static ServerSSLOptions certificate(Path of) {
    return new ServerSSLOptions()
        .setKeyCertOptions(
            new PemKeyCertOptions()
                .addCertPath(of.resolve("node.crt").toString())
                .addKeyPath(of.resolve("node.key").toString()));
  }

  private static String trouble(Bridge bridge) {
    bridge.await(b -> b.status().getString("trouble") != null);
    assertThat(bridge.status().getBoolean("connected")).isFalse();
    return bridge.status().getString("trouble");
  }

  @Test
  void urisAreTriedInTurn() {
    String uris = "['amqp://127.0.0.1:1', '" + broker.uri() + "']";
    Queue<Object> received = consume();
    try (Bridge bridge = Bridge.on(vertx, uris, route).awaitOpen()) {
      assertArrives(received, "from the second");
    }
  }

  @Test
  void sendReachesOneConsumerAndFailsWithoutAny() {
    String send =
        "[{queue: %1$s, address: %1$s, deliver: send, tries: 2, retry-delay: 10ms}]"
            .formatted(queue);
    try (Bridge bridge = Bridge.on(vertx, broker.uri(), send).awaitOpen()) {
      publish("for nobody");
      bridge.await(b -> b.route(0).getInteger("dropped") == 1);
      assertThat(bridge.route(0).getInteger("in")).isEqualTo(2);
      Queue<Object> one = consume();
      Queue<Object> other = consume();
      for (int i = 0; i < 10; i++) {
        publish("m" + i);
      }
      bridge.await(b -> b.route(0).getInteger("confirmed") == 10);
      await().atMost(Bridge.PATIENCE).until(() -> one.size() + other.size() == 10);
      assertThat(one).doesNotContainAnyElementsOf(other).hasSize(5);
    }
  }

  @Test
  void queueOfAnAdministratorIsNotDeclared() {
    broker.assumeRabbitMq();
    String none = "[{queue: %1$s, address: %1$s, declare: none}]".formatted(queue);
    Queue<Object> received = consume();
    try (Bridge bridge = Bridge.on(vertx, broker.uri(), none)) {
      bridge.await(b -> b.route(0).getString("trouble") != null);
      assertThat(bridge.route(0).getString("trouble")).startsWith("404 NOT_FOUND");
      Map<String, Object> arguments = Map.of("x-max-length", 10);
      broker.on(channel -> channel.queueDeclare(queue, true, false, false, arguments));
      bridge.awaitOpen();
      assertArrives(received, "as it is");
      assertThat(bridge.route(0).getString("trouble")).isNull();
    }
  }
}
