package io.busbar.protocol.sockjs;

import io.busbar.protocol.session.Envelope;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * The format of {@code jsonp}: the frame is a call of the page's function (SockJS 0.3.3,
 * "JsonPolling"). The comment before it prevents old plug-ins from reading the callback's name as a
 * file of their own. Immutable.
 */
final class JsonpEnvelope implements Envelope {
  private static final byte[] AFTER = "\");\r\n".getBytes(StandardCharsets.US_ASCII);

  private final byte[] before;

  JsonpEnvelope(String callback) {
    this.before = ("/**/" + callback + "(\"").getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String contentType() {
    return Answers.JAVASCRIPT;
  }

  @Override
  public boolean isStreaming() {
    return false;
  }

  @Override
  public Buffer wrap(byte[] frame) {
    return Envelope.between(before, Callback.quote(frame), AFTER);
  }
}
