package io.busbar.protocol.stomp;

import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.protocol.stomp.StompTestClient.Received;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A test load for a queue: producers at some nodes, consumers that acknowledge, and a record of the
 * results. Owned by the test's thread; each client has its own threads.
 */
public final class QueueFlow implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int UNDER_WAY = 50;

  private final String queue;
  private final List<StompTestClient> clients = new ArrayList<>();
  private final List<Semaphore> budgets = new ArrayList<>();
  private final Set<String> receipted = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final Set<String> received = ConcurrentHashMap.newKeySet();
  private final AtomicInteger came = new AtomicInteger();
  private volatile int allowed;
  private volatile boolean over;

  /** Starts producers that wait for {@link #send}, without consumers. */
  public QueueFlow(String queue, BusbarProcess... senders) {
    this.queue = queue;
    for (BusbarProcess node : senders) {
      StompTestClient sender = client(node);
      Semaphore room = new Semaphore(UNDER_WAY);
      Semaphore budget = new Semaphore(0);
      budgets.add(budget);
      start(() -> receipts(sender, room));
      start(() -> send(sender, room, budget, node.pid() + "-"));
    }
  }

  private StompTestClient client(BusbarProcess node) {
    TcpStompConnection connection =
        TcpStompConnection.connect(node.http().getHost(), node.stompPort());
    StompTestClient client = StompTestClient.connected(connection, "1.2");
    clients.add(client);
    return client;
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "queue-flow");
    thread.setDaemon(true);
    thread.start();
  }

  /** Starts a consumer at each of these nodes. */
  public QueueFlow takeAt(BusbarProcess... nodes) {
    for (BusbarProcess node : nodes) {
      StompTestClient consumer = client(node);
      consumer.send(
          "SUBSCRIBE\nid:1\nack:client-individual\nprefetch-count:100\ndestination:/queue/"
              + queue
              + "\n\n\0");
      start(() -> take(consumer));
    }
    return this;
  }

  /** Lets each producer send that many more messages. */
  public QueueFlow send(int more) {
    allowed += more * budgets.size();
    budgets.forEach(budget -> budget.release(more));
    return this;
  }

  private void send(StompTestClient sender, Semaphore room, Semaphore budget, String prefix) {
    for (int i = 0; !over; i++) {
      budget.acquireUninterruptibly();
      room.acquireUninterruptibly();
      if (over) {
        return;
      }
      String number = prefix + i;
      sender.send(
          "SEND\nreceipt:" + number + "\ndestination:/queue/" + queue + "\n\n" + number + "\0");
    }
  }

  private void receipts(StompTestClient sender, Semaphore room) {
    while (!over) {
      Received receipt = sender.nextOrNull();
      if (receipt != null) {
        boolean good = receipt.command().equals("RECEIPT");
        (good ? receipted : refused).add(good ? receipt.header("receipt-id") : receipt.text());
        room.release();
      }
    }
  }

  private void take(StompTestClient consumer) {
    while (!over) {
      Received message = consumer.nextOrNull();
      if (message != null && message.command().equals("MESSAGE")) {
        received.add(message.text());
        came.incrementAndGet();
        consumer.send("ACK\nid:" + message.header("ack") + "\n\n\0");
      }
    }
  }

  /** Will wait until all sent messages have their receipts. */
  public QueueFlow awaitReceipts() {
    await()
        .atMost(PATIENCE)
        .until(() -> receipted.size() + " " + refused, (allowed + " []")::equals);
    return this;
  }

  /** Will wait until all sent messages have their receipts and have been consumed. */
  public QueueFlow awaitAll() {
    awaitReceipts();
    await().atMost(PATIENCE).until(this::missing, Set::isEmpty);
    return this;
  }

  private Set<String> missing() {
    Set<String> missing = new HashSet<>(receipted);
    missing.removeAll(received);
    return missing;
  }

  public int receipted() {
    return receipted.size();
  }

  /** Returns the number of consumed messages, with redelivered ones. */
  public int came() {
    return came.get();
  }

  /** Returns the number of redelivered messages. */
  public int twice() {
    return came.get() - received.size();
  }

  @Override
  public void close() {
    over = true;
    send(1);
    clients.forEach(StompTestClient::close);
  }
}
