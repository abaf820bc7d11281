package io.busbar.protocol.engineio;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One packet of Engine.IO: a type, and text or bytes. Text is empty where a packet says nothing but
 * its type; only messages have bytes.
 *
 * @param text null where there are bytes
 * @param bytes null where there is text
 */
public record EnginePacket(Type type, @Nullable String text, @Nullable Buffer bytes) {
  /** In the order of their numbers. */
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

    /** The type with that number; null where there is none. */
    static @Nullable Type of(int number) {
      return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }

    /** The number that stands for it. */
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

  /** A packet that says nothing but its type. */
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

  public boolean isBinary() {
    return bytes != null;
  }
}
