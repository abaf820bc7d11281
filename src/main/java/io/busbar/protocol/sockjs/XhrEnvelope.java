package io.busbar.protocol.sockjs;

import io.busbar.protocol.session.Envelope;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * The format of {@code xhr} and {@code xhr_streaming}: each frame is a line. A stream begins with 2
 * KiB of {@code h}, because some browsers deliver nothing before that (SockJS 0.3.3,
 * "XhrStreaming").
 */
enum XhrEnvelope implements Envelope {
  POLLING(false),
  STREAMING(true);

  private static final byte[] PRELUDE =
      ("h".repeat(2048) + "\n").getBytes(StandardCharsets.US_ASCII);

  private final boolean streaming;

  XhrEnvelope(boolean streaming) {
    this.streaming = streaming;
  }

  @Override
  public String contentType() {
    return Answers.JAVASCRIPT;
  }

  @Override
  public boolean isStreaming() {
    return streaming;
  }

  @Override
  public byte[] prelude() {
    return PRELUDE;
  }

  @Override
  public Buffer wrap(byte[] frame) {
    return Buffer.buffer(frame.length + 1).appendBytes(frame).appendByte((byte) '\n');
  }
}
