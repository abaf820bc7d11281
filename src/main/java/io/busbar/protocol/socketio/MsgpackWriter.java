package io.busbar.protocol.socketio;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.EncodeException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/** Encodes JSON with bytes at any place as one MessagePack value. Used by one thread. */
final class MsgpackWriter {
  private final MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();

  private MsgpackWriter() {}

  static Buffer write(Object value) {
    MsgpackWriter writer = new MsgpackWriter();
    try {
      writer.value(value);
      return Buffer.buffer(writer.packer.toByteArray());
    } catch (IOException e) {
      throw new EncodeException("memory does not fail", e);
    }
  }

  private void value(Object value) throws IOException {
    Object inside = SocketEncoder.inside(value);
    if (inside == null) {
      packer.packNil();
    } else if (inside instanceof Map<?, ?> map) {
      map(map);
    } else if (inside instanceof List<?> list) {
      list(list);
    } else if (inside instanceof Number number) {
      number(number);
    } else if (inside instanceof Boolean truth) {
      packer.packBoolean(truth);
    } else if (inside instanceof Buffer buffer) {
      bytes(buffer.getBytes());
    } else if (inside instanceof byte[] bytes) {
      bytes(bytes);
    } else {
      string(text(inside));
    }
  }

  /** Returns the text of a value that Vert.x writes as a JSON string. */
  private static String text(Object value) {
    if (value instanceof Enum<?> constant) {
      return constant.name();
    }
    if (value instanceof CharSequence || value instanceof Instant) {
      return value.toString();
    }
    throw new EncodeException("not a type of JSON: " + value.getClass().getName());
  }

  private void map(Map<?, ?> map) throws IOException {
    packer.packMapHeader(map.size());
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      string(entry.getKey().toString());
      value(entry.getValue());
    }
  }

  private void list(List<?> list) throws IOException {
    packer.packArrayHeader(list.size());
    for (Object each : list) {
      value(each);
    }
  }

  private void number(Number number) throws IOException {
    if (number instanceof Long
        || number instanceof Integer
        || number instanceof Short
        || number instanceof Byte) {
      packer.packLong(number.longValue());
    } else if (number instanceof BigInteger big && isLong(big)) {
      packer.packBigInteger(big);
    } else {
      packer.packDouble(number.doubleValue());
    }
  }

  /**
   * Returns whether MessagePack has an integer for it. A larger number becomes a double, as in
   * JavaScript.
   */
  private static boolean isLong(BigInteger big) {
    return big.bitLength() <= (big.signum() < 0 ? Long.SIZE - 1 : Long.SIZE);
  }

  private void string(String text) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    packer.packRawStringHeader(utf8.length).writePayload(utf8);
  }

  private void bytes(byte[] bytes) throws IOException {
    packer.packBinaryHeader(bytes.length).writePayload(bytes);
  }
}
