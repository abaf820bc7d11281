package io.busbar.webhook;

import io.busbar.config.PusherConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import javax.crypto.spec.SecretKeySpec;

/**
 * Events of an app's channels in Pusher's format, signed with the app's secret. Immutable; any
 * thread may use it.
 */
final class PusherFormat implements RequestFormat {
  private static final String PRESENCE = "presence-";
  private static final String RESERVED = "#";
  private static final Set<String> OF_MEMBERS = Set.of("member_added", "member_removed");

  private final PusherConfig.App app;
  private final PusherConfig.Addresses addresses;
  private final SecretKeySpec secret;

  PusherFormat(PusherConfig.App app) {
    this.app = app;
    this.addresses = app.addresses();
    this.secret =
        Signature.key(
            Objects.requireNonNull(app.secret(), "an app with webhooks has one")
                .getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean takes(String event, String channel) {
    String name = addresses.channel(channel);
    return name != null
        && !name.startsWith(RESERVED)
        && (name.startsWith(PRESENCE) || !OF_MEMBERS.contains(event));
  }

  @Override
  public Buffer body(long timeMillis, List<String> events) {
    JsonArray formatted = new JsonArray();
    events.forEach(event -> formatted.add(formatted(new JsonObject(event))));
    return new JsonObject().put("time_ms", timeMillis).put("events", formatted).toBuffer();
  }

  private JsonObject formatted(JsonObject event) {
    JsonObject formatted =
        new JsonObject()
            .put("name", event.getString("name"))
            .put("channel", addresses.channel(event.getString("channel", "")));
    for (String key : List.of("event", "data", "socket_id", "subscription_count")) {
      if (event.containsKey(key)) {
        formatted.put(key, event.getValue(key));
      }
    }
    Object user = event.getValue("user");
    return user == null ? formatted : formatted.put("user_id", user);
  }

  @Override
  public void sign(RequestOptions request, String id, Buffer body) {
    request
        .putHeader("X-Pusher-Key", app.key())
        .putHeader(
            "X-Pusher-Signature", HexFormat.of().formatHex(Signature.of(secret, body.getBytes())));
  }
}
