package io.busbar.stream;

import io.busbar.config.StreamsConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The number of streams on this node and the room that they take. Above the limits, the streams
 * that were unused for longest are dropped, and empty ones first. Above a holder's share, only
 * streams of that holder are dropped. Owned by one event loop; any thread may read the sums.
 */
final class StreamBudget {
  /**
   * The share of the room that is still in use after streams were dropped, so not every message
   * starts a search.
   */
  private static final double LEFT = 0.9;

  private final long total;
  private final int count;
  private final int userCount;
  private final Map<Stream, String> empty = new LinkedHashMap<>(16, 0.75F, true);
  private final Map<Stream, String> full = new LinkedHashMap<>(16, 0.75F, true);
  private final Map<String, Set<Stream>> held = new HashMap<>();
  private final Map<Stream, Long> counted = new HashMap<>();
  private volatile long bytes;
  private volatile int streams;

  /**
   * @param clustered whether each message is also in Hazelcast
   */
  StreamBudget(StreamsConfig config, boolean clustered) {
    this.total = config.totalBytes(Runtime.getRuntime().maxMemory(), clustered);
    this.count = config.count();
    this.userCount = config.userCount();
  }

  /**
   * Notes that a stream was used. Returns the streams that must be dropped.
   *
   * @param now its bytes
   * @param holder whom the stream counts for; empty for none
   */
  List<Stream> used(Stream stream, long now, String holder) {
    Long before = counted.put(stream, now);
    bytes = bytes + now - (before == null ? 0 : before);
    List<Stream> victims = new ArrayList<>();
    if (now == 0) {
      leave(stream);
      empty.put(stream, "");
      evict(empty, stream, empty.size() > count, victims);
    } else {
      empty.remove(stream);
      boolean fresh = full.put(stream, holder) == null;
      if (fresh && !holder.isEmpty()) {
        Set<Stream> theirs = held.computeIfAbsent(holder, name -> new LinkedHashSet<>());
        theirs.add(stream);
        if (theirs.size() > userCount) {
          victims.add(theirs.iterator().next());
        }
      }
      evict(full, stream, full.size() > count, victims);
    }
    makeRoom(stream, victims);
    victims.forEach(this::closed);
    streams = counted.size();
    return victims;
  }

  private static void evict(
      Map<Stream, String> among, Stream but, boolean needed, List<Stream> victims) {
    Iterator<Stream> eldest = among.keySet().iterator();
    Stream first = eldest.next();
    if (needed && first != but && !victims.contains(first)) {
      victims.add(first);
    }
  }

  private void makeRoom(Stream but, List<Stream> victims) {
    if (bytes <= total) {
      return;
    }
    long left = bytes;
    for (Stream each : full.keySet()) {
      if (left <= total * LEFT) {
        return;
      }
      if (each != but && !victims.contains(each)) {
        victims.add(each);
        left -= counted.getOrDefault(each, 0L);
      }
    }
  }

  /** Notes that the stream is gone. */
  void closed(Stream stream) {
    empty.remove(stream);
    leave(stream);
    Long was = counted.remove(stream);
    bytes = bytes - (was == null ? 0 : was);
    streams = counted.size();
  }

  private void leave(Stream stream) {
    String holder = full.remove(stream);
    Set<Stream> theirs = holder == null ? null : held.get(holder);
    if (theirs != null && theirs.remove(stream) && theirs.isEmpty()) {
      held.remove(holder);
    }
  }

  int count() {
    return streams;
  }

  long bytes() {
    return bytes;
  }
}
