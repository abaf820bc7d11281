package io.busbar.hub;

import io.busbar.config.ChannelRule.Overflow;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The counters of the hub. Any thread may use it. */
public final class Counters {
  private static final System.Logger LOG = System.getLogger("io.busbar.hub");

  private final PresenceCounters presence = new PresenceCounters();
  private final LongAdder channels = new LongAdder();
  private final LongAdder subscriptions = new LongAdder();
  private final LongAdder outboxBytes = new LongAdder();
  private final LongAdder undeliverable = new LongAdder();
  private final LongAdder gaps = new LongAdder();
  private final LongAdder recovered = new LongAdder();
  private final LongAdder[] notRecovered = adders(LossReason.values().length);
  private final LongAdder[] refused = adders(Refusal.values().length);
  private final LongAdder[] dropped = adders(Overflow.values().length);
  private final Map<String, ProtocolCounters> protocols = new ConcurrentHashMap<>();
  private final Map<Integer, LongAdder> disconnected = new ConcurrentHashMap<>();
  private final Set<String> reportedTypes = ConcurrentHashMap.newKeySet();

  private static LongAdder[] adders(int count) {
    return java.util.stream.Stream.generate(LongAdder::new).limit(count).toArray(LongAdder[]::new);
  }

  /** Returns the counters of one protocol. */
  ProtocolCounters of(String protocol) {
    return protocols.computeIfAbsent(protocol, name -> new ProtocolCounters());
  }

  /** Returns the counters of presence. */
  public PresenceCounters presence() {
    return presence;
  }

  void channels(int change) {
    channels.add(change);
  }

  void subscriptions(int change) {
    subscriptions.add(change);
  }

  void outboxBytes(long change) {
    outboxBytes.add(change);
  }

  void refused(Refusal refusal) {
    refused[refusal.ordinal()].increment();
  }

  void dropped(Overflow policy, long messages) {
    dropped[policy.ordinal()].add(messages);
  }

  void disconnected(Disconnect why) {
    disconnected.computeIfAbsent(why.code(), code -> new LongAdder()).increment();
  }

  /** Counts a message that cannot be sent to clients, and logs the first of its type. */
  void undeliverable(String address, @Nullable Object body) {
    undeliverable.increment();
    String type = body == null ? "null" : body.getClass().getName();
    if (reportedTypes.size() < 100 && reportedTypes.add(type)) {
      LOG.log(
          System.Logger.Level.WARNING,
          "a message on {0} cannot be told to clients: its body is a {1}",
          address,
          type);
    }
  }

  /** Counts a message that was sent to a channel without a listener that wants it. */
  void unheard(String address) {
    undeliverable.increment();
    LOG.log(System.Logger.Level.DEBUG, "nobody hears what was sent to {0}", address);
  }

  /**
   * Counts a client that came back to a stream.
   *
   * @param lost why the client does not get what it missed; null where it does
   */
  void recovered(@Nullable LossReason lost) {
    (lost == null ? recovered : notRecovered[lost.ordinal()]).increment();
  }

  /** Counts a gap that was told to the listeners of a stream. */
  void gap() {
    gaps.increment();
  }

  void failure(String what, Throwable cause) {
    LOG.log(System.Logger.Level.WARNING, what + " failed", cause);
  }

  /** Returns the number of messages that clients sent. */
  public long receivedCount() {
    return protocols.values().stream().mapToLong(ProtocolCounters::receivedCount).sum();
  }

  /** Returns the number of messages that were delivered to subscribers. */
  public long deliveredCount() {
    return protocols.values().stream().mapToLong(ProtocolCounters::deliveredCount).sum();
  }

  public long channelCount() {
    return channels.sum();
  }

  public long subscriptionCount() {
    return subscriptions.sum();
  }

  /** Returns the number of bytes that wait for slow readers. */
  public long outboxByteCount() {
    return outboxBytes.sum();
  }

  public long undeliverableCount() {
    return undeliverable.sum();
  }

  public long refusedCount(Refusal refusal) {
    return refused[refusal.ordinal()].sum();
  }

  public long refusedCount() {
    return Arrays.stream(refused).mapToLong(LongAdder::sum).sum();
  }

  /**
   * Returns the number of clients that came back to a stream.
   *
   * @param lost counts those that do not get what they missed, for that reason; null counts those
   *     that do
   */
  public long recoveredCount(@Nullable LossReason lost) {
    return (lost == null ? recovered : notRecovered[lost.ordinal()]).sum();
  }

  /** Returns the number of gaps in streams that were told to listeners. */
  public long gapCount() {
    return gaps.sum();
  }

  /** Returns the number of messages that slow readers lost by that policy. */
  public long droppedCount(Overflow policy) {
    return dropped[policy.ordinal()].sum();
  }

  public long droppedCount() {
    return Arrays.stream(dropped).mapToLong(LongAdder::sum).sum();
  }

  /** Returns the number of open sessions of all protocols. */
  public long sessionCount() {
    return protocols.values().stream().mapToLong(ProtocolCounters::sessionCount).sum();
  }

  /** Returns the number of open sessions by protocol. */
  public JsonObject sessionsByProtocol() {
    JsonObject json = new JsonObject();
    protocols().forEach(each -> json.put(each.protocol(), each.sessions()));
    return json;
  }

  /** Returns the figures of each protocol that was ever used, sorted by name. */
  public List<ProtocolCount> protocols() {
    List<ProtocolCount> counts = new ArrayList<>();
    new TreeMap<>(protocols)
        .forEach(
            (name, traffic) ->
                counts.add(
                    new ProtocolCount(
                        name,
                        traffic.sessionCount(),
                        traffic.receivedCount(),
                        traffic.deliveredCount())));
    return counts;
  }

  /**
   * The figures of one protocol.
   *
   * @param sessions number of open sessions
   * @param received messages from clients
   * @param delivered messages to clients
   */
  public record ProtocolCount(String protocol, long sessions, long received, long delivered) {}

  /** Returns the number of connections that the gateway ended with that close code. */
  public long disconnectedCount(int code) {
    LongAdder count = disconnected.get(code);
    return count == null ? 0 : count.sum();
  }

  /** Returns the number of connections that the gateway ended, by close code. */
  public Map<Integer, Long> disconnects() {
    Map<Integer, Long> counts = new TreeMap<>();
    disconnected.forEach((code, count) -> counts.put(code, count.sum()));
    return counts;
  }
}
