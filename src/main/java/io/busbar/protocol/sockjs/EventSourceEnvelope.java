package io.busbar.protocol.sockjs;

import io.busbar.protocol.session.Envelope;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/** The format of {@code eventsource}: each frame is an event (SockJS 0.3.3, "EventSource"). */
enum EventSourceEnvelope implements Envelope {
  INSTANCE;

  private static final byte[] PRELUDE = {'\r', '\n'};
  private static final byte[] BEFORE = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AFTER = {'\r', '\n', '\r', '\n'};

  @Override
  public String contentType() {
    return Answers.EVENT_STREAM;
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public byte[] prelude() {
    return PRELUDE;
  }

  @Override
  public Buffer wrap(byte[] frame) {
    return Envelope.between(BEFORE, frame, AFTER);
  }
}
