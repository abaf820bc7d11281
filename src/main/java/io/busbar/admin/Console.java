package io.busbar.admin;

import io.busbar.config.ChannelRule.Overflow;
import io.busbar.hub.Counters;
import io.busbar.hub.Counters.ProtocolCount;
import io.busbar.hub.Hub;
import io.busbar.hub.Refusal;
import io.busbar.queue.QueueDirectory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * What the console page hears: once a second, while a page is open, all of this node's numbers on a
 * channel of the gateway's own bus, which the admin port alone subscribes anybody to. Belongs to
 * the admin verticle's event loop.
 */
public final class Console {
  /** Where the page's WebSocket connects on the admin port. */
  public static final String PATH = "/console/feed";

  /** Who is told of pages that come and go: this console, which answers nothing. */
  public static final String FEED = "busbar.console.feed";

  /** The channel. */
  public static final String CHANNEL = "busbar.console";

  /** The page has nothing to say. */
  public static final int MOST_BYTES = 1024;

  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);
  private static final long INTERVAL_MILLIS = 1_000;
  private static final int BUSIEST = 12;
  private static final int QUEUES = 20;

  /** What the page shows of a queue. */
  private static final List<String> QUEUE =
      List.of(
          "name",
          "waiting",
          "unacknowledged",
          "consumers",
          "oldestMillis",
          "inPerSecond",
          "outPerSecond");

  private final Vertx vertx;
  private final Hub hub;
  private final QueueDirectory queues;
  private final EventLoops loops;
  private final Neighbours neighbours;
  private final Health health;
  private final String version;
  private final long started = System.currentTimeMillis();
  private boolean asking;

  Console(
      Vertx vertx,
      Hub hub,
      QueueDirectory queues,
      EventLoops loops,
      Neighbours neighbours,
      Health health,
      String version) {
    this.vertx = vertx;
    this.hub = hub;
    this.queues = queues;
    this.loops = loops;
    this.neighbours = neighbours;
    this.health = health;
    this.version = version;
  }

  void start() {
    vertx.eventBus().localConsumer(FEED, message -> message.reply(null));
    vertx.setPeriodic(INTERVAL_MILLIS, timer -> tick());
  }

  private void tick() {
    if (asking || !hub.isListenedTo(CHANNEL)) {
      return;
    }
    asking = true;
    Future<JsonObject> cluster = neighbours.cluster().otherwiseEmpty();
    Future<JsonObject> rabbitMq = neighbours.rabbitMq().otherwiseEmpty();
    Future<JsonObject> webhooks = neighbours.webhooks().otherwiseEmpty();
    Future<JsonArray> busiest = busiest();
    Future<JsonArray> busiestQueues = busiestQueues();
    Future<Boolean> ready = health.isReady();
    Future.all(List.of(cluster, rabbitMq, webhooks, busiest, busiestQueues, ready))
        .onSuccess(
            all ->
                vertx
                    .eventBus()
                    .publish(
                        CHANNEL,
                        numbers()
                            .put("cluster", cluster.result())
                            .put("rabbitmq", rabbitMq.result())
                            .put("webhooks", webhooks.result())
                            .put("busiest", busiest.result())
                            .put("queues", busiestQueues.result())
                            .put("ready", ready.result()),
                        HERE))
        .onComplete(all -> asking = false);
  }

  private Future<JsonArray> busiest() {
    return hub.inspector()
        .busiest(BUSIEST)
        .map(
            views -> {
              JsonArray channels = new JsonArray();
              views.forEach(
                  view -> channels.add(CensusApi.json(view).put("lately", view.lately())));
              return channels;
            });
  }

  private Future<JsonArray> busiestQueues() {
    return queues
        .busiest(QUEUES)
        .map(
            described -> {
              JsonArray shown = new JsonArray();
              described.forEach(
                  queue -> {
                    JsonObject row = new JsonObject();
                    QUEUE.forEach(field -> row.put(field, queue.getValue(field)));
                    shown.add(row);
                  });
              return shown;
            });
  }

  private JsonObject numbers() {
    Counters counters = hub.counters();
    JsonArray protocols = new JsonArray();
    for (ProtocolCount each : counters.protocols()) {
      protocols.add(
          new JsonObject()
              .put("protocol", each.protocol())
              .put("sessions", each.sessions())
              .put("received", each.received())
              .put("delivered", each.delivered()));
    }
    JsonObject dropped = new JsonObject();
    for (Overflow policy : Overflow.values()) {
      dropped.put(words(policy), counters.droppedCount(policy));
    }
    JsonObject refused = new JsonObject();
    for (Refusal refusal : Refusal.values()) {
      refused.put(words(refusal), counters.refusedCount(refusal));
    }
    JsonObject disconnected = new JsonObject();
    counters.disconnects().forEach((code, count) -> disconnected.put("code " + code, count));
    JsonArray lag = new JsonArray();
    for (int i = 0; i < loops.count(); i++) {
      lag.add(loops.worstLagSeconds(i));
    }
    return new JsonObject()
        .put("time", System.currentTimeMillis())
        .put("version", version)
        .put("uptime", System.currentTimeMillis() - started)
        .put("protocols", protocols)
        .put("subscriptions", counters.subscriptionCount())
        .put("channels", counters.channelCount())
        .put("outboxBytes", counters.outboxByteCount())
        .put("lag", lag)
        .put("dropped", dropped)
        .put("refused", refused)
        .put("disconnected", disconnected);
  }

  private static String words(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
