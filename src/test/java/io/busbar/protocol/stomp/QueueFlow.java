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
 * One at each of some nodes who sends numbers to a queue, others who take and acknowledge them, and
 * what came of it. Owned by the test's thread; each client has threads of its own.
 */
public final class QueueFlow implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int UNDER_WAY = 50;

  private final String queue;
  private final List<StompTestClient> clients = new ArrayList<>();
  private final List<Semaphore> budgets = new ArrayList<>();
  private final Set<String> receipted = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final Set<String> heard = ConcurrentHashMap.newKeySet();
  private final AtomicInteger came = new AtomicInteger();
  private volatile int allowed;
  private volatile boolean over;

  /** Senders who wait for {@link #send}, and nobody yet who takes what they send. */
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
    TcpWire wire = TcpWire.connect(node.http().getHost(), node.stompPort());
    StompTestClient client = StompTestClient.connected(wire, "1.2");
    clients.add(client);
    return client;
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "queue-flow");
    thread.setDaemon(true);
    thread.start();
  }

  /** Will have somebody at each of these nodes who takes what comes. */
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

  /** Each sender will send so many more. */
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
        heard.add(message.text());
        came.incrementAndGet();
        consumer.send("ACK\nid:" + message.header("ack") + "\n\n\0");
      }
    }
  }

  /** Will wait until all that were to be sent have their receipts. */
  public QueueFlow awaitReceipts() {
    await()
        .atMost(PATIENCE)
        .until(() -> receipted.size() + " " + refused, (allowed + " []")::equals);
    return this;
  }

  /** Will wait until all that was to be sent has been receipted and has come. */
  public QueueFlow awaitAll() {
    awaitReceipts();
    await().atMost(PATIENCE).until(this::missing, Set::isEmpty);
    return this;
  }

  private Set<String> missing() {
    Set<String> missing = new HashSet<>(receipted);
    missing.removeAll(heard);
    return missing;
  }

  public int receipted() {
    return receipted.size();
  }

  /** Messages that came, be it again. */
  public int came() {
    return came.get();
  }

  /** Of these, how many came again. */
  public int twice() {
    return came.get() - heard.size();
  }

  @Override
  public void close() {
    over = true;
    send(1);
    clients.forEach(StompTestClient::close);
  }
}
