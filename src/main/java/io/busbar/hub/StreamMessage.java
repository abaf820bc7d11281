package io.busbar.hub;

import io.vertx.core.MultiMap;
import java.util.Map;

/**
 * A stored message of a stream. Any thread may use it.
 *
 * @param position place in the stream
 * @param millis time of publication by the clock of the stream's owner, in milliseconds since 1970
 * @param payload body in packed form
 * @param headers headers as they are on the bus; never changed
 */
public record StreamMessage(Position position, long millis, Payload payload, MultiMap headers) {
  /** Approximate size in memory without body and headers, in bytes. */
  private static final int OVERHEAD = 300;

  public long offset() {
    return position.offset();
  }

  /** Returns the approximate size in memory, in bytes. */
  public int size() {
    int size = OVERHEAD + payload.raw().length;
    for (Map.Entry<String, String> header : headers) {
      size += header.getKey().length() + header.getValue().length();
    }
    return size;
  }
}
