package io.busbar.admin;

import io.busbar.config.ChannelRule.Overflow;
import io.busbar.http.Rejections;
import io.busbar.hub.Counters;
import io.busbar.hub.Counters.ProtocolCount;
import io.busbar.hub.Disconnect;
import io.busbar.hub.History;
import io.busbar.hub.Hub;
import io.busbar.hub.InboundBudget;
import io.busbar.hub.LossReason;
import io.busbar.hub.PresenceCounters;
import io.busbar.hub.Refusal;
import io.busbar.hub.SessionInspector.FanoutHistogram;
import io.busbar.queue.Queues;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's metrics for Prometheus. A collection reads the counters that the hub and the queues
 * have anyway. The code or the configuration limits the values of every label. The admin verticle's
 * event loop sets what the neighbours say. Any thread may collect.
 */
final class Metrics implements MultiCollector {
  private static final int MOST_ROUTES = 200;
  private static final int MOST_CODES = 32;

  /** Help texts by the field of a queue. Only queues that a rule names have these metrics. */
  private static final Map<String, String> QUEUE_GAUGES =
      Map.of(
          "waiting", "Messages that wait in a queue.",
          "unacknowledged", "Messages of a queue that its consumers have.",
          "consumers", "Consumers of a queue, on whichever node.");

  private static final Map<String, String> QUEUE_COUNTERS =
      Map.of(
          "kept", "Messages that a queue took.",
          "acknowledged", "Messages of a queue that were acknowledged.",
          "deadLetters", "Messages that went from a queue to its dead-letter queue.",
          "expired", "Messages of a queue whose time was up.",
          "dropped", "Messages that would have been dead letters, and there is no queue for them.");

  private static final String[] ROUTE_COUNTERS = {
    "in", "out", "confirmed", "nacked", "returned", "dropped", "reconnects"
  };

  private final Hub hub;
  private final Queues queues;
  private final EventLoops loops;
  private final Readiness readiness;
  private final Rejections rejections;
  private final AlertBoard alerts;
  private final String version;
  private volatile @Nullable JsonObject cluster;
  private volatile @Nullable JsonObject rabbitMq;
  private volatile @Nullable JsonObject webhooks;

  Metrics(
      Hub hub,
      Queues queues,
      EventLoops loops,
      Readiness readiness,
      Rejections rejections,
      AlertBoard alerts,
      String version) {
    this.hub = hub;
    this.queues = queues;
    this.loops = loops;
    this.readiness = readiness;
    this.rejections = rejections;
    this.alerts = alerts;
    this.version = version;
  }

  /**
   * Sets the answers of {@link ComponentStatus} for the next collections. Each is null if that part
   * is not on this node.
   */
  void components(
      @Nullable JsonObject newCluster,
      @Nullable JsonObject newRabbitMq,
      @Nullable JsonObject newWebhooks) {
    cluster = newCluster;
    rabbitMq = newRabbitMq;
    webhooks = newWebhooks;
  }

  @Override
  public MetricSnapshots collect() {
    Series series = new Series();
    clients(series);
    presence(series);
    WorkerMetrics.add(series, hub.workers());
    losses(series);
    queues(series);
    if (hub.history() != null) {
      streams(series, hub.history().figures());
    }
    loops(series);
    cluster(series, cluster);
    rabbitMq(series, rabbitMq);
    WebhookMetrics.add(series, webhooks);
    alerts.add(series);
    return series.snapshots(info(), fanout(hub.inspector().fanoutTimes()));
  }

  private void clients(Series series) {
    Counters counters = hub.counters();
    Series.Family sessions = series.gauge("busbar_sessions", "Clients that are connected.");
    Series.Family in = series.counter("busbar_messages_received", "Messages that clients sent.");
    Series.Family out =
        series.counter("busbar_messages_delivered", "Messages that were handed to subscribers.");
    for (ProtocolCount each : counters.protocols()) {
      sessions.at(each.sessions(), "protocol", each.protocol());
      in.at(each.received(), "protocol", each.protocol());
      out.at(each.delivered(), "protocol", each.protocol());
    }
    series
        .gauge("busbar_subscriptions", "Channels that clients listen to, summed over the clients.")
        .at(counters.subscriptionCount());
    series
        .gauge(
            "busbar_channels",
            "Addresses that clients of this node listen to: its registrations on the bus.")
        .at(counters.channelCount());
    series
        .gauge("busbar_outbox_bytes", "Bytes that wait for clients that read slowly.")
        .at(counters.outboxByteCount());
    series
        .gauge(
            "busbar_inbound_bytes",
            "Bytes of frames, messages, bodies and heads that have begun to come and are not whole.")
        .at(hub.inbound().bytes());
    series
        .gauge("busbar_draining", "1 while the node is about to leave.")
        .at(readiness.isDraining() ? 1 : 0);
  }

