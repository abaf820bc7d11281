package io.busbar.hub;

import io.vertx.core.eventbus.Message;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a session that its client may still answer. Owned by the session's event loop.
 */
final class PendingReplies {
  /** Maximum number; beyond it the oldest are dropped. */
  private static final int MOST = 1000;

  private record PendingReply(Message<?> message, long until) {}

  /** Messages by the number of their reply address. */
  private @Nullable LinkedHashMap<Long, PendingReply> replies;

  /** Tasks of a worker by the same number; its pool limits their number and their time. */
  private @Nullable Map<Long, WorkerTask> tasks;

  /**
   * Notes that the client may answer the message. Two messages with the same number are both
   * dropped, because an answer could mean either.
   *
   * @param until end of that time, in milliseconds since 1970
   */
  void add(Message<?> message, long until) {
    long number = ReplyNumber.of(message.replyAddress());
    if (message instanceof WorkerTask task) {
      addTask(number, task);
      return;
    }
    remember(number, new PendingReply(message, until));
  }

  private void remember(long number, PendingReply entry) {
    replies = replies == null ? new LinkedHashMap<>() : replies;
    PendingReply other = replies.put(number, entry);
    String replyAddress = entry.message().replyAddress();
    if (other != null && !other.message().replyAddress().equals(replyAddress)) {
      replies.remove(number);
    }
    if (replies.size() > MOST) {
      Iterator<PendingReply> oldest = replies.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private void addTask(long number, WorkerTask task) {
    tasks = tasks == null ? new HashMap<>() : tasks;
    WorkerTask other = tasks.put(number, task);
    if (other != null && other.request() != task.request()) {
      tasks.remove(number);
      other.abandon(false);
      task.abandon(false);
    }
  }

  /** Ends a worker's time for the task; an answer until the given time is accepted and dropped. */
  void overdue(WorkerTask task, long until) {
    long number = ReplyNumber.of(task.replyAddress());
    if (tasks != null && tasks.remove(number, task)) {
      remember(number, new PendingReply(task, until));
    }
  }

  /** Removes and returns the message with this reply address; null for none. */
  @Nullable Message<?> settle(String replyAddress) {
    long number = ReplyNumber.of(replyAddress);
    if (!replyAddress.equals(find(number))) {
      return null;
    }
    WorkerTask task = tasks == null ? null : tasks.remove(number);
    PendingReply entry = task != null || replies == null ? null : replies.remove(number);
    return entry == null ? task : entry.message();
  }

  /** Returns the reply address with that number; null for none. */
  @Nullable String find(long number) {
    WorkerTask task = tasks == null ? null : tasks.get(number);
    if (task != null) {
      return task.replyAddress();
    }
    PendingReply entry = replies == null ? null : replies.get(number);
    return entry == null ? null : entry.message().replyAddress();
  }

  /** Drops the messages whose time is over. */
  void tick(long nowMillis) {
    if (replies != null) {
      replies.values().removeIf(entry -> entry.until() < nowMillis);
      if (replies.isEmpty()) {
        replies = null;
      }
    }
  }

  /** Drops everything, and abandons a worker's tasks, because the session has ended. */
  void clear() {
    replies = null;
    if (tasks != null) {
      tasks.values().forEach(task -> task.abandon(true));
      tasks = null;
    }
  }
}
