package io.busbar.admin;

import io.busbar.config.ChannelRule.Overflow;
import io.busbar.hub.Counters;
import io.busbar.hub.Counters.ProtocolCount;
import io.busbar.hub.History;
import io.busbar.hub.Hub;
import io.busbar.hub.Refusal;
import io.busbar.queue.Queues;
import io.vertx.core.json.JsonObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * What this node counted at one moment. Immutable.
 *
 * @param millis when, since 1970
 * @param outboxBytes that wait for clients that read slowly
 * @param lagSeconds the worst of all event loops
 * @param heapUsed bytes
 * @param dropped messages that slow clients lost so far, but for those that a newer one replaced
 *     because the channel wants it so ({@code latest})
 * @param refused what clients wanted and were refused so far
 * @param limited those of them that were refused by a limit
 * @param storeFailures how often a store of queues or streams did not do what it was told
 * @param routeLosses messages that RabbitMQ's routes lost so far, as they last said
 */
record Numbers(
    long millis,
    List<ProtocolCount> protocols,
    long subscriptions,
    long channels,
    long outboxBytes,
    double lagSeconds,
    long heapUsed,
    long dropped,
    long refused,
    long limited,
    long storeFailures,
    long routeLosses) {

  private static final Set<Refusal> LIMITS =
      EnumSet.of(
          Refusal.ADDRESS_TOO_LONG,
          Refusal.TOO_MANY_SUBSCRIPTIONS,
          Refusal.TOO_MANY_PATTERNS,
          Refusal.MESSAGE_TOO_BIG,
          Refusal.TOO_MANY_MESSAGES,
          Refusal.INFO_TOO_BIG);

  /** Those of now. */
  static Numbers now(Hub hub, Queues queues, EventLoops loops, long routeLosses) {
    Counters counters = hub.counters();
    Runtime jvm = Runtime.getRuntime();
    History history = hub.history();
    return new Numbers(
        System.currentTimeMillis(),
        counters.protocols(),
        counters.subscriptionCount(),
        counters.channelCount(),
        counters.outboxByteCount(),
        loops.worstLagSeconds(),
        jvm.totalMemory() - jvm.freeMemory(),
        counters.droppedCount() - counters.droppedCount(Overflow.LATEST),
        counters.refusedCount(),
        LIMITS.stream().mapToLong(counters::refusedCount).sum(),
        queues.storeFailureCount() + (history == null ? 0 : history.figures().storeFailures()),
        routeLosses);
  }

  private long sum(ToLongFunction<ProtocolCount> of) {
    return protocols.stream().mapToLong(of).sum();
  }

  long sessions() {
    return sum(ProtocolCount::sessions);
  }

  long received() {
    return sum(ProtocolCount::received);
  }

  long delivered() {
    return sum(ProtocolCount::delivered);
  }

  /** How much a counter has grown since then; never less than nothing. */
  long grown(ToLongFunction<Numbers> counter, Numbers since) {
    return Math.max(0, counter.applyAsLong(this) - counter.applyAsLong(since));
  }

  /** The same for each second, to one decimal. */
  double perSecond(ToLongFunction<Numbers> counter, Numbers since) {
    long passed = millis - since.millis;
    return passed <= 0 ? 0 : Math.round(grown(counter, since) * 10_000.0 / passed) / 10.0;
  }

  /** That of one protocol; nothing where nobody has spoken it yet. */
  ProtocolCount of(String protocol) {
    return protocols.stream()
        .filter(each -> each.protocol().equals(protocol))
        .findFirst()
        .orElse(new ProtocolCount(protocol, 0, 0, 0));
  }

  /** As history tells it: rates and losses are those of the time since the one before. */
  JsonObject toJson(Numbers before) {
    JsonObject sessions = new JsonObject();
    protocols.forEach(each -> sessions.put(each.protocol(), each.sessions()));
    return new JsonObject()
        .put("time", millis)
        .put("sessions", sessions)
        .put("subscriptions", subscriptions)
        .put("channels", channels)
        .put("inPerSecond", perSecond(Numbers::received, before))
        .put("outPerSecond", perSecond(Numbers::delivered, before))
        .put("outboxBytes", outboxBytes)
        .put("lagMillis", Math.round(lagSeconds * 1_000))
        .put("heapBytes", heapUsed)
        .put("dropped", grown(Numbers::dropped, before))
        .put("refused", grown(Numbers::refused, before));
  }
}
