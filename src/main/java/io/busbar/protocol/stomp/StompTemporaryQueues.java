package io.busbar.protocol.stomp;

import io.busbar.queue.Queues;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The temporary queues of one session. Only the session reads them; every client that knows a name
 * may send to it. They end with the session. Owned by the session's event loop.
 */
final class StompTemporaryQueues {
  private static final String OURS = "busbar.";
  private static final String SHOWN = "temp.";

  private final String owner = UUID.randomUUID().toString();
  private final int most;
  private final Set<String> used = new HashSet<>(0);

  /**
   * @param most maximum number of temporary queues at a time
   */
  StompTemporaryQueues(int most) {
    this.most = most;
  }

  /**
   * Returns the queue for a destination of the session. It will end with the session.
   *
   * @param destination {@code /temp-queue/x}
   */
  String queue(String destination) {
    String queue = named(destination);
    boolean known = !used.add(queue);
    StompCommands.require(
        known || used.size() <= most, "a connection has at most " + most + " temp-queues");
    return queue;
  }

  /** Returns the name of that queue without creating it. */
  String named(String destination) {
    String name = destination.substring(StompDestination.TEMP_QUEUE.length());
    StompCommands.require(!name.isEmpty(), "/temp-queue/ is followed by a name");
    return Queues.temporary(owner, name);
  }

  /** Returns the name that other clients use after {@code /reply-queue/}. */
  static String shown(String queue) {
    return queue.substring(OURS.length());
  }

  /** Returns the queue of such a name; null for another name. */
  static @Nullable String meant(String shown) {
    return shown.startsWith(SHOWN) ? OURS + shown : null;
  }

  /** Ends one temporary queue that has no consumer any more. */
  void end(Queues queues, String queue) {
    if (used.remove(queue)) {
      queues.directory().purge(queue);
    }
  }

  /** Ends all of them. */
  void end(Queues queues) {
    used.forEach(queues.directory()::purge);
    used.clear();
  }
}
