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
 * The numbers of this node at one moment. Counts begin at the node's start. Immutable.
 *
 * @param millis the moment, in milliseconds since 1970
 * @param protocols sessions and messages of each protocol
 * @param subscriptions present subscriptions of all sessions
 * @param channels addresses that clients of this node listen to
 * @param outboxBytes bytes that wait for clients that read slowly
 * @param lagSeconds the longest delay of all event loops in the last 15 seconds
 * @param heapUsed bytes of the heap in use
 * @param dropped messages that slow clients lost, without those that the policy {@code latest}
 *     replaced by newer ones
 * @param refused requests of clients that the gateway refused
 * @param limited those of them that a limit refused
 * @param storeFailures failed operations of the stores of queues and streams
 * @param routeLosses messages that RabbitMQ's routes lost, as they said last
 */
record Sample(
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

  /**
   * Returns the present numbers.
   *
   * @param routeLosses messages that RabbitMQ's routes lost, as they said last
   */
  static Sample now(Hub hub, Queues queues, EventLoops loops, long routeLosses) {
    Counters counters = hub.counters();
    Runtime jvm = Runtime.getRuntime();
    History history = hub.history();
    return new Sample(
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

  /** Returns by how much a counter has grown since then; at least 0. */
  long grown(ToLongFunction<Sample> counter, Sample since) {
    return Math.max(0, counter.applyAsLong(this) - counter.applyAsLong(since));
  }

  /** Returns the growth of a counter for each second, with one decimal. */
  double perSecond(ToLongFunction<Sample> counter, Sample since) {
    long passed = millis - since.millis;
    return passed <= 0 ? 0 : Math.round(grown(counter, since) * 10_000.0 / passed) / 10.0;
  }

  /** Returns the counts of one protocol; zeros if no client has used it. */
  ProtocolCount of(String protocol) {
    return protocols.stream()
        .filter(each -> each.protocol().equals(protocol))
        .findFirst()
        .orElse(new ProtocolCount(protocol, 0, 0, 0));
  }

  /**
   * Returns the sample as the API shows it.
   *
   * @param before the sample before, from which rates and losses are calculated
   */
  JsonObject toJson(Sample before) {
    JsonObject sessions = new JsonObject();
    protocols.forEach(each -> sessions.put(each.protocol(), each.sessions()));
    return new JsonObject()
        .put("time", millis)
        .put("sessions", sessions)
        .put("subscriptions", subscriptions)
        .put("channels", channels)
        .put("inPerSecond", perSecond(Sample::received, before))
        .put("outPerSecond", perSecond(Sample::delivered, before))
        .put("outboxBytes", outboxBytes)
        .put("lagMillis", Math.round(lagSeconds * 1_000))
        .put("heapBytes", heapUsed)
        .put("dropped", grown(Sample::dropped, before))
        .put("refused", grown(Sample::refused, before));
  }
}
