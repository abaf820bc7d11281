package io.busbar.queue;

import io.busbar.selector.Selector;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A consumer as its queue sees it. It has room while it has fewer messages than it may have, and
 * while few bytes wait for its socket. Owned by the queue's event loop.
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
  private long receivedMillis = System.currentTimeMillis();
  private boolean nodeWasThere;

  /**
   * @param id unique among the consumers of all nodes
   * @param node where it is; null for the address behind the queue, which is asked from the queue's
   *     node
   * @param most the most messages that it may have at once
   * @param auto whether a message is done when it is written
   * @param selector which messages it takes; null for all
   * @param give hands over the messages of a batch
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

  /** The number of messages that it has. */
  int size() {
    return has.size();
  }

  boolean hasRoom() {
    return has.size() < most && unwritten < MOST_UNWRITTEN;
  }

  /** Sets how many messages it may have from now on. */
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

  /** It has the message already. */
  void has(QueueEntry entry) {
    has.add(entry);
  }

  /** The messages were written to the client. */
  void written(List<QueueEntry> entries) {
    entries.forEach(entry -> unwritten -= entry.size());
  }

  /** Takes a message from it. Returns whether it had the message. */
  boolean gives(QueueEntry entry) {
    return has.remove(entry);
  }

  /** Takes all messages from it and returns them. */
  List<QueueEntry> giveAll() {
    List<QueueEntry> had = List.copyOf(has);
    has.clear();
    return had;
  }

  void heardOf() {
    receivedMillis = System.currentTimeMillis();
  }

  boolean isSilent() {
    return node != null && receivedMillis < System.currentTimeMillis() - SILENT_MILLIS;
  }

  /** Notes whether its node is a member. A node counts as gone only after it was seen. */
  void mayBeMissed(Set<String> nodes) {
    nodeWasThere |= node != null && nodes.contains(node);
  }

  boolean nodeHasLeft(Set<String> nodes) {
    return nodeWasThere && !nodes.contains(node);
  }
}
