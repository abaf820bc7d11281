package io.busbar.protocol.sockjs;

import io.busbar.protocol.session.Envelope;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * {@code jsonp}: the frame as a call of the page's function (SockJS 0.3.3, "JsonPolling"). The
 * comment in front keeps old plug-ins from taking the callback's name for a file of their own.
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
