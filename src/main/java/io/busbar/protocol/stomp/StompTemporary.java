package io.busbar.protocol.stomp;

import io.busbar.queue.Queues;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The temporary queues of one session: it alone reads them, whoever was told may send to them, and
 * they end with it. Owned by the session's event loop.
 */
final class StompTemporary {
  private static final String OURS = "busbar.";
  private static final String SHOWN = "temp.";

  private final String owner = UUID.randomUUID().toString();
  private final int most;
  private final Set<String> used = new HashSet<>(0);

  /**
   * @param most that it may have at a time
   */
  StompTemporary(int most) {
    this.most = most;
  }

  /**
   * The queue behind a destination of the session's, which will end with the session.
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

  /** The name of that queue, for who puts nothing into it. */
  String named(String destination) {
    String name = destination.substring(StompDestination.TEMP_QUEUE.length());
    StompCommands.require(!name.isEmpty(), "/temp-queue/ is followed by a name");
    return Queues.temporary(owner, name);
  }

  /** How others name it behind {@code /reply-queue/}. */
  static String shown(String queue) {
    return queue.substring(OURS.length());
  }

  /** The queue that such a name means; null for another name. */
  static @Nullable String meant(String shown) {
    return shown.startsWith(SHOWN) ? OURS + shown : null;
  }

  /** Ends one, which nobody reads any more. */
  void end(Queues queues, String queue) {
    if (used.remove(queue)) {
      queues.directory().purge(queue);
    }
  }

  /** Ends all. */
  void end(Queues queues) {
    used.forEach(queues.directory()::purge);
    used.clear();
  }
}