  private void presence(Series series) {
    PresenceCounters presence = hub.counters().presence();
    series
        .gauge(
            "busbar_presence_members",
            "Users in channels with presence that this node owns, each channel for itself.")
        .at(presence.memberCount());
    series
        .counter("busbar_presence_joins", "Joins of users that this node has told.")
        .at(presence.joinCount());
    series
        .counter("busbar_presence_leaves", "Leaves of users that this node has told.")
        .at(presence.leaveCount());
  }

  private void losses(Series series) {
    Counters counters = hub.counters();
    Series.Family dropped =
        series.counter("busbar_messages_dropped", "Messages that slow clients lost, by policy.");
    for (Overflow policy : Overflow.values()) {
      dropped.at(counters.droppedCount(policy), "policy", lower(policy));
    }
    Series.Family refused =
        series.counter("busbar_refusals", "What clients wanted and were refused, by reason.");
    for (Refusal refusal : Refusal.values()) {
      refused.at(counters.refusedCount(refusal), "reason", lower(refusal));
    }
    Series.Family partialInput =
        series.counter(
            "busbar_inbound_ended", "What had begun to come and was let go of, by reason.");
    for (InboundBudget.Reason why : InboundBudget.Reason.values()) {
      partialInput.at(hub.inbound().endedCount(why), "reason", lower(why));
    }
    Series.Family rejected =
        series.counter(
            "busbar_http_rejections", "HTTP requests that no endpoint got to see, by reason.");
    for (Rejections.Reason reason : Rejections.Reason.values()) {
      rejected.at(rejections.count(reason), "reason", lower(reason));
    }
    series
        .counter("busbar_messages_undeliverable", "Messages whose bodies no client can be told.")
        .at(counters.undeliverableCount());
    Series.Family disconnects =
        series.counter("busbar_disconnects", "Connections that the gateway ended, by close code.");
    disconnects(counters.disconnects())
        .forEach((code, count) -> disconnects.at(count, "code", code));
  }

  /**
   * Returns the counts by close code. The hub's codes are always there, so their metrics begin at
   * 0. Features may choose codes: beyond a limit these count together as {@code other}.
   */
  private static Map<String, Long> disconnects(Map<Integer, Long> counted) {
    Map<String, Long> shown = new TreeMap<>();
    for (Disconnect known :
        new Disconnect[] {Disconnect.SHUTDOWN, Disconnect.SLOW, Disconnect.FAILED}) {
      shown.put(Integer.toString(known.code()), 0L);
    }
    counted.forEach(
        (code, count) -> {
          String name = Integer.toString(code);
          boolean room = shown.containsKey(name) || shown.size() < MOST_CODES;
          shown.merge(room ? name : "other", count, Long::sum);
        });
    return shown;
  }

  private void streams(Series series, History.Figures streams) {
    series.gauge("busbar_streams", "Streams that live on this node.").at(streams.streams());
    series
        .gauge("busbar_streams_bytes", "Bytes of all messages in the streams of this node.")
        .at(streams.bytes());
    series
        .counter("busbar_streams_published", "Messages that got a position on this node.")
        .at(streams.published());
    series
        .counter("busbar_streams_lost", "Messages of this node that no stream has kept.")
        .at(streams.lost());
    series
        .counter("busbar_streams_evicted", "Streams that were dropped to make room.")
        .at(streams.evicted());
    Counters counters = hub.counters();
    Series.Family back =
        series.counter(
            "busbar_stream_recoveries",
            "Clients that came back to a stream, by what they got: all, or why not.");
    back.at(counters.recoveredCount(null), "result", "recovered");
    for (LossReason why : LossReason.values()) {
      back.at(counters.recoveredCount(why), "result", lower(why));
    }
    series
        .counter("busbar_stream_gaps", "Gaps in streams that those were told who are here.")
        .at(counters.gapCount());
  }

