package io.busbar.webhook;

import io.busbar.TestGateway;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Settings and events of a gateway with webhooks of one receiver, with short delays. Any thread may
 * use it.
 */
final class WebhookGateway {
  private WebhookGateway() {}

  /**
   * One element of {@code webhooks}. It has all events except those of sessions and messages,
   * unless {@code more} says otherwise.
   *
   * @param name of the webhook, and the path of its URL
   * @param more keys and values, as in YAML's braces
   */
  static String hook(Receiver receiver, String name, String... more) {
    String all = String.join(", ", more);
    return "{name: "
        + name
        + ", url: '"
        + receiver.url("/" + name)
        + "', secret: "
        + Receiver.SECRET
        + (all.contains("events:") ? "" : ", events: [member_added, channel_occupied]")
        + (all.contains("delay:") ? "" : ", delay: 5ms")
        + (all.contains("timeout:") ? "" : ", timeout: 5s")
        + (all.contains("back-off:") ? "" : ", back-off: {first: 20ms, longest: 50ms}")
        + (all.isEmpty() ? "" : ", " + all)
        + "}";
  }

  static String setting(String... hooks) {
    return "webhooks=[" + String.join(", ", hooks) + "]";
  }

  /** Sends an event with that number. Completes when the event is kept. */
  static Future<Void> say(TestGateway gateway, int number) {
    return say(
        gateway,
        new JsonObject()
            .put("name", "member_added")
            .put("channel", "rooms.a")
            .put("user", "grace")
            .put("number", number));
  }

  static Future<Void> say(TestGateway gateway, JsonObject event) {
    DeliveryOptions here = new DeliveryOptions().setLocalOnly(true);
    return gateway.bus().request("busbar.events", event, here).mapEmpty();
  }

  /** Sends that many events in order, and returns when all are kept. */
  static void sayAll(TestGateway gateway, int from, int count) {
    TestGateway.await(
        Future.all(IntStream.range(from, from + count).mapToObj(i -> say(gateway, i)).toList()));
  }

  /** The status of the first webhook. */
  static JsonObject status(TestGateway gateway) {
    JsonObject all =
        TestGateway.await(gateway.bus().<JsonObject>request(WebhookVerticle.STATUS, null)).body();
    return all.getJsonArray("webhooks").getJsonObject(0);
  }

  static List<Integer> numbers(List<JsonObject> events) {
    return events.stream().map(event -> event.getInteger("number")).toList();
  }

  static List<Integer> numbers(int from, int count) {
    return IntStream.range(from, from + count).boxed().toList();
  }
}
