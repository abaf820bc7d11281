package io.busbar.protocol.stomp;

import io.busbar.hub.EncodedMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.stomp.Command;
import io.vertx.ext.stomp.Frame;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Encodes the frames that the server sends to one client only. */
final class ServerFrames {
  /** The bytes of a heart-beat. */
  static final EncodedMessage BEAT = EncodedMessage.text("\n");

  private ServerFrames() {}

  static EncodedMessage receipt(StompVersion version, String receipt, Map<String, String> more) {
    StringBuilder text = new StringBuilder("RECEIPT\nreceipt-id:").append(version.escape(receipt));
    more.forEach(
        (name, value) ->
            text.append('\n')
                .append(version.escape(name))
                .append(':')
                .append(version.escape(value)));
    return EncodedMessage.text(text.append("\n\n\0").toString());
  }

  /**
   * Encodes an ERROR. The words go into the header {@code message} and into the body.
   *
   * @param receipt that the failed frame asked for; null for none
   * @param more additional headers; null for none
   */
  static EncodedMessage error(
      StompVersion version,
      String words,
      @Nullable String receipt,
      @Nullable Map<String, String> more) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Frame.MESSAGE, words);
    if (receipt != null) {
      headers.put(Frame.RECEIPT_ID, receipt);
    }
    if (more != null) {
      headers.putAll(more);
    }
    headers.put(Frame.CONTENT_TYPE, StompPayload.TEXT);
    return encode(version, new Frame(Command.ERROR, headers, Buffer.buffer(words + "\n")));
  }

  /** Encodes any frame. It adds content-length when there is a body. CONNECTED is not escaped. */
  static EncodedMessage encode(StompVersion version, Frame frame) {
    boolean escape = frame.getCommand() != Command.CONNECTED;
    StringBuilder head = new StringBuilder(frame.getCommand().name()).append('\n');
    frame
        .getHeaders()
        .forEach(
            (name, value) ->
                head.append(escape ? version.escape(name) : name)
                    .append(':')
                    .append(escape ? version.escape(value) : oneLine(value))
                    .append('\n'));
    Buffer whole = Buffer.buffer();
    if (!frame.hasEmptyBody() && frame.getHeader(Frame.CONTENT_LENGTH) == null) {
      head.append("content-length:").append(frame.getBody().length()).append('\n');
    }
    whole.appendBytes(head.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    if (!frame.hasEmptyBody()) {
      whole.appendBuffer(frame.getBody());
    }
    boolean text = frame.hasEmptyBody() || TransferEncoding.isText(frame.getBodyAsByteArray());
    byte[] bytes = whole.appendByte((byte) 0).getBytes();
    return text ? EncodedMessage.text(bytes) : EncodedMessage.binary(bytes);
  }

  private static String oneLine(String value) {
    return value.replace('\n', ' ').replace('\r', ' ');
  }
}
