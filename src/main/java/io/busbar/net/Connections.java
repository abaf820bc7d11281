package io.busbar.net;

import io.busbar.config.LimitsConfig;
import io.busbar.config.Network;
import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The number of clients' connections, in total and by address, and their limits. Any thread may use
 * it.
 */
public final class Connections {
  private static final System.Logger LOG = System.getLogger(Connections.class.getName());
  private static final long LOG_EVERY_NANOS = 10_000_000_000L;

  private final int most;
  private final int mostPerAddress;
  private final AtomicInteger all = new AtomicInteger();
  private final ConcurrentHashMap<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();
  private final LongAdder refused = new LongAdder();
  private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - LOG_EVERY_NANOS);
  private final AtomicLong loggedCount = new AtomicLong();

  public Connections(LimitsConfig limits) {
    this.most = limits.connections();
    this.mostPerAddress = limits.connectionsPerAddress();
  }

  /** Returns the number of connections. */
  public int count() {
    return all.get();
  }

  /** Returns the number of addresses that they come from. */
  public int addressCount() {
    return byAddress.size();
  }

  /** Returns the number of refused connections since the start. */
  public long refusedCount() {
    return refused.sum();
  }

  /**
   * Counts a connection unless the total limit is reached; clients of a proxy count by their own
   * addresses. Returns whether it was counted.
   */
  boolean enter() {
    if (all.incrementAndGet() > most) {
      all.decrementAndGet();
      refuse("limits.connections", null);
      return false;
    }
    return true;
  }

  void leave() {
    all.decrementAndGet();
  }

  /**
   * Counts a connection of the address unless its limit is reached. Returns whether it was counted;
   * each counted one must leave once.
   */
  public boolean enter(InetAddress address) {
    boolean[] entered = {true};
    byAddress.compute(
        Network.ofClient(address),
        (key, count) -> {
          entered[0] = count == null || count < mostPerAddress;
          return count == null
              ? Integer.valueOf(1)
              : entered[0] ? Integer.valueOf(count + 1) : count;
        });
    if (!entered[0]) {
      refuse("limits.connections-per-address", address);
    }
    return entered[0];
  }

  public void leave(InetAddress address) {
    byAddress.computeIfPresent(
        Network.ofClient(address), (key, count) -> count == 1 ? null : count - 1);
  }

  /** Refusals come in thousands, so one line tells how many there were since the last line. */
  private void refuse(String limit, @Nullable InetAddress address) {
    refused.increment();
    long now = System.nanoTime();
    long before = loggedAt.get();
    if (now - before >= LOG_EVERY_NANOS && loggedAt.compareAndSet(before, now)) {
      long sum = refused.sum();
      long since = sum - loggedCount.getAndSet(sum);
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} refused for {1}, last from {2}",
          since == 1 ? "a connection was" : since + " connections were",
          limit,
          address == null ? "anywhere" : address.getHostAddress());
    }
  }
}
