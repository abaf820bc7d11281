package io.busbar.queue.store;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A message as a consumer gets it.
 *
 * @param redelivered whether a consumer may have had it already
 */
public record Delivery(QueueMessage message, boolean redelivered) {
  /**
   * The bytes that nodes send each other. For each delivery: one byte (1 for redelivered), the
   * length, the message.
   */
  public static Buffer toBytes(List<Delivery> deliveries) {
    Buffer all = Buffer.buffer();
    for (Delivery delivery : deliveries) {
      byte[] bytes = delivery.message.toBytes();
      all.appendByte((byte) (delivery.redelivered ? 1 : 0));
      all.appendInt(bytes.length).appendBytes(bytes);
    }
    return all;
  }

  /** Will throw if these are not the bytes of deliveries. */
  public static List<Delivery> read(Buffer all) {
    List<Delivery> deliveries = new ArrayList<>();
    for (int at = 0; at < all.length(); ) {
      int start = at + 5;
      int end = start + all.getInt(at + 1);
      QueueMessage message = QueueMessage.read(all.getBytes(start, end));
      deliveries.add(new Delivery(message, all.getByte(at) == 1));
      at = end;
    }
    return deliveries;
  }
}
