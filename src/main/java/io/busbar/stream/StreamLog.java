package io.busbar.stream;

import io.busbar.config.ChannelRule.History;
import io.busbar.hub.History.StreamView;
import io.busbar.hub.StreamMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The messages that are kept of a stream, in memory, in the order of their offsets. Owned by the
 * stream's event loop.
 */
final class StreamLog {
  private static final int SMALLEST = 16;

  private final History most;
  private StreamMessage[] ring = new StreamMessage[SMALLEST];
  private long first = 1;
  private long head;
  private long bytes;
  private boolean trimmedByAge;

  /**
   * @param most the limits of what is kept
   */
  StreamLog(History most) {
    this.most = most;
  }

  /** The offset of the oldest message; head + 1 if there is none. */
  long first() {
    return first;
  }

  /** The offset of the newest message that there ever was. */
  long head() {
    return head;
  }

  long bytes() {
    return bytes;
  }

  /** What operators see of it, under that name. */
  StreamView view(String name) {
    StreamMessage oldest = get(first);
    return new StreamView(
        name, head + 1 - first, bytes, first, head, oldest == null ? 0 : oldest.millis());
  }

  boolean isEmpty() {
    return first > head;
  }

  /** Whether the last removed messages were removed because of their age. */
  boolean isTrimmedByAge() {
    return trimmedByAge;
  }

  /** The message with that offset; null if it is not kept. */
  @Nullable StreamMessage get(long offset) {
    return offset < first || offset > head ? null : ring[slot(offset)];
  }

  private StreamMessage kept(long offset) {
    return Objects.requireNonNull(get(offset), "between the first and the head all are kept");
  }

  /** Adds a message. An empty log accepts any offset, otherwise it must be the next. */
  void add(StreamMessage message) {
    if (isEmpty()) {
      first = message.offset();
    } else if (head - first + 1 == ring.length) {
      grow();
    }
    head = message.offset();
    ring[slot(head)] = message;
    bytes += message.size();
  }

  /** Removes all messages and goes on after that offset. */
  void startAfter(long offset) {
    Arrays.fill(ring, null);
    bytes = 0;
    first = offset + 1;
    head = offset;
  }

  private void grow() {
    StreamMessage[] larger = new StreamMessage[ring.length * 2];
    for (long offset = first; offset <= head; offset++) {
      larger[(int) (offset & larger.length - 1)] = get(offset);
    }
    ring = larger;
  }

  private int slot(long offset) {
    return (int) (offset & ring.length - 1);
  }

  /** Removes the messages above the limits. Returns whether there were any. */
  boolean trim(long nowMillis) {
    long before = first;
    while (!isEmpty() && (head - first >= most.messages() || bytes > most.size().bytes())) {
      removeFirst();
      trimmedByAge = false;
    }
    while (!isEmpty() && kept(first).millis() < nowMillis - most.age().toMillis()) {
      removeFirst();
      trimmedByAge = true;
    }
    return first != before;
  }

  private void removeFirst() {
    bytes -= kept(first).size();
    ring[slot(first)] = null;
    first++;
  }

  /** The messages from that offset on, as many as fit. At least one, if there is one. */
  List<StreamMessage> from(long offset, int messages, int mostBytes) {
    List<StreamMessage> found = new ArrayList<>();
    int size = 0;
    for (long next = offset; next <= head && found.size() < messages; next++) {
      StreamMessage message = kept(next);
      size += message.size();
      if (size > mostBytes && !found.isEmpty()) {
        break;
      }
      found.add(message);
    }
    return found;
  }
}
