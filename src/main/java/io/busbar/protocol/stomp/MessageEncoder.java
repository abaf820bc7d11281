package io.busbar.protocol.stomp;

import io.busbar.config.StompConfig.DestinationRule;
import io.busbar.hub.EncodedMessage;
import io.busbar.hub.Encoder;
import io.busbar.hub.Fanout;
import io.busbar.hub.Payload;
import io.vertx.core.MultiMap;
import io.vertx.ext.stomp.Frame;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Encodes MESSAGE frames. It runs once per message for all subscribers with the same version and
 * destination. The {@code subscription} header of each subscriber goes into the slot of the frame.
 *
 * @param prefix start of the destination
 * @param stripped number of characters that the prefix replaces at the start of the address
 * @param acknowledged whether each MESSAGE has an {@code ack} header, as 1.2 requires for client
 *     acknowledgement
 * @param textOnly whether a body that is not UTF-8 is sent as base64
 * @param positions whether frames have the message's position in its stream, and gaps are told
 */
record MessageEncoder(
    StompVersion version,
    String prefix,
    int stripped,
    boolean acknowledged,
    boolean textOnly,
    boolean positions)
    implements Encoder {
  /** Prefix of the ids of channel messages, which need no acknowledgement. */
  static final String CHANNEL_ID = "m-";

  /** Prefix of the destination to which a client SENDs its answer. */
  static final String REPLY_QUEUE = "/reply-queue/";

  private static final String NODE = UUID.randomUUID().toString().substring(0, 8) + '-';
  private static final AtomicLong NUMBER = new AtomicLong();

  /** Returns the encoder for a channel whose destination follows this rule. */
  MessageEncoder of(DestinationRule rule, boolean acknowledges) {
    int addressLength = rule.address().length();
    return new MessageEncoder(
        version, rule.prefix(), addressLength, acknowledges, textOnly, positions);
  }

  MessageEncoder withPositions() {
    return new MessageEncoder(version, prefix, stripped, acknowledged, textOnly, true);
  }

  @Override
  public boolean reportsGaps() {
    return positions;
  }

  static String nextId() {
    return CHANNEL_ID + NODE + NUMBER.incrementAndGet();
  }

  @Override
  public EncodedMessage encode(Fanout message) {
    String id = nextId();
    StringBuilder more = null;
    if (acknowledged) {
      more = line(null, Frame.ACK, id);
    }
    if (message.replyAddress() != null) {
      more = line(more, StompHeaders.REPLY_TO, REPLY_QUEUE + message.replyAddress());
    }
    if (positions && message.position() != null) {
      more = line(more, StompHeaders.EPOCH, message.position().epoch());
      more = line(more, StompHeaders.OFFSET, Long.toString(message.position().offset()));
    }
    if (message.lost() != null) {
      more = line(more, StompHeaders.RECOVERED, "false");
      more = line(more, StompHeaders.REASON, message.lost().words());
    }
    return encode(
        prefix + message.address().substring(stripped),
        id,
        message.payload(),
        message.headers(),
        lines(more));
  }

  /** Returns the bytes for the slot: the header line that names the subscription. */
  byte[] label(String subscription) {
    return line(null, Frame.SUBSCRIPTION, subscription).toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Adds a header line.
   *
   * @param lines header lines so far; null for none
   */
  StringBuilder line(@Nullable StringBuilder lines, String name, String value) {
    StringBuilder all = lines == null ? new StringBuilder() : lines;
    return all.append(version.escape(name)).append(':').append(version.escape(value)).append('\n');
  }

  private static CharSequence lines(@Nullable StringBuilder lines) {
    return lines == null ? "" : lines;
  }

  /**
   * Encodes a MESSAGE with a slot after its command.
   *
   * @param headers of the message; null for none
   * @param more escaped header lines
   */
  EncodedMessage encode(
      String destination,
      String id,
      Payload payload,
      @Nullable MultiMap headers,
      CharSequence more) {
    byte[] body = payload.raw();
    boolean binary = payload.kind() == Payload.Kind.BYTES && !TransferEncoding.isText(body);
    boolean base64 = binary && textOnly;
    body = base64 ? TransferEncoding.encode(body) : body;
    String type = headers == null ? null : headers.get(Frame.CONTENT_TYPE);
    StringBuilder head = new StringBuilder(160 + more.length()).append("MESSAGE\n");
    line(head, Frame.DESTINATION, destination);
    line(head, Frame.CONTENT_TYPE, type == null ? StompPayload.implied(payload.kind()) : type);
    line(head, Frame.MESSAGE_ID, id);
    if (base64) {
      line(head, TransferEncoding.HEADER, TransferEncoding.BASE64);
    }
    head.append("content-length:").append(body.length).append('\n').append(more);
    if (headers != null) {
      append(head, headers);
    }
    byte[] start = head.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    byte[] whole = new byte[start.length + body.length + 1];
    System.arraycopy(start, 0, whole, 0, start.length);
    System.arraycopy(body, 0, whole, start.length, body.length);
    return (binary && !textOnly ? EncodedMessage.binary(whole) : EncodedMessage.text(whole))
        .withSlot("MESSAGE\n".length());
  }

  private void append(StringBuilder head, MultiMap headers) {
    for (Map.Entry<String, String> header : headers) {
      String name = header.getKey();
      // STOMP 1.0 has no escape for a colon in a name.
      boolean writable = version != StompVersion.V1_0 || name.indexOf(':') < 0;
      if (!name.isEmpty() && writable && !StompHeaders.isOwn(name)) {
        line(head, name, header.getValue());
      }
    }
  }
}
