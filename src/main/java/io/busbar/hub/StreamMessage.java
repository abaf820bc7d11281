package io.busbar.hub;

import io.vertx.core.MultiMap;
import java.util.Map;

/**
 * A message that a stream keeps. Any thread may use it.
 *
 * @param position where it is
 * @param millis when it was published, by its owner's clock; since 1970
 * @param payload packed
 * @param headers as they are on the bus; never changed
 */
public record StreamMessage(Position position, long millis, Payload payload, MultiMap headers) {
  /** What one costs in memory beside its body and headers, about. */
  private static final int OVERHEAD = 300;

  public long offset() {
    return position.offset();
  }

  /** Bytes that it costs, about. */
  public int size() {
    int size = OVERHEAD + payload.raw().length;
    for (Map.Entry<String, String> header : headers) {
      size += header.getKey().length() + header.getValue().length();
    }
    return size;
  }
}
