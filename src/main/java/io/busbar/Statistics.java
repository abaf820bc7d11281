package io.busbar;

import io.busbar.config.Config;
import io.busbar.config.ServiceConfig;
import io.busbar.config.TopicsConfig;
import io.busbar.hub.Counters;
import io.busbar.hub.Hub;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.UUID;

/**
 * Publishes live numbers of this node to its own clients, once a second while anybody listens. A
 * new subscriber gets the last numbers at once, because the channel's rule asks {@link #NOW}. Owned
 * by the event loop that starts it.
 */
final class Statistics {
  /** The channel. */
  static final String ADDRESS = "busbar.stats";

  /** Answers with what the channel would say now; on its own node only. */
  static final String NOW = "busbar.stats.now";

  private static final long INTERVAL_MILLIS = 1_000;

  private final Vertx vertx;
  private final Hub hub;
  private final String node = UUID.randomUUID().toString();
  private final long started = System.currentTimeMillis();
  private final JsonArray protocols = new JsonArray();
  private final JsonArray services = new JsonArray();
  private long received;
  private long delivered;
  private long receivedLately;
  private long deliveredLately;

  /**
   * @param hub whose numbers are published
   * @param ports the ports that the numbers name
   */
  Statistics(Vertx vertx, Hub hub, Config config, Ports ports) {
    this.vertx = vertx;
    this.hub = hub;
    String bridge = config.bridge().path();
    String stomp = config.stomp().path();
    protocols
        .add(protocol("Event-bus bridge over SockJS", bridge))
        .add(protocol("Event-bus bridge over WebSocket", bridge + "/websocket"))
        .add(protocol("STOMP over SockJS", stomp))
        .add(protocol("STOMP over WebSocket", stomp))
        .add(protocol("Socket.IO", config.socketio().path()))
        .add(protocol("Server-sent events", config.sse().path()))
        .add(protocol("STOMP over TCP", "stomp://" + config.stomp().host() + ":" + ports.stomp()));
    if (ports.tcpBridge() > 0) {
      String url = "tcp-bridge://" + config.tcpBridge().host() + ":" + ports.tcpBridge();
      protocols.add(protocol("Event-bus bridge over TCP", url));
    }
    if (config.pusher().isOn()) {
      protocols.add(protocol("Pusher", config.pusher().path()));
    }
    for (TopicsConfig topics : config.topics()) {
      protocols.add(protocol("Topics", topics.path()));
    }
    for (ServiceConfig service : config.services()) {
      services.add(new JsonObject().put("path", service.path()).put("channel", service.channel()));
    }
  }

  private static JsonObject protocol(String name, String url) {
    return new JsonObject().put("name", name).put("url", url);
  }

  void start() {
    vertx.eventBus().localConsumer(NOW, question -> question.reply(numbers()));
    vertx.setPeriodic(INTERVAL_MILLIS, id -> publish());
  }

  private void publish() {
    Counters counters = hub.counters();
    long nowReceived = counters.receivedCount();
    long nowDelivered = counters.deliveredCount();
    receivedLately = nowReceived - received;
    deliveredLately = nowDelivered - delivered;
    received = nowReceived;
    delivered = nowDelivered;
    if (hub.isListenedTo(ADDRESS)) {
      vertx.eventBus().publish(ADDRESS, numbers(), new DeliveryOptions().setLocalOnly(true));
    }
  }

  private JsonObject numbers() {
    Counters counters = hub.counters();
    return new JsonObject()
        .put("node", node)
        .put("version", Version.number())
        .put("uptime", System.currentTimeMillis() - started)
        .put("sessions", counters.sessionsByProtocol())
        .put("subscriptions", counters.subscriptionCount())
        .put("channels", counters.channelCount())
        .put("in", receivedLately)
        .put("out", deliveredLately)
        .put("refused", counters.refusedCount())
        .put("dropped", counters.droppedCount())
        .put("protocols", protocols)
        .put("services", services);
  }
}
