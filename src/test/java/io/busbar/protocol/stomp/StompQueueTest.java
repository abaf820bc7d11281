package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.protocol.stomp.StompTestClient.Received;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Competing consumers. */
final class StompQueueTest {
  private static final String SUBSCRIBE =
      "SUBSCRIBE\nid:1\nprefetch-count:2\ndestination:/queue/public.q\nack:";

  private final List<StompTestClient> clients = new ArrayList<>();
  private TestGateway gateway;

  @BeforeEach
  void start() {
    gateway = gateway();
  }

  private static TestGateway gateway(String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "permissions=[{address: '#', allow: [subscribe, publish, send]}]",
                "features=[]",
                "queues.messages=10",
                "queues.tries=2"));
    settings.addAll(List.of(more));
    return TestGateway.start(settings.toArray(String[]::new));
  }

  @AfterEach
  void stop() {
    clients.forEach(StompTestClient::close);
    gateway.close();
  }

  private StompTestClient client(String version) {
    StompTestClient client =
        StompTestClient.connected(TcpStompConnection.connect(gateway.stompPort()), version);
    clients.add(client);
    return client;
  }

  private static void send(StompTestClient client, String... bodies) {
    for (String body : bodies) {
      client.receipted("SEND\ndestination:/queue/public.q\n\n" + body + "\0");
    }
  }

  @Test
  void messagesWaitForAConsumer() {
    send(client("1.2"), "one", "two");
    StompTestClient consumer = client("1.2");
    consumer.send(SUBSCRIBE + "auto\n\n\0");
    Received one = consumer.message();
    assertThat(one.text() + consumer.message().text()).isEqualTo("onetwo");
    assertThat(one.headers())
        .containsOnlyKeys(
            "destination", "content-type", "message-id", "content-length", "subscription");
  }

  @Test
  void eachMessageGoesToOneConsumerInTurn() {
    StompTestClient one = client("1.2");
    StompTestClient two = client("1.1");
    one.receipted(SUBSCRIBE + "auto\n\n\0");
    two.receipted(SUBSCRIBE + "auto\n\n\0");
    StompTestClient sender = client("1.2");
    Set<String> received = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      send(sender, "m" + i);
    }
    await().until(() -> one.waiting() + two.waiting() == 10);
    assertThat(one.waiting()).isBetween(3, 7);
    while (received.size() < 10) {
      received.add((one.waiting() > 0 ? one : two).message().text());
    }
    assertThat(one.waiting() + two.waiting()).isZero();
  }

  @Test
  void unacknowledgedMessagesAreLimitedByPrefetchCount() {
    StompTestClient consumer = client("1.2");
    consumer.receipted(SUBSCRIBE + "client-individual\n\n\0");
    send(client("1.2"), "one", "two", "three");
    Received one = consumer.message();
    Received two = consumer.message();
    consumer.receipted("BEGIN\ntransaction:t\n\n\0");
    assertThat(consumer.waiting()).isZero();
    consumer.send("ACK\nid:" + two.header("ack") + "\n\n\0");
    assertThat(consumer.message().text()).isEqualTo("three");
    consumer.receipted("ACK\nid:" + one.header("ack") + "\n\n\0");
  }

  @Test
  void acknowledgingInClientModeIsCumulativeInEveryVersion() {
    for (String version : List.of("1.0", "1.1", "1.2")) {
      StompTestClient consumer = client(version);
      consumer.receipted(SUBSCRIBE + "client\n\n\0");
      send(client("1.2"), "one", "two", "three");
      Received one = consumer.message();
      Received two = consumer.message();
      assertThat(one.text() + two.text()).isEqualTo("onetwo");
      String ack =
          version.equals("1.2")
              ? "id:" + two.header("ack")
              : "subscription:1\nmessage-id:" + two.header("message-id");
      consumer.send("ACK\n" + ack + "\n\n\0");
      Received three = consumer.message();
      assertThat(three.text()).isEqualTo("three");
      assertThat(three.header("redelivered")).isNull();
      String last =
          version.equals("1.2")
              ? "id:" + three.header("ack")
              : "subscription:1\nmessage-id:" + three.header("message-id");
      consumer.receipted("ACK\n" + last + "\n\n\0");
      consumer.send("DISCONNECT\nreceipt:bye\n\n\0");
      assertThat(consumer.next().header("receipt-id")).isEqualTo("bye");
      consumer.awaitClosed();
    }
  }

  @Test
  void acknowledgementWithinATransactionWaitsForCommit() {
    StompTestClient consumer = client("1.2");
    consumer.receipted(SUBSCRIBE.replace("prefetch-count:2", "prefetch-count:1") + "client\n\n\0");
    send(client("1.2"), "one", "two");
    String ack = consumer.message().header("ack");
    consumer.receipted("BEGIN\ntransaction:t\n\n\0");
    consumer.receipted("ACK\ntransaction:t\nid:" + ack + "\n\n\0");
    assertThat(consumer.waiting()).isZero();
    consumer.send("COMMIT\ntransaction:t\n\n\0");
    assertThat(consumer.message().text()).isEqualTo("two");
  }

  @Test
  void unacknowledgedMessagesOfADeadConsumerGoToAnother() {
    StompTestClient dying = client("1.2");
    dying.receipted(SUBSCRIBE + "client\n\n\0");
    send(client("1.2"), "one", "two");
    assertThat(dying.message().text() + dying.message().text()).isEqualTo("onetwo");
    dying.connection().die();
    StompTestClient heir = client("1.2");
    heir.send(SUBSCRIBE + "client\n\n\0");
    Received one = heir.message();
    assertThat(one.text() + one.header("redelivered")).isEqualTo("onetrue");
    assertThat(heir.message().text()).isEqualTo("two");
  }

  @Test
  void refusedMessageGoesToAnotherConsumer() {
    StompTestClient picky = client("1.2");
    StompTestClient other = client("1.2");
    picky.receipted(SUBSCRIBE + "client-individual\n\n\0");
    send(client("1.2"), "one");
    Received one = picky.message();
    other.receipted(SUBSCRIBE + "client-individual\n\n\0");
    picky.send("NACK\nid:" + one.header("ack") + "\n\n\0");
    Received again = other.message();
    assertThat(again.text() + again.header("redelivered")).isEqualTo("onetrue");
    assertThat(picky.waiting()).isZero();
  }

  @Test
  void messageBecomesADeadLetterAfterTooManyTries() {
    StompTestClient consumer = client("1.2");
    consumer.receipted(SUBSCRIBE + "client-individual\n\n\0");
    StompTestClient undertaker = client("1.2");
    undertaker.receipted("SUBSCRIBE\nid:1\ndestination:/queue/dead-letter.public.q\n\n\0");
    send(client("1.2"), "poison");
    consumer.send("NACK\nid:" + consumer.message().header("ack") + "\n\n\0");
    consumer.receipted("NACK\nid:" + consumer.message().header("ack") + "\n\n\0");
    Received deadLetter = undertaker.message();
    assertThat(deadLetter.text()).isEqualTo("poison");
    assertThat(deadLetter.header("dead-letter-from")).isEqualTo("public.q");
    assertThat(deadLetter.header("dead-letter-reason")).isEqualTo("tries");
    assertThat(consumer.waiting()).isZero();
  }

  @Test
  void sendToAFullQueueIsAnError() {
    StompTestClient sender = client("1.2");
    for (int i = 0; i < 10; i++) {
      send(sender, "m" + i);
    }
    sender.send("SEND\ndestination:/queue/public.q\nreceipt:r11\n\none too many\0");
    Received error = sender.error();
    assertThat(error.header("message")).isEqualTo("the queue is full\\c public.q");
    assertThat(error.header("receipt-id")).isEqualTo("r11");
  }

  @Test
  void fullQueueDropsTheOldestMessageIfConfigured() {
    gateway.close();
    gateway = gateway("queues.overflow=drop-oldest");
    StompTestClient sender = client("1.2");
    for (int i = 0; i < 12; i++) {
      send(sender, "m" + i);
    }
    StompTestClient consumer = client("1.2");
    consumer.send(SUBSCRIBE + "auto\n\n\0");
    List<String> received = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      received.add(consumer.message().text());
    }
    assertThat(received).startsWith("m2").endsWith("m11");
    consumer.receipted("BEGIN\ntransaction:t\n\n\0");
    assertThat(consumer.waiting()).isZero();
  }

  @Test
  void oldMessagesAreDropped() {
    gateway.close();
    gateway = gateway("queues.age=1ms");
    send(client("1.2"), "stale");
    StompTestClient consumer = client("1.2");
    long sent = System.currentTimeMillis();
    await().until(() -> System.currentTimeMillis() > sent + 1);
    consumer.receipted(SUBSCRIBE + "auto\n\n\0");
    consumer.receipted("BEGIN\ntransaction:t\n\n\0");
    assertThat(consumer.waiting()).isZero();
  }

  @Test
  void unsubscribingCountsNoTry() {
    for (int i = 0; i < 4; i++) {
      StompTestClient consumer = client("1.2");
      if (i == 0) {
        send(consumer, "one");
      }
      consumer.send(SUBSCRIBE + "client\n\n\0");
      assertThat(consumer.message().text()).isEqualTo("one");
      consumer.receipted("UNSUBSCRIBE\nid:1\n\n\0");
    }
  }
}
