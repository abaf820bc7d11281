package io.busbar.stream;

import io.busbar.hub.PackedMessage;
import io.busbar.hub.Payload;
import io.busbar.hub.Position;
import io.busbar.hub.StreamMessage;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Converts messages of a stream to bytes, together with a JSON object about all of them.
 *
 * @param about its meaning depends on the caller
 */
public record StreamCodec(JsonObject about, List<StreamMessage> messages) {
  private static final String EPOCH = "epoch";
  private static final String OFFSET = "offset";
  private static final String MILLIS = "millis";
  private static final String KIND = "kind";
  private static final String HEADERS = "headers";
  private static final int LENGTH = 4;

  public byte[] toBytes() {
    Buffer body = Buffer.buffer();
    for (StreamMessage message : messages) {
      byte[] one = one(message);
      body.appendInt(one.length).appendBytes(one);
    }
    return new PackedMessage(about, body.getBytes()).toBytes();
  }

  private static byte[] one(StreamMessage message) {
    JsonObject about =
        new JsonObject()
            .put(EPOCH, message.position().epoch())
            .put(OFFSET, message.offset())
            .put(MILLIS, message.millis())
            .put(KIND, message.payload().kind().name());
    if (!message.headers().isEmpty()) {
      about.put(HEADERS, PackedMessage.pairs(message.headers()));
    }
    return new PackedMessage(about, message.payload().raw()).toBytes();
  }

  /** Will throw if the bytes are not in this format. */
  public static StreamCodec read(byte[] bytes) {
    PackedMessage packed = PackedMessage.read(bytes);
    Buffer body = Buffer.buffer(packed.body());
    List<StreamMessage> messages = new ArrayList<>();
    int at = 0;
    while (at < body.length()) {
      int end = at + LENGTH + body.getInt(at);
      messages.add(one(body.getBytes(at + LENGTH, end)));
      at = end;
    }
    return new StreamCodec(packed.about(), messages);
  }

  private static StreamMessage one(byte[] bytes) {
    PackedMessage packed = PackedMessage.read(bytes);
    JsonObject about = packed.about();
    return new StreamMessage(
        new Position(about.getString(EPOCH), about.getLong(OFFSET)),
        about.getLong(MILLIS),
        Payload.packed(Payload.Kind.valueOf(about.getString(KIND)), packed.body()),
        PackedMessage.headers(about.getJsonArray(HEADERS, new JsonArray())));
  }
}
