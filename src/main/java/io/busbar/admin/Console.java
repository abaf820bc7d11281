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
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * The source of the console page's messages. While a page is open, it publishes this node's
 * numbers, its busiest channels and queues, and its alerts once a second. A page that has just
 * connected gets them at once. The channel is on the gateway's own bus, and only the admin port
 * subscribes clients to it. Used by the admin verticle's event loop.
 */
public final class Console {
  /** Path of the page's WebSocket on the admin port. */
  public static final String PATH = "/console/feed";

  /** Address of the requests that say that a page has connected, or has left. */
  public static final String FEED = "busbar.console.feed";

  /** Channel that every page listens to. */
  public static final String CHANNEL = "busbar.console";

  /** The largest message from a page, in bytes. It is small, because pages send nothing. */
  public static final int MOST_BYTES = 1024;

  private static final DeliveryOptions HERE = new DeliveryOptions().setLocalOnly(true);
  private static final long INTERVAL_MILLIS = 1_000;
  private static final int BUSIEST = 10;
  private static final int MOST_CODES = 32;

  /** Fields of a queue that the page shows. */
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
  private final NodeWatch watch;
  private final String version;
  private final long started = System.currentTimeMillis();
  private long askedForBusiest = started;
  private boolean asking;

  Console(Vertx vertx, Hub hub, QueueDirectory queues, NodeWatch watch, String version) {
    this.vertx = vertx;
    this.hub = hub;
    this.queues = queues;
    this.watch = watch;
    this.version = version;
  }

  void start() {
    vertx.eventBus().<Object>localConsumer(FEED, this::handle);
    vertx.setPeriodic(INTERVAL_MILLIS, timer -> tick());
  }

  /** Answers a page that has connected, because it would otherwise wait for the next second. */
  private void handle(Message<Object> event) {
    if ("open".equals(event.headers().get("event"))) {
      feed().onSuccess(event::reply).onFailure(e -> event.reply(null));
    } else {
      event.reply(null);
    }
  }

  private void tick() {
    if (asking || !hub.isListenedTo(CHANNEL)) {
      return;
    }
    asking = true;
    feed()
        .onSuccess(feed -> vertx.eventBus().publish(CHANNEL, feed, HERE))
        .onComplete(all -> asking = false);
  }

  private Future<JsonObject> feed() {
    Future<NodeStatus> status = watch.look();
    Future<JsonArray> busiest = busiest();
    Future<JsonArray> busiestQueues = busiestQueues();
    return Future.all(status, busiest, busiestQueues)
        .map(
            all ->
                feed(status.result())
                    .put("busiest", busiest.result())
                    .put("queues", busiestQueues.result()));
  }

  private Future<JsonArray> busiest() {
    long now = System.currentTimeMillis();
    double seconds = Math.max(1, now - askedForBusiest) / 1_000.0;
    askedForBusiest = now;
    return hub.inspector()
        .busiest(BUSIEST)
        .map(
            views -> {
              JsonArray channels = new JsonArray();
              views.forEach(
                  view ->
                      channels.add(
                          ChannelsApi.json(view)
                              .put("perSecond", Math.round(view.lately() / seconds))));
              return channels;
            });
  }

  private Future<JsonArray> busiestQueues() {
    return queues
        .busiest(BUSIEST)
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

  private JsonObject feed(NodeStatus status) {
    Sample now = watch.history().latest();
    Sample before = watch.history().before();
    JsonArray protocols = new JsonArray();
    for (ProtocolCount each : now.protocols()) {
      String name = each.protocol();
      protocols.add(
          new JsonObject()
              .put("protocol", name)
              .put("sessions", each.sessions())
              .put("inPerSecond", now.perSecond(at -> at.of(name).received(), before))
              .put("outPerSecond", now.perSecond(at -> at.of(name).delivered(), before)));
    }
    return new JsonObject()
        .put("version", version)
        .put("uptime", System.currentTimeMillis() - started)
        .put("ready", status.obstacles().isEmpty())
        .put("members", status.memberCount())
        .put("numbers", now.toJson(before))
        .put("heapMax", status.heapMax())
        .put("protocols", protocols)
        .put("losses", losses(hub.counters()))
        .put("alerts", watch.board().toJson());
  }

  /** Returns the counts above 0 of lost messages, refusals and connections that were ended. */
  private static JsonArray losses(Counters counters) {
    JsonArray losses = new JsonArray();
    for (Overflow policy : Overflow.values()) {
      add(losses, "dropped", words(policy), counters.droppedCount(policy));
    }
    for (Refusal refusal : Refusal.values()) {
      add(losses, "refused", words(refusal), counters.refusedCount(refusal));
    }
    counters.disconnects().entrySet().stream()
        .limit(MOST_CODES)
        .forEach(each -> add(losses, "ended", "close code " + each.getKey(), each.getValue()));
    return losses;
  }

  private static void add(JsonArray losses, String kind, String what, long count) {
    if (count > 0) {
      losses.add(new JsonObject().put("kind", kind).put("what", what).put("count", count));
    }
  }

  private static String words(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
