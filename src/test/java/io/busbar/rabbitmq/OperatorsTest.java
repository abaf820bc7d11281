package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.net.URLEncoder;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Tests what operators do to a RabbitMQ while the gateway runs: it logs one clear line, and goes
 * on.
 */
final class OperatorsTest {
  private static RabbitMqServer server;

  private final String queue = "q-" + UUID.randomUUID();
  private final String exchange = "x-" + queue;
  private final Queue<Object> received = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start() {
    server = RabbitMqServer.shared();
  }

  @AfterEach
  void clean() {
    server.broker().deleteQueues(queue);
    server.broker().deleteExchange(exchange);
  }

  private static Bridge consuming(Bridge bridge, Queue<Object> received) {
    Bridge.wait(bridge.bus().consumer("a", message -> received.add(message.body())).completion());
    return bridge.awaitOpen();
  }

  private void publish(String to, String key, String body) {
    server.on(
        channel -> {
          channel.basicPublish(to, key, null, body.getBytes(UTF_8));
          return null;
        });
  }

  private void awaitReceived(String body) {
    await().atMost(Bridge.PATIENCE).until(() -> received.contains(body));
  }

  private static String trouble(Bridge bridge) {
    return bridge.await(b -> b.route(0).getString("trouble") != null).route(0).getString("trouble");
  }

  private static void awaitReopened(Bridge bridge, int times) {
    bridge.await(
        b -> b.route(0).getBoolean("open") && b.route(0).getInteger("reconnects") >= times);
  }

  @Test
  void deletedQueueIsDeclaredAndConsumedAgain() {
    String route = "[{queue: %s, address: a}]".formatted(queue);
    try (Bridge bridge = consuming(Bridge.start(server.uri(), route), received)) {
      server.on(channel -> channel.queueDelete(queue));
      awaitReopened(bridge, 1);
      publish("", queue, "again");
      awaitReceived("again");
      assertThat(bridge.status().getBoolean("connected")).isTrue();
    }
  }

  @Test
  void queueThatAnAdministratorRecreatesIsConsumedAgain() {
    server.on(channel -> channel.queueDeclare(queue, true, false, false, null));
    String route = "[{queue: %s, address: a, declare: none}]".formatted(queue);
    try (Bridge bridge = consuming(Bridge.start(server.uri(), route), received)) {
      server.on(channel -> channel.queueDelete(queue));
      assertThat(trouble(bridge)).contains(queue);
      server.on(channel -> channel.queueDeclare(queue, true, false, false, null));
      awaitReopened(bridge, 1);
      publish("", queue, "again");
      awaitReceived("again");
    }
  }

  @Test
  void deletedExchangeIsDeclaredAndBoundAgain() {
    String route = "[{exchange: %s, binding: '#', address: a}]".formatted(exchange);
    try (Bridge bridge = consuming(Bridge.start(server.uri(), route), received)) {
      publish(exchange, "k", "before");
      awaitReceived("before");
      for (int times = 1; times <= 2; times++) {
        server.on(channel -> channel.exchangeDelete(exchange));
        awaitReopened(bridge, times);
        publish(exchange, "k", "after " + times);
        awaitReceived("after " + times);
      }
    }
  }

  @Test
  void publishingToADeletedExchangeDeclaresItAgain() {
    String route = "[{address: out, exchange: %s, mandatory: false}]".formatted(exchange);
    try (Bridge bridge = Bridge.start(server.uri(), route).awaitOpen()) {
      server.on(channel -> channel.exchangeDelete(exchange));
      Bridge.wait(bridge.bus().request("out", "x"));
      assertThat(bridge.route(0).getInteger("reconnects")).isEqualTo(1);
      server.on(channel -> channel.exchangeDeclarePassive(exchange));
    }
  }

  @Test
  void publishingToADeletedQueueDeclaresItAndKeepsOrder() {
    String route = "[{address: out, routing-key: %s}]".formatted(queue);
    try (Bridge bridge = Bridge.start(server.uri(), route).awaitOpen()) {
      server.on(channel -> channel.queueDelete(queue));
      bridge.bus().publish("out", "1").publish("out", "2");
      Bridge.wait(bridge.bus().request("out", "3"));
      for (String expected : new String[] {"1", "2", "3"}) {
        byte[] body = server.on(channel -> channel.basicGet(queue, true)).getBody();
        assertThat(new String(body, UTF_8)).isEqualTo(expected);
      }
    }
  }

  /** RabbitMQ 3.10 may refuse on one channel what it accepts on another. */
  @Test
  void refusedRequestFailsAndReopensTheRoute() {
    String route =
        "[{address: out, routing-key: %s, arguments: {x-max-length: 1, x-overflow: reject-publish}}]"
            .formatted(queue);
    try (Bridge bridge = Bridge.start(server.uri(), route).awaitOpen()) {
      Bridge.wait(bridge.bus().request("out", "1"));
      for (int times = 1; times <= 2; times++) {
        assertThat(refusal(bridge, "2")).isEqualTo(502);
        awaitReopened(bridge, times);
      }
      server.on(channel -> channel.queuePurge(queue));
      Bridge.wait(bridge.bus().request("out", "3"));
      int reconnects = bridge.route(0).getInteger("reconnects");
      server.on(channel -> channel.queuePurge(queue));
      Bridge.wait(bridge.bus().request("out", "4"));
      assertThat(bridge.route(0).getInteger("reconnects")).isEqualTo(reconnects);
    }
  }

