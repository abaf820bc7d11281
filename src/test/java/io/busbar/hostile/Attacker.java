package io.busbar.hostile;

import java.io.IOException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Runs one attack against a node, wave after wave, on a thread of its own until it is closed. It
 * uses other IP addresses than harmless clients. Any thread may read the counters and close it.
 */
final class Attacker implements AutoCloseable {
  /** The most connections of earlier waves that stay open. */
  private static final int MOST_OPEN = 150;

  private static final Pattern REFUSED = Pattern.compile("^(ERROR|HTTP/1.1 4)");

  private final Attack attack;
  private final IncompleteMessages.Ports ports;
  private final int number;
  private final InvalidValues invalid;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final Deque<RawSocket> open = new ConcurrentLinkedDeque<>();
  private final AtomicInteger received = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private int opened;
  private int said;
  private volatile String unfair;
  private volatile boolean enough;

  /**
   * Begins the attack.
   *
   * @param number its number among all attackers
   */
  Attacker(Attack attack, IncompleteMessages.Ports ports, int number) {
    this.attack = attack;
    this.ports = ports;
    this.number = number;
    this.invalid = new InvalidValues(InvalidInputGateway.SEED + number);
    thread.scheduleWithFixedDelay(this::wave, 0, attack.pauseMillis(), TimeUnit.MILLISECONDS);
  }

  private void wave() {
    try {
      attack.wave(this);
    } catch (IOException cut) {
      // The node has closed the connection, or the test has ended.
    }
  }

  Attack kind() {
    return attack;
  }

  InvalidValues invalid() {
    return invalid;
  }

  /** Returns a new word. */
  String word() {
    return "n" + number + "x" + said++;
  }

  RawSocket http() throws IOException {
    return kept(new RawSocket(place(), ports.http()));
  }

  RawSocket tcp() throws IOException {
    return kept(new RawSocket(place(), ports.stomp()));
  }

  /** Opens a connection that is ready for a message of this kind. */
  RawSocket open(IncompleteMessages kind) throws IOException {
    return kept(kind.open(ports, place()));
  }

  /** Opens a connection that is connected in STOMP. */
  RawSocket stomp() throws IOException {
    return open(IncompleteMessages.STOMP_FRAME);
  }

  private String place() {
    int n = opened++ % attack.addresses();
    return "127.%d.%d.%d".formatted(number, n / 250, 1 + n % 250);
  }

  private RawSocket kept(RawSocket socket) throws IOException {
    open.add(socket);
    if (open.size() > MOST_OPEN) {
      open.remove().close();
    }
    if (enough) {
      socket.close();
    }
    return socket;
  }

  /** Counts and checks an answer. */
  void received(String answer) {
    received.incrementAndGet();
    if (REFUSED.matcher(answer).find()) {
      refused.incrementAndGet();
    }
    if (InvalidInputGateway.JAVA.matcher(answer).find()
        || InvalidInputGateway.FAILED.matcher(answer).find()) {
      unfair = answer;
    }
  }

  /** The number of answers. */
  int heardCount() {
    return received.get();
  }

  /** The number of refusals among them. */
  int refusedCount() {
    return refused.get();
  }

  /**
   * An answer that no client may get: with text of Java, or a failure of the node; null for none.
   */
  String unfair() {
    return unfair;
  }

  @Override
  public void close() throws IOException {
    enough = true;
    thread.shutdown();
    for (RawSocket socket : open) {
      socket.close();
    }
  }
}
