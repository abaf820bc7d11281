package io.busbar.admin;

import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** The metrics of this node's webhooks. */
final class WebhookMetrics {
  private static final int MOST_WEBHOOKS = 200;
  private static final String WEBHOOK = "webhook";

  private WebhookMetrics() {}

  /**
   * Adds the metrics of each webhook.
   *
   * @param told the answer of {@link ComponentStatus#WEBHOOKS}; null if there are none
   */
  static void add(Series series, @Nullable JsonObject told) {
    if (told == null) {
      return;
    }
    Series.Family sent =
        series.counter("busbar_webhook_sent", "Events that a webhook's endpoint has taken.");
    Series.Family failed =
        series.counter(
            "busbar_webhook_failed", "Requests that an endpoint has not taken, by kind.");
    Series.Family dropped =
        series.counter("busbar_webhook_dropped", "Events that were told to nobody, by reason.");
    Series.Family held =
        series.gauge(
            "busbar_webhook_held", "Events that are on their way or wait for the next try.");
    told.getJsonArray("webhooks").stream()
        .limit(MOST_WEBHOOKS)
        .map(JsonObject.class::cast)
        .forEach(
            webhook -> {
              String name = webhook.getString("name");
              sent.at(webhook.getLong("sent"), WEBHOOK, name);
              held.at(webhook.getLong("held"), WEBHOOK, name);
              webhook
                  .getJsonObject("failed")
                  .forEach(
                      each ->
                          failed.at(count(each.getValue()), WEBHOOK, name, "kind", each.getKey()));
              webhook
                  .getJsonObject("dropped")
                  .forEach(
                      each ->
                          dropped.at(
                              count(each.getValue()), WEBHOOK, name, "reason", each.getKey()));
            });
  }

  private static long count(Object number) {
    return ((Number) number).longValue();
  }
}