  private static int refusal(Bridge bridge, String body) {
    Throwable told =
        Bridge.wait(
            bridge
                .bus()
                .request("out", body)
                .map((Throwable) null)
                .recover(Future::succeededFuture));
    return ((ReplyException) told).failureCode();
  }

  @Test
  void connectionThatIsForcedClosedIsReopened() {
    String route = "[{queue: %s, address: a}]".formatted(queue);
    try (Bridge bridge =
        consuming(Bridge.start(server.uri(), route, "rabbitmq.back-off={first: 3s}"), received)) {
      server.ctl("close_all_connections", "maintenance");
      bridge.await(b -> b.status().getString("trouble") != null);
      assertThat(bridge.status().getString("trouble"))
          .contains("320 CONNECTION_FORCED - maintenance");
      awaitReopened(bridge, 1);
      publish("", queue, "after");
      awaitReceived("after");
    }
  }

  @Test
  void tooSlowConsumerIsReportedAndGetsTheMessageAgain() {
    setConsumerTimeout("1000", "500");
    String route = "[{queue: %s, address: a, deliver: request}]".formatted(queue);
    Queue<Message<Object>> asked = new ConcurrentLinkedQueue<>();
    try (Bridge bridge = Bridge.start(server.uri(), route).awaitOpen()) {
      Bridge.wait(bridge.bus().consumer("a", asked::add).completion());
      publish("", queue, "slow");
      await().atMost(Bridge.PATIENCE).until(() -> asked.size() == 1);
      assertThat(trouble(bridge)).contains("PRECONDITION_FAILED").contains("timed out");
      setConsumerTimeout("1800000", "60000");
      await().atMost(Bridge.PATIENCE).until(() -> asked.size() >= 2);
      asked.forEach(message -> message.reply(null));
      assertThat(asked.element().headers().contains("redelivered")).isFalse();
      await()
          .atMost(Bridge.PATIENCE)
          .until(
              () -> {
                asked.forEach(message -> message.reply(null));
                return bridge.route(0).getInteger("confirmed") >= 1;
              });
    } finally {
      setConsumerTimeout("1800000", "60000");
    }
  }

  private void setConsumerTimeout(String millis, String everyMillis) {
    server.ctl(
        "eval",
        "application:set_env(rabbit, consumer_timeout, %s), application:set_env(rabbit,"
                .formatted(millis)
            + " channel_tick_interval, %s).".formatted(everyMillis));
  }

  @Test
  void deletedVhostIsReportedAndFoundAgainWhenRecreated() {
    String vhost = "v" + UUID.randomUUID();
    addVhost(vhost, "guest");
    String uri = "amqp://guest:guest@127.0.0.1:" + server.port() + "/" + vhost;
    String route = "[{queue: %s, address: a}]".formatted(queue);
    try (Bridge bridge = consuming(Bridge.start(uri, route), received)) {
      server.ctl("delete_vhost", vhost);
      bridge.await(b -> b.status().getString("trouble") != null);
      assertThat(bridge.status().getString("trouble")).contains(vhost);
      addVhost(vhost, "guest");
      awaitReopened(bridge, 1);
    } finally {
      server.ctl("delete_vhost", vhost);
    }
  }

  private void addVhost(String vhost, String user) {
    server.ctl("add_vhost", vhost);
    server.ctl("set_permissions", "-p", vhost, user, ".*", ".*", ".*");
  }

  @Test
  void changedPasswordIsReportedOnReconnectAndNotShown() {
    String user = "u" + UUID.randomUUID();
    server.ctl("add_user", user, "first");
    server.ctl("set_permissions", "-p", "/", user, ".*", ".*", ".*");
    String uri = "amqp://%s:first@127.0.0.1:%d/%%2F".formatted(user, server.port());
    String route = "[{queue: %s, address: a}]".formatted(queue);
    try (Bridge bridge = consuming(Bridge.start(uri, route), received)) {
      server.ctl("change_password", user, "second");
      publish("", queue, "goes on");
      awaitReceived("goes on");
      server.ctl("close_all_connections", "maintenance");
      bridge.await(b -> String.valueOf(b.status().getString("trouble")).contains("password"));
      assertThat(bridge.status().getString("trouble"))
          .contains("it refuses the user name or the password")
          .doesNotContain("first");
      server.ctl("change_password", user, "first");
      awaitReopened(bridge, 1);
    } finally {
      server.ctl("delete_user", user);
    }
  }

  @Test
  void passwordsAndVhostsMayHaveEscapedCharacters() {
    String password = "@:/#%+ é";
    String vhost = "with blank /é";
    String user = "wéb";
    server.ctl("add_user", user, password);
    addVhost(vhost, user);
    String uri =
        "amqp://%s:%s@127.0.0.1:%d/%s"
            .formatted(escaped(user), escaped(password), server.port(), escaped(vhost));
    String route = "[{queue: %s, address: a}]".formatted(queue);
    try (Bridge bridge = Bridge.start(uri, route).awaitOpen()) {
      assertThat(bridge.status().getString("uri")).contains("***").doesNotContain("%23");
    } finally {
      server.ctl("delete_vhost", vhost);
      server.ctl("delete_user", user);
    }
  }

  private static String escaped(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }
}
