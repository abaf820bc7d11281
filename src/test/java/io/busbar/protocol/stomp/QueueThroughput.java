package io.busbar.protocol.stomp;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.busbar.protocol.stomp.StompTestClient.Received;
import java.util.concurrent.Semaphore;

/**
 * Measures the throughput of a queue: one client SENDs with receipts, another acknowledges each
 * message. This is a program, not a test; {@code stomp.md} says how to run it.
 *
 * <p>Its arguments are rounds, messages per round, receipts in progress, and nodes of a cluster in
 * this JVM, or 0 for no cluster. The sender is on the first node, the consumer on the last, and the
 * queue on any.
 */
final class QueueThroughput {
  private static final String[] SETTINGS = {
    "permissions=[{address: 'q', allow: [subscribe, send]}]",
    "features=[]",
    "limits.messages-per-second=100000000"
  };
  private static final String BODY = "x".repeat(100);

  private QueueThroughput() {}

  /** Prints one line for each round. */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[0]);
    int messages = Integer.parseInt(arguments[1]);
    Semaphore window = new Semaphore(Integer.parseInt(arguments[2]));
    int nodes = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 0;
    TestCluster cluster = new TestCluster();
    TestGateway first = nodes == 0 ? TestGateway.start(SETTINGS) : cluster.startHere(SETTINGS);
    TestGateway last = first;
    for (int i = 1; i < nodes; i++) {
      last = cluster.startHere(SETTINGS);
    }
    try (StompTestClient consumer = client(last);
        StompTestClient sender = client(first)) {
      consumer.receipted("SUBSCRIBE\nid:1\nack:client-individual\ndestination:/queue/q\n\n\0");
      for (int round = 0; round < rounds; round++) {
        long start = System.nanoTime();
        Thread acknowledging = new Thread(() -> acknowledge(consumer, messages));
        Thread confirmed = new Thread(() -> confirm(sender, messages, window));
        acknowledging.start();
        confirmed.start();
        for (int i = 0; i < messages; i++) {
          window.acquire();
          sender.send("SEND\nreceipt:r\ndestination:/queue/q\n\n" + BODY + "\0");
        }
        confirmed.join();
        acknowledging.join();
        consumer.receipted("BEGIN\ntransaction:" + round + "\n\n\0");
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%,.0f messages/s%n", messages / seconds);
      }
    }
    // The event loops of the test client would keep the JVM alive.
    System.exit(0);
  }

  private static StompTestClient client(TestGateway gateway) {
    return StompTestClient.connected(TcpStompConnection.connect(gateway.stompPort()), "1.2");
  }

  private static void acknowledge(StompTestClient consumer, int messages) {
    for (int i = 0; i < messages; i++) {
      Received message = consumer.message();
      consumer.send("ACK\nid:" + message.header("ack") + "\n\n\0");
    }
  }

  private static void confirm(StompTestClient sender, int messages, Semaphore window) {
    for (int i = 0; i < messages; i++) {
      sender.next();
      window.release();
    }
  }
}
