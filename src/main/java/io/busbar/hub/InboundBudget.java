package io.busbar.hub;

import io.busbar.config.Config;
import io.busbar.config.HttpRoute;
import io.busbar.config.LimitsConfig;
import io.busbar.config.Network;
import io.busbar.config.ServiceConfig;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.internal.PlatformDependent;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The budget for the bytes of incomplete frames, messages, bodies and heads, wherever they are
 * held. Input that is complete in one read is never counted. There is a limit for all clients, one
 * per address, and a time limit without new bytes. Any thread may use it.
 */
public final class InboundBudget {
  private static final System.Logger LOG = System.getLogger("io.busbar.hub");
  private static final int SHARE_OF_DIRECT_MEMORY = 8;
  private static final int SHARE_OF_AN_ADDRESS = 8;

  /** Minimum share of one address, in messages: two bodies of a request that carries messages. */
  private static final int MESSAGES_OF_AN_ADDRESS = 32;

  private static final long SWEEP_MILLIS = 1_000;

  /** The reason why incomplete input was ended. */
  public enum Reason {
    /** All clients together held too much, and this was the largest. */
    TOTAL(Disconnect.BEGAN_TOO_MUCH, "limits.inbound-total"),
    /** Its address held too much, and this was the largest. */
    ADDRESS(Disconnect.ADDRESS_BEGAN_TOO_MUCH, "limits.inbound-per-address"),
    /** No bytes came for too long. */
    TIME(Disconnect.STOOD_STILL, "limits.read-timeout");

    private final Disconnect disconnect;
    private final String key;

    Reason(Disconnect disconnect, String key) {
      this.disconnect = disconnect;
      this.key = key;
    }

    /** Returns the reason for the client. */
    public Disconnect disconnect() {
      return disconnect;
    }

    /** Returns the HTTP status for a request. */
    public int status() {
      return this == TIME ? 408 : 503;
    }
  }

  private final InboundShare all;
  private final long mostPerAddress;
  private final long stillNanos;
  private final Map<InetAddress, InboundShare> byAddress = new ConcurrentHashMap<>();
  private final LongAdder[] ended = new LongAdder[Reason.values().length];
  private final AtomicLong ids = new AtomicLong();
  private volatile Predicate<InetAddress> proxies = address -> false;

  InboundBudget(Config config) {
    LimitsConfig limits = config.limits();
    long configured = limits.inboundTotal().bytes();
    long total =
        configured > 0 ? configured : PlatformDependent.maxDirectMemory() / SHARE_OF_DIRECT_MEMORY;
    all = new InboundShare(total, Reason.TOTAL);
    long each = limits.inboundPerAddress().bytes();
    long least = Math.min(total, MESSAGES_OF_AN_ADDRESS * largestMessage(config));
    mostPerAddress = each > 0 ? each : Math.max(least, total / SHARE_OF_AN_ADDRESS);
    stillNanos = limits.readTimeout().toNanos();
    for (int i = 0; i < ended.length; i++) {
      ended[i] = new LongAdder();
    }
  }

  private static long largestMessage(Config config) {
    long largest = config.limits().messageSize().bytes();
    for (ServiceConfig service : config.services()) {
      largest =
          Math.max(largest, service.messageSize() == null ? 0 : service.messageSize().bytes());
    }
    for (HttpRoute route : config.routes()) {
      largest = Math.max(largest, route.maxBody().bytes());
    }
    return largest;
  }

  /**
   * Sets which addresses are proxies. They have no share of their own, because many clients use one
   * proxy.
   */
  public void proxies(Predicate<InetAddress> newProxies) {
    proxies = newProxies;
  }

  /**
   * Will count the bytes of one holder, which reports them itself.
   *
   * @param host address of the sender; empty where it is not known
   * @param loop event loop that owns the holder
   */
  public PartialInput of(String host, EventExecutor loop, PartialInput.Holder holder) {
    InetAddress address = address(host);
    InboundShare share = null;
    if (address != null && !proxies.test(address)) {
      share =
          byAddress.compute(
              Network.ofClient(address),
              (key, known) ->
                  (known == null ? new InboundShare(mostPerAddress, Reason.ADDRESS) : known)
                      .enter());
    }
    return new PartialInput(this, ids.incrementAndGet(), address, share, loop, holder);
  }

  private static @Nullable InetAddress address(String host) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
    try {
      return bytes == null ? null : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  void leave(@Nullable InetAddress address, @Nullable InboundShare share) {
    if (address != null && share != null) {
      byAddress.computeIfPresent(Network.ofClient(address), (key, known) -> known.leave());
    }
  }

  void change(PartialInput input, @Nullable InboundShare share, int before, int after) {
    all.change(input, before, after);
    if (share != null) {
      share.change(input, before, after);
    }
    if (after > before) {
      if (share != null) {
        share.makeRoom();
      }
      all.makeRoom();
    }
  }

  void ended(PartialInput input, int bytes, Reason why) {
    ended[why.ordinal()].increment();
    LOG.log(
        System.Logger.Level.WARNING,
        "{0} bytes that were not whole were let go of for {1}, from {2}",
        Integer.toString(bytes),
        why.key,
        input);
  }

  /** Returns how often {@link #sweep} has to be called, in milliseconds. */
  long sweepMillis() {
    return Math.max(1, Math.min(SWEEP_MILLIS, TimeUnit.NANOSECONDS.toMillis(stillNanos) / 4));
  }

  /** Will end input that got no bytes for too long. */
  void sweep() {
    for (PartialInput input : all.all()) {
      input.endIfStill(stillNanos);
    }
  }

  /** Returns the number of bytes held now. */
  public long bytes() {
    return all.bytes();
  }

  /** Returns the number of bytes that may be held. */
  public long most() {
    return all.most();
  }

  public long mostPerAddress() {
    return mostPerAddress;
  }

  /** Returns the number of addresses with a share. */
  int addressCount() {
    return byAddress.size();
  }

  /** Returns the number of inputs ended for that reason. */
  public long endedCount(Reason why) {
    return ended[why.ordinal()].sum();
  }
}
