package io.busbar.protocol;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.Locale;

/** A codec for an object on the bus that no protocol can encode. Any thread may use it. */
final class UnencodableCodec implements MessageCodec<Locale, Locale> {
  @Override
  public void encodeToWire(Buffer buffer, Locale body) {
    buffer.appendString(body.toLanguageTag());
  }

  @Override
  public Locale decodeFromWire(int position, Buffer buffer) {
    return Locale.forLanguageTag(buffer.getString(position, buffer.length()));
  }

  @Override
  public Locale transform(Locale body) {
    return body;
  }

  @Override
  public String name() {
    return "unspeakable";
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
