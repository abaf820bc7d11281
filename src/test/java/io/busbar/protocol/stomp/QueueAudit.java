package io.busbar.protocol.stomp;

import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.protocol.stomp.StompTestClient.Received;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The clients of an audit: four producers for two queues, six consumers of one queue, and the
 * feature of the other. One more consumes dead letters, and one subscribes to the topics of the
 * same names. Owned by the test's thread; each client has its own thread.
 */
final class QueueAudit {
  /** The queue that clients consume. */
  static final String TAKEN = "public.taken";

  /** The queue whose messages a feature handles. */
  static final String HANDLED = "public.handled";

  static final List<String> QUEUES =
      List.of(TAKEN, HANDLED, "dead-letter." + TAKEN, "dead-letter." + HANDLED);

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int PRODUCERS = 4;
  private static final int STEP = 1_000;

  /** Maximum of messages in progress, which keeps the queues from becoming full. */
  private static final int MOST_OPEN = 3_000;

  private static final List<AckMode> MODES =
      List.of(
          AckMode.CLIENT_INDIVIDUAL,
          AckMode.CLIENT,
          AckMode.AUTO,
          AckMode.CLIENT,
          AckMode.AUTO,
          AckMode.CLIENT_INDIVIDUAL);

  private final AuditNodes nodes;
  private final AuditRecord record = new AuditRecord();
  private final AuditLines lines;
  private final List<AuditProducer> producers = new ArrayList<>();
  private final List<AuditConsumer> consumers = new ArrayList<>();
  private final AuditTopic topic;
  private final AtomicInteger reserved = new AtomicInteger();
  private volatile int allowed;
  private volatile boolean goesOn = true;
  private volatile boolean allTaken;

  /**
   * @param folder where the feature writes its files
   * @param stay maximum of messages that a consumer takes before it leaves
   */
  QueueAudit(long seed, AuditNodes nodes, Path folder, int stay) {
    Random random = new Random(seed);
    this.nodes = nodes;
    this.lines = new AuditLines(folder, record);
    this.topic = new AuditTopic(this, random.nextLong());
    for (int i = 0; i < PRODUCERS; i++) {
      producers.add(new AuditProducer(i, this, random.nextLong()));
    }
    for (int i = 0; i < MODES.size(); i++) {
      consumers.add(
          new AuditConsumer("c" + i, i, TAKEN, MODES.get(i), stay, this, random.nextLong()));
    }
    for (String queue : QUEUES.subList(2, 4)) {
      consumers.add(new AuditConsumer(queue, 0, queue, AckMode.CLIENT, 0, this, random.nextLong()));
    }
    topic.thread.start();
    consumers.forEach(consumer -> consumer.thread.start());
    producers.forEach(producer -> producer.thread.start());
  }

  AuditNodes nodes() {
    return nodes;
  }

  AuditRecord record() {
    return record;
  }

  /** Returns whether one more message may be sent, and counts it as sent. */
  boolean mayBeSent() {
    if (record.open() >= MOST_OPEN || isAllSent()) {
      return false;
    }
    reserved.incrementAndGet();
    return true;
  }

  /** Counts messages without a receipt; others will be sent in their place. */
  void neverReceipted(int many) {
    record.neverReceipted(many);
    reserved.addAndGet(-many);
  }

  /** Returns whether nothing more has to be sent. */
  boolean isAllSent() {
    return !goesOn && reserved.get() >= allowed;
  }

  /** Returns whether consumers need not come back. */
  boolean isAllTaken() {
    return allTaken;
  }

  /** Will wait until that many more messages have their receipts and are finished. */
  QueueAudit goOn(int more) {
    int receipted = record.receipted() + more;
    int done = record.done() + more;
    awaitThat(() -> record.receipted() >= receipted && record.done() >= done);
    return this;
  }

  private void awaitThat(BooleanSupplier question) {
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL)
        .until(
            () -> {
              lines.read();
              return question.getAsBoolean() || record.count(AuditRecord.Kind.BROKEN) > 0;
            });
  }

  /** Moves clients that must not be cut off to other nodes, and waits until they have left. */
  void condemn(BusbarProcess node) {
    nodes.condemn(node);
    awaitThat(() -> consumers.stream().noneMatch(each -> each.isAuto() && each.node() == node));
  }

  /** Returns whether a producer is connected to another node. */
  boolean hasSenderBeside(BusbarProcess node) {
    return producers.stream().anyMatch(each -> each.node() != null && each.node() != node);
  }

  /**
   * Will wait until that many messages have their receipts and are finished, then look for any
   * others.
   */
  void finish(int messages) {
    while (record.receipted() < messages - STEP) {
      goOn(STEP);
    }
    allowed = messages;
    goesOn = false;
    join(producers);
    awaitThat(() -> record.missing().isEmpty());
    allTaken = true;
    join(consumers);
    join(List.of(topic));
    drain();
    lines.read();
  }

  private void join(List<? extends AuditClient> clients) {
    awaitThat(() -> clients.stream().noneMatch(each -> each.thread.isAlive()));
  }

  /** Consumes the rest of the queues, up to a new message that comes last. */
  private void drain() {
    BusbarProcess node = nodes.all().get(0);
    TcpStompConnection connection =
        TcpStompConnection.connect(node.http().getHost(), node.stompPort());
    try (StompTestClient last = StompTestClient.connected(connection, "1.2")) {
      for (String queue : QUEUES) {
        if (!queue.equals(HANDLED)) {
          drain(last, queue);
        }
      }
    }
  }

  private void drain(StompTestClient last, String queue) {
    last.receipted("SEND\ndestination:/queue/" + queue + "\n\nlast\0");
    last.send(
        "SUBSCRIBE\nid:%1$s\nack:client-individual\nprefetch-count:1\ndestination:/queue/%1$s\n\n\0"
            .formatted(queue));
    String text = "";
    while (!text.equals("last")) {
      Received message = last.message();
      text = message.text();
      last.send("ACK\nid:" + message.header("ack") + "\n\n\0");
      if (!text.equals("last")) {
        record.came("the last", queue, message, true);
        record.done(text);
      }
    }
    last.receipted("UNSUBSCRIBE\nid:" + queue + "\n\n\0");
  }
}
