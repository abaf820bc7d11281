package io.busbar.rabbitmq;

import com.rabbitmq.client.AMQP.BasicProperties;
import com.rabbitmq.client.Envelope;
import io.busbar.hub.Hub;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Converts AMQP properties and headers to headers of the bus, and back. Clients of the gateway
 * cannot control the broker. So CC, BCC and x-… headers, delivery mode, priority, expiration,
 * user-id and replies to amq.… are not copied. Clients of RabbitMQ cannot forge the identity of a
 * client of the gateway.
 */
final class AmqpHeaders {
  static final String REDELIVERED = "redelivered";

  private static final int DEEPEST = 16;
  private static final int HIGHEST_PRIORITY = 9;
  private static final int MOST = 64;
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_VALUE = 8 << 10;
  private static final int ALL_BYTES = 32 << 10;

  /** The header of features for their kind of message, in addition to the hub's headers. */
  private static final String EVENT = "event";

  /** RabbitMQ acts on these headers: it sends the message to more queues, or closes the channel. */
  private static final Set<String> STEERING = Set.of("cc", "bcc");

  private static final Set<String> PROPERTIES =
      Set.of(
          "content-type",
          "content-encoding",
          "correlation-id",
          "reply-to",
          "message-id",
          "timestamp",
          "type",
          "delivery-mode",
          "priority",
          "expiration",
          "user-id",
          "app-id",
          "cluster-id",
          "routing-key",
          "exchange",
          REDELIVERED);

  private AmqpHeaders() {}

  /** The headers for the bus. Tables and arrays become JSON text. Other bytes are left out. */
  static MultiMap toBus(Envelope envelope, BasicProperties properties) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    if (properties.getHeaders() != null) {
      properties.getHeaders().forEach((name, value) -> cross(headers, name, value));
    }
    set(headers, "content-type", AmqpPayload.crossing(properties.getContentType()));
    set(headers, "content-encoding", AmqpPayload.crossingEncoding(properties.getContentEncoding()));
    set(headers, "correlation-id", properties.getCorrelationId());
    set(headers, "reply-to", properties.getReplyTo());
    set(headers, "message-id", properties.getMessageId());
    set(headers, "type", properties.getType());
    set(headers, "priority", priority(properties.getPriority()));
    set(headers, "expiration", properties.getExpiration());
    set(headers, "timestamp", text(properties.getTimestamp()));
    set(headers, "routing-key", envelope.getRoutingKey());
    set(headers, REDELIVERED, envelope.isRedeliver() ? "true" : null);
    return headers;
  }

  private static void cross(MultiMap headers, String name, Object value) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean taken = isOurs(lower) || PROPERTIES.contains(lower);
    if (!name.isEmpty() && (!taken || lower.equals(REDELIVERED))) {
      set(headers, name, text(value));
    }
  }

  private static boolean isOurs(String name) {
    return name.equals(EVENT) || Hub.isReserved(name);
  }

  private static void set(MultiMap headers, String name, @Nullable String value) {
    if (value != null) {
      headers.set(name, value);
    }
  }

  /** The priority for STOMP and our queues: from 0 to 9. */
  private static @Nullable String priority(@Nullable Integer priority) {
    return priority == null ? null : Integer.toString(Math.min(priority, HIGHEST_PRIORITY));
  }

  private static @Nullable String text(Object value) {
    Object json = json(value, 0);
    return json instanceof JsonObject || json instanceof JsonArray
        ? json.toString()
        : json == null || value instanceof byte[] ? null : json.toString();
  }

  /** The content of a table or an array as JSON, down to a limited depth. */
  private static @Nullable Object json(@Nullable Object value, int depth) {
    if (depth > DEEPEST) {
      return null;
    }
    if (value instanceof Map<?, ?> table) {
      JsonObject object = new JsonObject();
      table.forEach((name, member) -> object.put(String.valueOf(name), json(member, depth + 1)));
      return object;
    }
    if (value instanceof List<?> array) {
      JsonArray members = new JsonArray();
      array.forEach(member -> members.add(json(member, depth + 1)));
      return members;
    }
    if (value instanceof Date date) {
      return date.getTime();
    }
    boolean plain = value instanceof Number || value instanceof Boolean || value instanceof byte[];
    return plain || value == null ? value : value.toString();
  }

  /**
   * The properties of a message from the bus.
   *
   * @param id the message-id for a message without one
   * @throws Outgoing.Refusal.RefusedException if its headers are more than RabbitMQ should take
   */
  static BasicProperties fromBus(MultiMap headers, Object body, boolean persistent, String id) {
    String contentType = headers.get("content-type");
    boolean replaced = contentType != null && isShort(contentType);
    String replyTo = headers.get("reply-to");
    String messageId = headers.get("message-id");
    return new BasicProperties.Builder()
        .contentType(replaced ? contentType : AmqpPayload.contentType(body))
        .deliveryMode(persistent ? 2 : 1)
        .correlationId(shortOrNull(headers.get("correlation-id")))
        .messageId(messageId == null || !isShort(messageId) ? id : messageId)
        .type(shortOrNull(headers.get("type")))
        .replyTo(replyTo == null || replyTo.startsWith("amq.") ? null : shortOrNull(replyTo))
        .timestamp(timestamp(headers.get("timestamp")))
        .headers(custom(headers))
        .build();
  }

  private static Map<String, Object> custom(MultiMap headers) {
    Map<String, Object> custom = new HashMap<>();
    int bytes = 0;
    for (Map.Entry<String, String> header : headers) {
      String lower = header.getKey().toLowerCase(Locale.ROOT);
      boolean stays =
          lower.isEmpty()
              || lower.startsWith("x-")
              || isOurs(lower)
              || STEERING.contains(lower)
              || PROPERTIES.contains(lower);
      if (!stays) {
        int name = length(header.getKey());
        int value = length(header.getValue());
        bytes += name + value;
        if (name > LONGEST_NAME || value > LONGEST_VALUE || bytes > ALL_BYTES) {
          throw Outgoing.Refusal.HEADERS.exception();
        }
        custom.put(header.getKey(), header.getValue());
      }
    }
    if (custom.size() > MOST) {
      throw Outgoing.Refusal.HEADERS.exception();
    }
    return custom;
  }

  private static @Nullable Date timestamp(@Nullable String millis) {
    try {
      return millis == null ? null : new Date(Long.parseLong(millis));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable String shortOrNull(@Nullable String value) {
    return value != null && isShort(value) ? value : null;
  }

  private static boolean isShort(String value) {
    return length(value) <= LONGEST_NAME;
  }

  private static int length(String value) {
    return value.getBytes(StandardCharsets.UTF_8).length;
  }
}
