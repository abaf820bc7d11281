package io.busbar.protocol.socketio;

import io.busbar.protocol.ProtocolException;
import io.busbar.protocol.Utf8;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;

/**
 * Decodes one MessagePack value to JSON types within limits; bytes become Buffers. It also decodes
 * extension type 0 as notepack.io, the library of the JavaScript clients, writes it: undefined,
 * dates, and ArrayBuffers. Used by one thread.
 */
final class MsgpackReader {
  /** As in JSON, objects omit this value, and arrays have null instead. */
  private static final Object UNDEFINED = new Object();

  private final MessageUnpacker unpacker;
  private final PacketRules rules;
  private final int size;
  private int elements = 1;
  private int attachments;

  MsgpackReader(byte[] bytes, PacketRules rules) {
    this.unpacker = MessagePack.newDefaultUnpacker(bytes);
    this.size = bytes.length;
    this.rules = rules;
  }

  /**
   * Returns the value: Map, List, String, Number, Boolean, Buffer or null.
   *
   * @throws ProtocolException when the bytes are invalid or exceed a limit
   */
  @Nullable Object read() {
    try {
      // The payload is one level below the packet.
      Object value = value(rules.limits().depth() + 1);
      if (left() > 0) {
        throw notMessagePack();
      }
      return value;
    } catch (MessagePackException | IOException e) {
      throw notMessagePack();
    }
  }

  boolean hasBytes() {
    return attachments > 0;
  }

  private @Nullable Object value(int depth) throws IOException {
    MessageFormat format = unpacker.getNextFormat();
    return switch (format.getValueType()) {
      case NIL -> {
        unpacker.unpackNil();
        yield null;
      }
      case BOOLEAN -> unpacker.unpackBoolean();
      case INTEGER -> integer(format);
      case FLOAT -> {
        double number = unpacker.unpackDouble();
        yield Double.isFinite(number) ? number : null;
      }
      case STRING -> string();
      case BINARY -> bytes(unpacker.unpackBinaryHeader());
      case ARRAY -> array(depth);
      case MAP -> map(depth);
      case EXTENSION -> extension(format);
    };
  }

  private Number integer(MessageFormat format) throws IOException {
    if (format == MessageFormat.UINT64) {
      BigInteger big = unpacker.unpackBigInteger();
      return big.bitLength() < Long.SIZE ? narrow(big.longValue()) : big;
    }
    return narrow(unpacker.unpackLong());
  }

  private static Number narrow(long number) {
    int small = (int) number;
    return small == number ? (Number) small : (Number) number;
  }

  private String string() throws IOException {
    return Utf8.decode(unpacker.readPayload(available(unpacker.unpackRawStringHeader())));
  }

  private Buffer bytes(int length) throws IOException {
    rules.checkAttachments(++attachments);
    return Buffer.buffer(unpacker.readPayload(available(length)));
  }

  private List<Object> array(int depth) throws IOException {
    int count = unpacker.unpackArrayHeader();
    enter(depth, count, count);
    List<Object> list = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Object value = value(depth - 1);
      list.add(value == UNDEFINED ? null : value);
    }
    return list;
  }

  private Map<String, Object> map(int depth) throws IOException {
    int count = unpacker.unpackMapHeader();
    enter(depth, count, 2L * count);
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      if (!unpacker.getNextFormat().getValueType().isStringType()) {
        throw PacketRules.broken("keys are strings");
      }
      String key = string();
      Object value = value(depth - 1);
      if (value != UNDEFINED) {
        map.put(key, value);
      }
    }
    return map;
  }

  /** Checks the announced size before any memory is reserved for it. */
  private void enter(int depth, int count, long leastBytes) throws IOException {
    if (depth == 0 || count > rules.limits().elements() - elements) {
      throw rules.tooMuch();
    }
    available(leastBytes);
    elements += count;
  }

  private Object extension(MessageFormat format) throws IOException {
    ExtensionTypeHeader header = unpacker.unpackExtensionTypeHeader();
    int length = available(header.getLength());
    if (header.getType() != 0) {
      throw PacketRules.broken("of MessagePack's extensions only those of notepack.io are taken");
    }
    return switch (format) {
      case FIXEXT1 -> {
        unpacker.readPayload(length);
        yield UNDEFINED;
      }
      case FIXEXT8 -> {
        Buffer millis = Buffer.buffer(unpacker.readPayload(length));
        yield Instant.ofEpochMilli(millis.getLong(0)).toString();
      }
      default -> bytes(length);
    };
  }

  private int available(long length) throws IOException {
    if (length > left()) {
      throw notMessagePack();
    }
    return (int) length;
  }

  private long left() {
    return size - unpacker.getTotalReadBytes();
  }

  private static ProtocolException notMessagePack() {
    return PacketRules.broken("a packet is one value of MessagePack");
  }
}
