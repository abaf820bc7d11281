package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.protocol.stomp.StompTestClient.Received;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The promises of a queue in common situations where queues may lose messages. */
final class QueueGuaranteesTest {
  private static final String RULES =
      "queues.rules=["
          + "{name: orders, from: orders.new, to: orders.handle, tries: 2, dead-letter: dead.orders,"
          + " answer-timeout: 500ms},"
          + " {name: waits, from: waits.new, tries: 2},"
          + " {name: small, messages: 2, overflow: drop-oldest},"
          + " {name: short, age: 1s, dead-letter: dead.short}]";

  private final List<StompTestClient> clients = new ArrayList<>();
  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway =
        TestGateway.start(
            "permissions=[{address: '#', allow: [subscribe, publish, send]}]",
            "features=[]",
            RULES);
  }

  @AfterEach
  void stop() {
    clients.forEach(StompTestClient::close);
    gateway.close();
  }

  private StompTestClient client() {
    StompTestClient client =
        StompTestClient.connected(TcpStompConnection.connect(gateway.stompPort()), "1.2");
    clients.add(client);
    return client;
  }

  private static void send(StompTestClient client, String queue, String body, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\n", headers) + "\n";
    client.receipted("SEND\ndestination:/queue/" + queue + "\n" + more + "\n" + body + "\0");
  }

  private static void consume(StompTestClient client, String destination, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\n", headers) + "\n";
    client.send("SUBSCRIBE\nid:1\ndestination:" + destination + "\n" + more + "\n\0");
  }

  private static void ack(StompTestClient client, Received message) {
    client.receipted("ACK\nid:" + message.header("ack") + "\n\n\0");
  }

  /** Checks that nothing has come, after all earlier input of the server was handled. */
  private static void assertNothingCame(StompTestClient client) {
    client.receipted("BEGIN\ntransaction:look\n\n\0");
    client.receipted("ABORT\ntransaction:look\n\n\0");
    assertThat(client.waiting()).isZero();
  }

  @Test
  void unacknowledgedMessageGoesToTheNextConsumer() {
    Map<String, Consumer<StompTestClient>> ways =
        Map.of(
            "half-close", client -> client.connection().endOutput(),
            "close", StompTestClient::close,
            "reset", client -> client.connection().die(),
            "DISCONNECT", client -> client.send("DISCONNECT\nreceipt:bye\n\n\0"));
    ways.forEach(
        (name, leave) -> {
          StompTestClient leaving = client();
          consume(leaving, "/queue/public.a", "ack:client");
          send(client(), "public.a", name);
          assertThat(leaving.message().text()).isEqualTo(name);
          leave.accept(leaving);
          leaving.awaitClosed();
          StompTestClient next = client();
          consume(next, "/queue/public.a", "ack:client");
          Received again = next.message();
          assertThat(again.text() + again.header("redelivered")).isEqualTo(name + "true");
          ack(next, again);
          next.receipted("UNSUBSCRIBE\nid:1\n\n\0");
        });
  }

  @Test
  void topicSubscriberTakesNothingFromTheQueueOfTheSameName() {
    StompTestClient topic = client();
    topic.receipted("SUBSCRIBE\nid:t\ndestination:/topic/orders2\n\n\0");
    StompTestClient consumer = client();
    consume(consumer, "/queue/orders2", "ack:auto");
    StompTestClient sender = client();
    for (int i = 0; i < 40; i++) {
      send(sender, "orders2", "" + i);
    }
    for (int i = 0; i < 40; i++) {
      assertThat(consumer.message().text()).isEqualTo("" + i);
    }
    assertNothingCame(topic);
  }

  @Test
  void consumerWithSelectorReceivesOnlyMatchingMessages() {
    StompTestClient red = client();
    consume(red, "/queue/public.s", "selector:color = 'red' AND size > 9", "ack:client");
    StompTestClient sender = client();
    send(sender, "public.s", "blue", "color:blue", "size:10");
    send(sender, "public.s", "red", "color:red", "size:10");
    send(sender, "public.s", "small", "color:red", "size:9");
    assertThat(red.message().text()).isEqualTo("red");
    assertNothingCame(red);
    StompTestClient other = client();
    consume(other, "/queue/public.s");
    assertThat(other.message().text() + other.message().text()).isEqualTo("bluesmall");
  }

  @Test
  void invalidSelectorsAndTooManySelectorsAreErrors() {
    StompTestClient client = client();
    consume(client, "/queue/public.s", "selector:color = ");
    assertThat(client.error().header("message")).startsWith("selector\\c ");
    StompTestClient greedy = client();
    for (int i = 0; i < 32; i++) {
      greedy.receipted(
          "SUBSCRIBE\nid:" + i + "\nselector:n = " + i + "\ndestination:/queue/public.s\n\n\0");
    }
    greedy.send("SUBSCRIBE\nid:x\nselector:n = 99\ndestination:/queue/public.s\n\n\0");
    assertThat(greedy.error().header("message"))
        .isEqualTo("a queue has at most 32 different selectors");
  }

  @Test
  void higherPrioritiesAreDeliveredFirst() {
    StompTestClient sender = client();
    send(sender, "public.p", "a");
    send(sender, "public.p", "low", "priority:1");
    send(sender, "public.p", "high", "priority:9");
    send(sender, "public.p", "b", "priority:4");
    StompTestClient consumer = client();
    consume(consumer, "/queue/public.p", "ack:client-individual", "prefetch-count:1");
    List<String> received = new ArrayList<>();
    Received first = consumer.message();
    received.add(first.text());
    consumer.send("NACK\nid:" + first.header("ack") + "\n\n\0");
    for (int i = 0; i < 4; i++) {
      Received message = consumer.message();
      received.add(message.text());
      consumer.send("ACK\nid:" + message.header("ack") + "\n\n\0");
    }
    assertThat(received).containsExactly("high", "high", "a", "b", "low");
    sender.send("SEND\npriority:ten\ndestination:/queue/public.p\n\nx\0");
    assertThat(sender.error().header("message")).isEqualTo("priority is a number from 0 to 9");
  }

  @Test
  void expiredMessageIsNotDelivered() {
    StompTestClient sender = client();
    long now = System.currentTimeMillis();
    send(sender, "public.t", "absolute", "expires:" + (now + 30));
    send(sender, "public.t", "relative", "expiration:30");
    send(sender, "public.t", "ttl", "x-message-ttl:30");
    send(sender, "public.t", "earliest", "ttl:60000", "expiration:30");
    send(sender, "public.t", "never", "expires:0");
    await().until(() -> System.currentTimeMillis() > now + 1_000);
    StompTestClient consumer = client();
    consume(consumer, "/queue/public.t");
    assertThat(consumer.message().text()).isEqualTo("never");
    assertNothingCame(consumer);
    sender.send("SEND\nexpiration:soon\ndestination:/queue/public.t\n\nx\0");
    assertThat(sender.error().header("message"))
        .isEqualTo("expiration is a number of milliseconds");
  }

  @Test
  void expiredMessageBecomesADeadLetterIfTheRuleSaysSo() {
    send(client(), "short", "late");
    StompTestClient undertaker = client();
    consume(undertaker, "/queue/dead.short");
    Received deadLetter = undertaker.message();
    assertThat(deadLetter.text()).isEqualTo("late");
    assertThat(
            deadLetter.header("dead-letter-from") + " " + deadLetter.header("dead-letter-reason"))
        .isEqualTo("short expired");
  }

  @Test
  void oldestMessageOfAFullQueueBecomesADeadLetter() {
    StompTestClient sender = client();
    for (int i = 0; i < 5; i++) {
      send(sender, "small", "" + i);
    }
    StompTestClient undertaker = client();
    consume(undertaker, "/queue/dead-letter.small");
    for (int i = 0; i < 3; i++) {
      Received deadLetter = undertaker.message();
      assertThat(deadLetter.text() + deadLetter.header("dead-letter-reason"))
          .isEqualTo(i + "overflow");
    }
    StompTestClient consumer = client();
    consume(consumer, "/queue/small");
    assertThat(consumer.message().text() + consumer.message().text()).isEqualTo("34");
  }

  @Test
  void unsupportedBrokerHeadersAreErrors() {
    Map<String, String> asked =
        Map.of(
            "SUBSCRIBE\nid:1\nx-queue-type:stream\ndestination:/queue/public.u\n\n\0",
            "x-queue-type",
            "SUBSCRIBE\nid:1\nexclusive:true\ndestination:/queue/public.u\n\n\0",
            "exclusive",
            "SUBSCRIBE\nid:1\nactivemq.retroactive:TRUE\ndestination:/topic/public.u\n\n\0",
            "activemq.retroactive",
            "SEND\nAMQ_SCHEDULED_DELAY:1000\ndestination:/queue/public.u\n\nx\0",
            "AMQ_SCHEDULED_DELAY",
            "SEND\ntransformation:jms-map-xml\ndestination:/topic/public.u\n\nx\0",
            "transformation");
    asked.forEach(
        (frame, name) -> {
          StompTestClient client = client();
          client.send(frame);
          assertThat(client.error().header("message"))
              .isEqualTo(
                  name + " is not supported here (stomp.unknown-features\\c ignore lets it pass)");
        });
    StompTestClient fine = client();
    fine.receipted("SUBSCRIBE\nid:1\nexclusive:false\ndestination:/queue/public.u\n\n\0");
  }

  @Test
  void requestToAQueueIsAnsweredWhenItIsStored() {
    Future<Message<Object>> kept = gateway.bus().request("waits.new", "one");
    assertThat(TestGateway.await(kept).body()).isNull();
    StompTestClient consumer = client();
    consume(consumer, "/queue/waits");
    assertThat(consumer.message().text()).isEqualTo("one");
  }

  @Test
  void requestThatAwaitsHandlingIsAnsweredOnAcknowledgement() {
    StompTestClient consumer = client();
    consume(consumer, "/queue/waits", "ack:client-individual");
    DeliveryOptions handled = new DeliveryOptions().addHeader("busbar-await", "handled");
    Future<Message<Object>> one = gateway.bus().request("waits.new", "one", handled);
    Received first = consumer.message();
    assertThat(one.isComplete()).isFalse();
    ack(consumer, first);
    assertThat(TestGateway.await(one).body()).isNull();
    Future<Message<Object>> two = gateway.bus().request("waits.new", "two", handled);
    Received second = consumer.message();
    consumer.receipted(
        "SEND\ndestination:" + second.header("reply-to") + "\nmood:good\n\nanswer\0");
    ack(consumer, second);
    Message<Object> answer = TestGateway.await(two);
    assertThat(answer.body() + answer.headers().get("mood")).isEqualTo("answergood");
    Future<Message<Object>> three = gateway.bus().request("waits.new", "three", handled);
    consumer.send("NACK\nrequeue:false\nid:" + consumer.message().header("ack") + "\n\n\0");
    await().until(three::failed);
    assertThat(((ReplyException) three.cause()).failureCode()).isEqualTo(7198);
  }

  @Test
  void replyOfTheTargetAddressAcknowledgesTheMessage() {
    List<Object> received = new CopyOnWriteArrayList<>();
    TestGateway.await(
        gateway
            .bus()
            .consumer(
                "orders.handle",
                message -> {
                  received.add(message.body() + ":" + message.headers().get("protocol"));
                  if ("bad".equals(message.body())) {
                    message.fail(1, "not today");
                  } else if (!"silent".equals(message.body())) {
                    message.reply("done");
                  }
                })
            .completion());
    StompTestClient sender = client();
    send(sender, "orders", "good");
    send(sender, "orders", "bad");
    send(sender, "orders", "silent");
    gateway.bus().send("orders.new", "by bus");
    gateway.bus().publish("orders.new", "published");
    StompTestClient undertaker = client();
    consume(undertaker, "/queue/dead.orders");
    assertThat(List.of(undertaker.message().text(), undertaker.message().text()))
        .containsExactlyInAnyOrder("bad", "silent");
    await().until(() -> received.size() == 7);
    assertThat(received)
        .containsOnlyOnce("good:stomp", "by bus:null", "published:null")
        .startsWith("good:stomp");
  }

  @Test
  void replyOfTheTargetAddressReachesTheSender() {
    gateway.bus().consumer("orders.handle", message -> message.reply("re: " + message.body()));
    StompTestClient asking = client();
    asking.send(
        "SEND\ndestination:/queue/orders\nreply-to:/temp-queue/x\ncorrelation-id:7\n\nhello\0");
    Received answer = asking.message();
    assertThat(answer.text() + answer.header("correlation-id")).isEqualTo("re: hello7");
    assertThat(answer.header("destination") + answer.header("subscription"))
        .isEqualTo("/temp-queue/x/temp-queue/x");
  }

  @Test
  void messagesWaitForAHandlerWithoutCountingTries() {
    StompTestClient sender = client();
    for (int i = 0; i < 10; i++) {
      send(sender, "orders", "" + i);
    }
    long before = System.currentTimeMillis();
    await().until(() -> System.currentTimeMillis() > before + 1_500);
    List<Object> received = new CopyOnWriteArrayList<>();
    gateway
        .bus()
        .consumer(
            "orders.handle",
            message -> {
              received.add(message.body() + message.headers().get("redelivered"));
              message.reply(null);
            });
    await().until(() -> received.size() == 10);
    for (int i = 0; i < 10; i++) {
      assertThat(received.get(i)).isEqualTo(i + "null");
    }
  }

  @Test
  void temporaryQueueBelongsToItsSessionAndEndsWithIt() {
    StompTestClient worker = client();
    consume(worker, "/queue/public.work", "ack:client");
    StompTestClient asking = client();
    asking.receipted("SUBSCRIBE\nid:mine\ndestination:/temp-queue/x\n\n\0");
    asking.receipted("SEND\ndestination:/queue/public.work\nreply-to:/temp-queue/x\n\nquestion\0");
    Received question = worker.message();
    String back = question.header("reply-to");
    assertThat(back).startsWith("/reply-queue/temp.");
    worker.receipted("SEND\ndestination:" + back + "\n\nanswer\0");
    Received answer = asking.message();
    assertThat(answer.text() + answer.header("subscription") + answer.header("destination"))
        .isEqualTo("answermine/temp-queue/x");
    StompTestClient thief = client();
    String queue = back.substring("/reply-queue/".length());
    thief.send("SUBSCRIBE\nid:1\ndestination:/queue/busbar." + queue + "\n\n\0");
    assertThat(thief.error().header("message")).contains("are the gateway's");
    ack(worker, question);
    asking.close();
    asking.awaitClosed();
    worker.receipted("SEND\ndestination:" + back + "\n\ntoo late\0");
    worker.receipted("UNSUBSCRIBE\nid:1\n\n\0");
    await().until(() -> gateway.queues().count() <= 1);
  }

  @Test
  void queueSizePerUserIsLimited() {
    gateway.close();
    gateway =
        TestGateway.start(
            "permissions=[{address: '#', allow: [subscribe, publish, send]}]",
            "queues.total-size=1MiB",
            "queues.user-size=256KiB",
            "features=[]");
    String body = "x".repeat(60_000);
    StompTestClient greedy = client();
    for (int i = 0; i < 4; i++) {
      send(greedy, "public.g" + i, body);
    }
    greedy.send("SEND\ndestination:/queue/public.g9\n\n" + body + "\0");
    assertThat(greedy.error().header("message"))
        .isEqualTo("what you have in queues is too much (queues.user-size)");
    StompTestClient user =
        StompTestClient.connected(
            TcpStompConnection.connect(gateway.stompPort()), "1.2\nlogin:demo\npasscode:demo");
    clients.add(user);
    for (int i = 0; i < 4; i++) {
      send(user, "public.g" + i, body);
    }
    StompTestClient consumer = client();
    consume(consumer, "/queue/public.g0", "ack:client");
    consumer.send("ACK\nid:" + consumer.message().header("ack") + "\n\n\0");
    await().until(() -> gateway.queues().bytes() < 7 * 61_000);
    send(client(), "public.g0", body);
  }

  @Test
  void totalQueueSizeIsLimited() {
    gateway.close();
    gateway =
        TestGateway.start(
            "permissions=[{address: '#', allow: [subscribe, publish, send]}]",
            "queues.total-size=256KiB",
            "features=[]");
    StompTestClient greedy = client();
    for (int i = 0; i < 4; i++) {
      send(greedy, "public.g" + i, "x".repeat(60_000));
    }
    greedy.send("SEND\ndestination:/queue/public.g9\n\n" + "x".repeat(60_000) + "\0");
    assertThat(greedy.error().header("message"))
        .isEqualTo("the queues of this node are full (queues.total-size)");
  }

  @Test
  void totalSizeOfOpenTransactionsIsLimited() {
    gateway.close();
    gateway = TestGateway.start("stomp.transactions.total-size=100KiB");
    String send = "SEND\ntransaction:t\ndestination:/topic/public.t\n\n" + "x".repeat(40_000);
    List<StompTestClient> fine = List.of(client(), client());
    for (StompTestClient client : fine) {
      client.receipted("BEGIN\ntransaction:t\n\n\0");
      client.receipted(send + "\0");
    }
    StompTestClient last = client();
    last.receipted("BEGIN\ntransaction:t\n\n\0");
    last.send(send + "\0");
    assertThat(last.error().header("message"))
        .isEqualTo("open transactions of all clients have at most 100KiB");
    fine.get(0).receipted("ABORT\ntransaction:t\n\n\0");
    fine.get(1).connection().die();
    fine.get(1).awaitClosed();
    for (int i = 0; i < 2; i++) {
      StompTestClient again = client();
      again.receipted("BEGIN\ntransaction:t\n\n\0");
      again.receipted(send + "\0");
    }
  }
}
