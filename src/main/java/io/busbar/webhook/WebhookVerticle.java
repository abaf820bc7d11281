package io.busbar.webhook;

import io.busbar.config.PusherConfig;
import io.busbar.config.WebhookConfig;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Sends events to endpoints by HTTP. Each node takes in its own events. Each webhook is sent by the
 * node where its queue lives. Owned by its event loop; one instance for each node.
 */
public final class WebhookVerticle extends VerticleBase {
  /**
   * The address that answers with the status of this node: {@code
   * {"webhooks":[{"name","sent","failed":{…},"dropped":{…},…}]}}.
   */
  public static final String STATUS = "busbar.webhook.status";

  /**
   * The address that begins to take in events, when this node has its queues. The senders must be
   * there before the queues. Otherwise the first messages would find no sender, and later ones
   * would overtake them.
   */
  public static final String BEGIN = "busbar.webhook.begin";

  private final List<WebhookConfig> configs;
  private final Map<String, PusherConfig.App> apps;
  private final Predicate<String> isKeptFromAll;
  private EventRouter router;
  private List<Sender> senders;

  /**
   * @param apps the Pusher apps, by the names of their webhooks
   * @param isKeptFromAll whether no client may listen to the address, so that no pattern matches
   *     it; any thread calls it
   */
  public WebhookVerticle(
      List<WebhookConfig> configs,
      Map<String, PusherConfig.App> apps,
      Predicate<String> isKeptFromAll) {
    this.configs = configs;
    this.apps = apps;
    this.isKeptFromAll = isKeptFromAll;
  }

  @Override
  public Future<?> start() {
    List<Webhook> webhooks = configs.stream().map(this::webhook).toList();
    senders = webhooks.stream().map(each -> new Sender(vertx, each)).toList();
    senders.forEach(Sender::start);
    router = new EventRouter(vertx, webhooks, isKeptFromAll);
    vertx.eventBus().localConsumer(STATUS, message -> message.reply(status()));
    vertx
        .eventBus()
        .localConsumer(BEGIN, message -> router.start().onSuccess(started -> message.reply(null)));
    return Future.succeededFuture();
  }

  private Webhook webhook(WebhookConfig config) {
    PusherConfig.App app = apps.get(config.name());
    return new Webhook(
        vertx, config, app == null ? new StandardFormat(config) : new PusherFormat(app));
  }

  private JsonObject status() {
    JsonArray all = new JsonArray();
    senders.forEach(sender -> all.add(sender.status()));
    return new JsonObject().put("webhooks", all);
  }

  /** Will first send what it can at once. */
  @Override
  public Future<?> stop() {
    return Future.join(senders.stream().map(Sender::stop).toList())
        .onComplete(sent -> router.stop());
  }
}
