package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.net.NetSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Tests what happens to each message when RabbitMQ, the gateway or the network between them fails.
 */
final class FaultsTest {
  private static final int MESSAGES = 20_000;
  private static RabbitMqServer server;
  private static Vertx vertx;

  private final String queue = "q-" + UUID.randomUUID();

  @BeforeAll
  static void startServer() {
    server = RabbitMqServer.shared();
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void closeVertx() {
    Bridge.wait(vertx.close());
  }

  @Test
  void killedBrokerLosesNoOutboundMessage() {
    String route =
        "[{address: out, routing-key: %s, confirm-timeout: 2m, buffer: {messages: 100000}}]";
    Set<Integer> confirmed = ConcurrentHashMap.newKeySet();
    try (Bridge bridge = Bridge.start(server.uri(), route.formatted(queue)).awaitOpen()) {
      server.keepWhatIsDeclared();
      for (int i = 0; i < MESSAGES; i++) {
        int number = i;
        bridge
            .bus()
            .request(
                "out", number, new io.vertx.core.eventbus.DeliveryOptions().setSendTimeout(180_000))
            .onSuccess(reply -> confirmed.add(number));
      }
      await().atMost(Bridge.PATIENCE).until(() -> confirmed.size() > 500);
      server.kill();
      assertThat(confirmed.size()).as("killed in the middle").isLessThan(MESSAGES);
      server.start();
      await().atMost(Bridge.PATIENCE).until(() -> confirmed.size() == MESSAGES);
    }
    List<ReceivedMessage> there = server.on(channel -> ReceivedMessage.takeAll(channel, queue));
    assertNothingLost(there);
  }

  @Test
  void killedBrokerLosesNoInboundMessage() throws Exception {
    Queue<ReceivedMessage> received = new ConcurrentLinkedQueue<>();
    try (Bridge bridge =
        Bridge.start(server.uri(), "[{queue: " + queue + ", address: a, prefetch: 50}]")) {
      bridge.awaitOpen();
      server.keepWhatIsDeclared();
      Semaphore some = new Semaphore(0);
      bridge
          .bus()
          .consumer(
              "a",
              message -> {
                received.add(ReceivedMessage.onTheBus(message));
                some.release();
              });
      server.on(channel -> ReceivedMessage.publish(channel, queue, MESSAGES));
      some.acquire(100);
      server.kill();
      assertThat(received.size()).as("killed in the middle").isLessThan(MESSAGES);
      server.start();
      await()
          .atMost(Bridge.PATIENCE)
          .until(
              () -> received.stream().map(ReceivedMessage::number).distinct().count() == MESSAGES);
      bridge.await(b -> b.route(0).getInteger("reconnects") >= 1);
      // A killed broker may have forgotten acknowledgements, so a message comes again.
      await()
          .atMost(Bridge.PATIENCE)
          .until(() -> server.<Long>on(channel -> channel.messageCount(queue)) == 0);
    }
    assertNothingLost(List.copyOf(received));
  }

  /** All are there. Repeated ones have the mark, and the others are in order. */
  private static void assertNothingLost(List<ReceivedMessage> received) {
    Set<Integer> seen = new HashSet<>();
    int last = -1;
    for (ReceivedMessage next : received) {
      boolean fresh = seen.add(next.number());
      assertThat(fresh || next.redelivered()).as("twice without a mark: " + next).isTrue();
      if (fresh && !next.redelivered()) {
        assertThat(next.number()).as("order").isGreaterThan(last);
        last = next.number();
      }
    }
    assertThat(seen).hasSize(MESSAGES);
  }

  @Test
  void unacknowledgedMessagesOfALostGatewayAreRedelivered() {
    server.on(channel -> channel.queueDeclare(queue, true, false, false, null));
    Queue<Message<Object>> unanswered = new ConcurrentLinkedQueue<>();
    String route = "[{queue: " + queue + ", address: a, deliver: request}]";
    try (Proxy proxy = new Proxy(server.port())) {
      try (Bridge first = Bridge.start(proxy.uri(), route).awaitOpen()) {
        first.bus().consumer("a", unanswered::add);
        server.on(
            channel -> {
              for (int i = 0; i < 10; i++) {
                channel.basicPublish("", queue, null, String.valueOf(i).getBytes(UTF_8));
              }
              return null;
            });
        await().atMost(Bridge.PATIENCE).until(() -> unanswered.size() == 10);
        proxy.cut();
        List<String> again = new ArrayList<>();
        server.on(
            channel -> {
              await()
                  .atMost(Bridge.PATIENCE)
                  .until(
                      () -> {
                        GetResponse got = channel.basicGet(queue, true);
                        if (got != null) {
                          assertThat(got.getEnvelope().isRedeliver()).isTrue();
                          again.add(new String(got.getBody(), UTF_8));
                        }
                        return again.size() == 10;
                      });
              return null;
            });
        assertThat(again).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
      }
    }
  }

  @Test
  void hangingConnectionIsDetectedByItsHeartBeat() {
    String route = "[{queue: " + queue + ", address: a}]";
    try (Proxy proxy = new Proxy(server.port());
        Bridge bridge = Bridge.start(proxy.uri(), route, "rabbitmq.heart-beat=1s").awaitOpen()) {
      proxy.hang();
      bridge.await(b -> !b.status().getBoolean("connected"));
      proxy.flow();
      bridge.await(b -> b.route(0).getBoolean("open"));
      assertThat(bridge.route(0).getInteger("reconnects")).isEqualTo(1);
    }
  }

  @Test
  void alarmRefusesRequestsAndDelaysPublications() {
    String route = "[{address: out, routing-key: " + queue + ", confirm-timeout: 30s}]";
    try (Bridge bridge = Bridge.start(server.uri(), route).awaitOpen()) {
      server.ctl("set_vm_memory_high_watermark", "0.0000001");
      try {
        bridge.bus().publish("out", "notices the alarm");
        bridge.await(b -> b.route(0).getBoolean("blocked"));
        EventBus bus = bridge.bus();
        Throwable told =
            Bridge.wait(
                bus.request("out", "x")
                    .map((Throwable) null)
                    .recover(io.vertx.core.Future::succeededFuture));
        assertThat(((ReplyException) told).failureCode()).isEqualTo(503);
        assertThat(told).hasMessageContaining("takes no messages at the moment");
        bus.publish("out", "waits");
      } finally {
        server.ctl("set_vm_memory_high_watermark", "0.4");
      }
      bridge.await(b -> b.route(0).getInteger("confirmed") == 2);
    }
    assertThat(server.<Long>on(channel -> channel.messageCount(queue))).isEqualTo(2);
  }

  @Test
  void wrongPasswordMissingVhostAndMissingPermissionAreReported() {
    String host = "@127.0.0.1:" + server.port();
    String route = "[{queue: " + queue + ", address: a}]";
    try (Bridge bridge = Bridge.on(vertx, "amqp://guest:sesame" + host + "/%2F", route)) {
      bridge.await(b -> b.status().getString("trouble") != null);
      assertThat(bridge.status().getString("trouble"))
          .contains("refuses the user name or the password")
          .doesNotContain("sesame");
      assertThat(bridge.status().getString("uri")).doesNotContain("sesame");
    }
    try (Bridge bridge = Bridge.on(vertx, "amqp://guest:guest" + host + "/missing", route)) {
      bridge.await(b -> b.status().getString("trouble") != null);
      assertThat(bridge.status().getString("trouble")).contains("530").contains("missing");
    }
    server.ctl("add_user", "reader", "secret");
    server.ctl("set_permissions", "-p", "/", "reader", "^$", "^$", "^$");
    try (Bridge bridge = Bridge.on(vertx, "amqp://reader:secret" + host + "/%2F", route)) {
      bridge.await(b -> b.route(0).getString("trouble") != null);
      assertThat(bridge.route(0).getString("trouble")).startsWith("403 ACCESS_REFUSED");
      assertThat(bridge.status().getBoolean("connected")).isTrue();
    }
  }

  /** A TCP proxy to the broker. It can cut connections, or stop to forward without closing them. */
  private static final class Proxy implements AutoCloseable {
    private final Set<NetSocket> sockets = ConcurrentHashMap.newKeySet();
    private final io.vertx.core.net.NetServer listener;
    private final io.vertx.core.net.NetClient client = vertx.createNetClient();

    Proxy(int port) {
      listener = vertx.createNetServer().connectHandler(near -> join(near, port));
      Bridge.wait(listener.listen(0, "127.0.0.1"));
    }

    String uri() {
      return "amqp://guest:guest@127.0.0.1:" + listener.actualPort() + "/%2F";
    }

    private void join(NetSocket near, int port) {
      sockets.add(near);
      near.pause();
      client
          .connect(port, "127.0.0.1")
          .onSuccess(
              far -> {
                sockets.add(far);
                near.handler(far::write).closeHandler(gone -> far.close()).resume();
                far.handler(near::write).closeHandler(gone -> near.close());
              })
          .onFailure(e -> near.close());
    }

    void hang() {
      sockets.forEach(NetSocket::pause);
    }

    /** New connections are forwarded again. Those that hang still hang. */
    void flow() {
      sockets.clear();
    }

    void cut() {
      Bridge.wait(listener.close());
      sockets.forEach(NetSocket::close);
    }

    @Override
    public void close() {
      sockets.forEach(NetSocket::close);
      Bridge.wait(listener.close().otherwiseEmpty());
      Bridge.wait(client.close());
    }
  }
}