  private void queues(Series series) {
    series.gauge("busbar_queues", "Queues that live on this node.").at(queues.count());
    series
        .gauge("busbar_queues_bytes", "Bytes of all messages in the queues of this node.")
        .at(queues.bytes());
    series
        .counter(
            "busbar_queues_lost",
            "Messages from the bus that no queue had room for, and whose sender was not told.")
        .at(queues.lostCount());
    Map<String, JsonObject> named = queues.directory().named();
    QUEUE_GAUGES.forEach(
        (field, help) -> eachQueue(named, field, series.gauge("busbar_queue_" + field, help)));
    QUEUE_COUNTERS.forEach(
        (field, help) -> {
          String name = "busbar_queue_" + field.replace("deadLetters", "dead_letters");
          eachQueue(named, field, series.counter(name, help));
        });
  }

  private static void eachQueue(Map<String, JsonObject> named, String field, Series.Family family) {
    named.forEach((queue, figures) -> family.at(figures.getLong(field), "queue", queue));
  }

  private void loops(Series series) {
    Series.Family lag =
        series.gauge(
            "busbar_event_loop_lag_seconds",
            "The worst that a task of the event loop was late by in the last 15 seconds.");
    for (int i = 0; i < loops.count(); i++) {
      lag.at(loops.worstLagSeconds(i), "loop", Integer.toString(i));
    }
  }

  private static void cluster(Series series, @Nullable JsonObject told) {
    if (told == null) {
      return;
    }
    JsonArray members = told.getJsonArray("members", new JsonArray());
    series
        .gauge("busbar_cluster_members", "Nodes that this one sees, itself among them.")
        .at(members.size());
    series
        .gauge("busbar_cluster_healthy", "1 while the cluster is as it should be.")
        .at(told.getBoolean("healthy", true) ? 1 : 0);
    if (told.containsKey("registrations")) {
      series
          .gauge(
              "busbar_cluster_registrations",
              "Addresses that this node has told the others it listens to.")
          .at(told.getLong("registrations"));
    }
  }

  private static void rabbitMq(Series series, @Nullable JsonObject told) {
    if (told == null) {
      return;
    }
    series
        .gauge("busbar_rabbitmq_connected", "1 while RabbitMQ is connected.")
        .at(told.getBoolean("connected", false) ? 1 : 0);
    JsonArray routes = told.getJsonArray("routes", new JsonArray());
    for (String counter : ROUTE_COUNTERS) {
      Series.Family family =
          series.counter("busbar_rabbitmq_route_" + counter, "Of a RabbitMQ route: " + counter);
      eachRoute(routes, family, route -> route.getLong(counter, 0L));
    }
    eachRoute(
        routes,
        series.gauge(
            "busbar_rabbitmq_route_lag", "Messages that a RabbitMQ route has not settled."),
        route -> route.getLong("lag", 0L));
  }

  private static void eachRoute(
      JsonArray routes, Series.Family family, ToLongFunction<JsonObject> number) {
    for (int i = 0; i < Math.min(routes.size(), MOST_ROUTES); i++) {
      JsonObject route = routes.getJsonObject(i);
      family.at(number.applyAsLong(route), "route", route.getString("name", "route " + i));
    }
  }

  private InfoSnapshot info() {
    return InfoSnapshot.builder()
        .name("busbar")
        .help("Always 1; the label tells the version.")
        .dataPoint(
            InfoSnapshot.InfoDataPointSnapshot.builder()
                .labels(Labels.of("version", version))
                .build())
        .build();
  }

  private static HistogramSnapshot fanout(FanoutHistogram times) {
    return HistogramSnapshot.builder()
        .name("busbar_fanout_seconds")
        .help("From a message's arrival at its channel to the outboxes of an event loop.")
        .dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(times.bounds(), times.counts()))
                .sum(times.sum())
                .labels(Labels.EMPTY)
                .build())
        .build();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
