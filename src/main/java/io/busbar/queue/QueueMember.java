package io.busbar.queue;

import io.busbar.selector.Selector;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One consumer as its queue knows it: it has no more messages than it may have, and no more bytes
 * on their way than its socket has taken. Owned by the queue's event loop.
 */
final class QueueMember {
  private static final int MOST_UNWRITTEN = 64 << 10;
  private static final long SILENT_MILLIS = 20_000;

  private final String id;
  private final @Nullable String node;
  private final boolean auto;
  private final @Nullable Selector selector;
  private final Consumer<List<QueueEntry>> give;
  private final Set<QueueEntry> has = new LinkedHashSet<>();
  private List<QueueEntry> next = new ArrayList<>();
  private int most;
  private long unwritten;
  private long heardOfMillis = System.currentTimeMillis();
  private boolean nodeWasThere;

  /**
   * @param id that no other consumer of any node has
   * @param node where it is; null for the address behind the queue, which is where the queue is
   * @param most messages that it may have at once
   * @param auto whether a message is done with when it is written
   * @param selector of what it takes; null for everything
   * @param give hands over what it was given
   */
  QueueMember(
      String id,
      @Nullable String node,
      int most,
      boolean auto,
      @Nullable Selector selector,
      Consumer<List<QueueEntry>> give) {
    this.id = id;
    this.node = node;
    this.most = most;
    this.auto = auto;
    this.selector = selector;
    this.give = give;
  }

  String id() {
    return id;
  }

  @Nullable String node() {
    return node;
  }

  boolean isClient() {
    return node != null;
  }

  boolean isAuto() {
    return auto;
  }

  @Nullable Selector selector() {
    return selector;
  }

  /** Messages that it has. */
  int size() {
    return has.size();
  }

  boolean hasRoom() {
    return has.size() < most && unwritten < MOST_UNWRITTEN;
  }

  /** It may have so many messages from now on. */
  void most(int messages) {
    most = messages;
  }

  /** Will get the message with the next {@link #handOver}. */
  void take(QueueEntry entry) {
    has.add(entry);
    unwritten += entry.size();
    next.add(entry);
  }

  void handOver() {
    List<QueueEntry> now = next;
    next = new ArrayList<>();
    give.accept(now);
  }

  /** It has a message already. */
  void has(QueueEntry entry) {
    has.add(entry);
  }

  /** They have left for the client. */
  void written(List<QueueEntry> entries) {
    entries.forEach(entry -> unwritten -= entry.size());
  }

  /** Whether it had it until now. */
  boolean gives(QueueEntry entry) {
    return has.remove(entry);
  }

  /** All that it had until now. */
  List<QueueEntry> giveAll() {
    List<QueueEntry> had = List.copyOf(has);
    has.clear();
    return had;
  }

  void heardOf() {
    heardOfMillis = System.currentTimeMillis();
  }

  boolean isSilent() {
    return node != null && heardOfMillis < System.currentTimeMillis() - SILENT_MILLIS;
  }

  /** Its node counts as gone only after it was seen. */
  void mayBeMissed(Set<String> nodes) {
    nodeWasThere |= node != null && nodes.contains(node);
  }

  boolean isGone(Set<String> nodes) {
    return nodeWasThere && !nodes.contains(node);
  }
}
