package io.busbar.protocol.sse;

import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import io.busbar.hub.Payload;
import io.busbar.hub.Position;
import io.busbar.protocol.HeadersAsJson;
import io.busbar.protocol.StreamJson;
import io.vertx.core.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Encodes a message as an event. Text and JSON stay as they are, and bytes become base64; an
 * envelope is JSON as a whole.
 */
record EventEncoder(EventFormat format) implements Encoder {
  /** Header with the name of an event. */
  static final String NAME = "name";

  /** Names of events that every EventSource fires itself. */
  private static final Set<String> ITS_OWN = Set.of("open", "error");

  private static final int ABOUT = 64;

  @Override
  public boolean reportsGaps() {
    return true;
  }

  /** Encodes the message. The slot is for the part of the id that {@link Positions} needs. */
  @Override
  public EncodedMessage encode(Fanout message) {
    Position position = message.position();
    byte[] data = data(message);
    EventText event = new EventText(data.length + ABOUT);
    if (position != null) {
      event.id(Positions.written(position));
    }
    if (message.lost() != null) {
      event.name(OwnEvents.GAP);
    } else {
      String name = name(message);
      if (name != null && isFree(name)) {
        event.name(name);
      }
    }
    EncodedMessage encoded = EncodedMessage.text(event.data(data).end());
    return position != null ? encoded.withSlot(EventText.BEFORE_ID) : encoded;
  }

  private byte[] data(Fanout message) {
    if (message.lost() != null) {
      return OwnEvents.gap(message.address(), StreamJson.gap(message)).toBuffer().getBytes();
    }
    return format == EventFormat.ENVELOPE ? envelope(message) : plain(message.payload());
  }

  private @Nullable String name(Fanout message) {
    return switch (format) {
      case PLAIN -> message.headers() == null ? null : message.headers().get(NAME);
      case CHANNEL -> message.address();
      case ENVELOPE -> null;
    };
  }

  /**
   * Returns whether a message may use that name. A message with another name becomes an event
   * without a name.
   */
  private static boolean isFree(String name) {
    return !name.isEmpty()
        && !ITS_OWN.contains(name)
        && !name.regionMatches(true, 0, OwnEvents.PREFIX, 0, OwnEvents.PREFIX.length());
  }

  private static byte[] plain(Payload payload) {
    if (payload.kind() != Payload.Kind.BYTES) {
      return payload.raw();
    }
    byte[] quoted = payload.json();
    return Arrays.copyOfRange(quoted, 1, quoted.length - 1);
  }

  private static byte[] envelope(Fanout message) {
    byte[] body = message.payload().json();
    ByteArrayOutputStream out = new ByteArrayOutputStream(body.length + ABOUT);
    out.writeBytes(utf8("{\"channel\":" + Json.encode(message.address()) + ",\"body\":"));
    out.writeBytes(body);
    if (message.headers() != null) {
      out.writeBytes(utf8(",\"headers\":" + HeadersAsJson.of(message.headers()).encode()));
    }
    if (message.replyAddress() != null) {
      out.writeBytes(utf8(",\"replyAddress\":" + Json.encode(message.replyAddress())));
    }
    out.write('}');
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
