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
  /** The oldest are forgotten beyond. */
  private static final int MOST = 1000;

  private record Owed(Message<?> message, long until) {}

  /** By the number of where the answer goes. */
  private @Nullable LinkedHashMap<Long, Owed> owed;

  /** Those of a worker, by the same; its pool bounds them, and ends their time. */
  private @Nullable Map<Long, WorkerTask> tasks;

  /**
   * The client may answer the message until then, in milliseconds since 1970. Of two with the same
   * number neither is answered: nobody could tell which one an answer is for.
   */
  void add(Message<?> message, long until) {
    long number = ReplyNumber.of(message.replyAddress());
    if (message instanceof WorkerTask task) {
      addTask(number, task);
      return;
    }
    remember(number, new Owed(message, until));
  }

  private void remember(long number, Owed entry) {
    owed = owed == null ? new LinkedHashMap<>() : owed;
    Owed other = owed.put(number, entry);
    String replyAddress = entry.message().replyAddress();
    if (other != null && !other.message().replyAddress().equals(replyAddress)) {
      owed.remove(number);
    }
    if (owed.size() > MOST) {
      Iterator<Owed> oldest = owed.values().iterator();
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

  /** A worker's time for it is over: an answer until then is taken, and dropped. */
  void overdue(WorkerTask task, long until) {
    long number = ReplyNumber.of(task.replyAddress());
    if (tasks != null && tasks.remove(number, task)) {
      remember(number, new Owed(task, until));
    }
  }

  /** Takes out the message that asked for an answer at this address; null when there is none. */
  @Nullable Message<?> settle(String replyAddress) {
    long number = ReplyNumber.of(replyAddress);
    if (!replyAddress.equals(find(number))) {
      return null;
    }
    WorkerTask task = tasks == null ? null : tasks.remove(number);
    Owed entry = task != null || owed == null ? null : owed.remove(number);
    return entry == null ? task : entry.message();
  }

  /** Where the answer with that number goes; null when there is none. */
  @Nullable String find(long number) {
    WorkerTask task = tasks == null ? null : tasks.get(number);
    if (task != null) {
      return task.replyAddress();
    }
    Owed entry = owed == null ? null : owed.get(number);
    return entry == null ? null : entry.message().replyAddress();
  }

  /** Forgets what was to be answered by now. */
  void tick(long nowMillis) {
    if (owed != null) {
      owed.values().removeIf(entry -> entry.until() < nowMillis);
      if (owed.isEmpty()) {
        owed = null;
      }
    }
  }

  /** The session has ended. */
  void clear() {
    owed = null;
    if (tasks != null) {
      tasks.values().forEach(task -> task.abandon(true));
      tasks = null;
    }
  }
}
