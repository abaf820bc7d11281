package io.busbar.protocol.engineio;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * An Engine.IO packet: a type with text or bytes. The text is empty for a packet with only a type.
 * Only messages may have bytes.
 *
 * @param text null for bytes
 * @param bytes null for text
 */
public record EnginePacket(Type type, @Nullable String text, @Nullable Buffer bytes) {
  /** The packet types in the order of their numbers. */
  public enum Type {
    OPEN(0),
    CLOSE(1),
    PING(2),
    PONG(3),
    MESSAGE(4),
    UPGRADE(5),
    NOOP(6);

    private static final Type[] BY_NUMBER = values();

    private final int number;

    Type(int number) {
      this.number = number;
    }

    /** Returns the type of that number; null for none. */
    static @Nullable Type of(int number) {
      return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }

    /** Returns the number of this type. */
    int number() {
      return number;
    }
  }

  public EnginePacket {
    if ((text == null) == (bytes == null)) {
      throw new IllegalArgumentException("a packet has text or bytes");
    }
    if (bytes != null && type != Type.MESSAGE) {
      throw new IllegalArgumentException("only messages have bytes");
    }
  }

  /** Returns a packet that has only a type. */
  public static EnginePacket of(Type type) {
    return of(type, "");
  }

  public static EnginePacket of(Type type, String text) {
    return new EnginePacket(type, text, null);
  }

  public static EnginePacket message(String text) {
    return of(Type.MESSAGE, text);
  }

  public static EnginePacket message(Buffer bytes) {
    return new EnginePacket(Type.MESSAGE, null, bytes);
  }

  /** Returns the text; empty for bytes. */
  @Override
  public String text() {
    return text == null ? "" : text;
  }

  public boolean isBinary() {
    return bytes != null;
  }
}
