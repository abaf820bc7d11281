package io.busbar.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.eventbus.DeliveryOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sends numbered messages each way, with a fault in the middle: the table in rabbitmq.md. */
final class FaultAuditTest {
  private static final int MESSAGES = Integer.getInteger("audit.messages", 5_000);

  private static RabbitMqServer server;

  private enum Fault {
    KILLED,
    BLOCKED_BY_AN_ALARM,
    FORCED_CLOSED,
    EXCHANGE_DELETED
  }

  private final String queue = "q-" + UUID.randomUUID();
  private final String exchange = "x-" + queue;

  @BeforeAll
  static void start() {
    server = RabbitMqServer.shared();
  }

  @BeforeEach
  void declare() {
    server.on(
        channel -> {
          channel.queueDeclare(queue, true, false, false, null);
          return null;
        });
    bind();
  }

  private void bind() {
    server.on(
        channel -> {
          channel.exchangeDeclare(exchange, "topic", true);
          return channel.queueBind(queue, exchange, "k");
        });
  }

  @AfterEach
  void clean() {
    server.start();
    server.broker().deleteQueues(queue);
    server.broker().deleteExchange(exchange);
  }

  private void prepare(Fault fault) {
    if (fault == Fault.KILLED) {
      server.keepWhatIsDeclared();
    }
  }

  private void provoke(Fault fault) {
    switch (fault) {
      case KILLED -> {
        server.kill();
        server.start();
      }
      case BLOCKED_BY_AN_ALARM -> {
        server.ctl("set_vm_memory_high_watermark", "0.0000001");
        server.ctl("set_vm_memory_high_watermark", "0.4");
      }
      case FORCED_CLOSED -> server.ctl("close_all_connections", "audit");
      case EXCHANGE_DELETED -> {
        server.on(channel -> channel.exchangeDelete(exchange));
        bind();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void confirmedOutboundMessagesArriveInOrder(Fault fault) {
    prepare(fault);
    String route =
        "[{address: out, exchange: %s, routing-key: k, confirm-timeout: 2m, buffer: {messages:"
            + " 100000}}]";
    Set<Integer> confirmed = ConcurrentHashMap.newKeySet();
    AtomicInteger answered = new AtomicInteger();
    DeliveryOptions patient = new DeliveryOptions().setSendTimeout(180_000);
    try (Bridge bridge = Bridge.start(server.uri(), route.formatted(exchange)).awaitOpen()) {
      for (int i = 0; i < MESSAGES; i++) {
        int number = i;
        bridge
            .bus()
            .request("out", number, patient)
            .onSuccess(reply -> confirmed.add(number))
            .onComplete(reply -> answered.incrementAndGet());
      }
      await().atMost(Bridge.PATIENCE).until(() -> confirmed.size() > 500);
      provoke(fault);
      await().atMost(Bridge.PATIENCE).until(() -> answered.get() == MESSAGES);
    }
    List<ReceivedMessage> there = server.on(channel -> ReceivedMessage.takeAll(channel, queue));
    assertInOrder(there);
    assertThat(there.stream().map(ReceivedMessage::number)).containsAll(confirmed);
    if (fault != Fault.EXCHANGE_DELETED) { // without a binding, messages fail with 404
      assertThat(confirmed).hasSize(MESSAGES);
    }
  }

  @ParameterizedTest
  @EnumSource
  void inboundMessagesArriveInOrderAndRepeatsAreMarked(Fault fault) {
    prepare(fault);
    server.on(channel -> ReceivedMessage.publish(channel, queue, MESSAGES));
    Queue<ReceivedMessage> received = new ConcurrentLinkedQueue<>();
    Set<Integer> different = ConcurrentHashMap.newKeySet();
    String route =
        "[{queue: %s, exchange: %s, binding: k, address: a, prefetch: 50}]"
            .formatted(queue, exchange);
    io.vertx.core.Vertx vertx = io.vertx.core.Vertx.vertx();
    Bridge.wait(
        vertx
            .eventBus()
            .consumer(
                "a",
                message -> {
                  ReceivedMessage one = ReceivedMessage.onTheBus(message);
                  received.add(one);
                  different.add(one.number());
                })
            .completion());
    try (Bridge bridge = Bridge.on(vertx, server.uri(), route)) {
      await().atMost(Bridge.PATIENCE).until(() -> different.size() > 100);
      provoke(fault);
      await().atMost(Bridge.PATIENCE).until(() -> different.size() == MESSAGES);
      bridge.await(b -> b.route(0).getInteger("confirmed") >= MESSAGES);
      // A killed broker may have forgotten acknowledgements, so a message comes again, marked.
      await()
          .atMost(Bridge.PATIENCE)
          .until(() -> server.<Long>on(channel -> channel.messageCount(queue)) == 0);
    } finally {
      Bridge.wait(vertx.close());
    }
    assertInOrder(List.copyOf(received));
  }

  /** The first copies come in order. A repeated one has the mark. */
  private static void assertInOrder(List<ReceivedMessage> all) {
    Set<Integer> seen = new HashSet<>();
    int last = -1;
    for (ReceivedMessage next : all) {
      if (seen.add(next.number())) {
        assertThat(next.number()).as("order").isGreaterThan(last);
        last = next.number();
      } else {
        assertThat(next.redelivered()).as("twice without a mark: " + next).isTrue();
      }
    }
  }
}
