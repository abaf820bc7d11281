package io.busbar.hub;

/**
 * Is told who listens to channels with presence: each subscription when it was admitted and when it
 * has ended, on the event loop that owns the channel. Plain channels know nothing of it.
 */
public interface Attendance {
  /**
   * Where it answers {@code {"channel","limit","after"}} with {@code {"users","count","next"}}, on
   * each node.
   */
  String ADDRESS = "busbar.presence";

  /**
   * Where a node's own are answered which channels it owns: {@code {"prefix","limit","after"}} by
   * {@code {"channels":[{"channel","users"}],"next"}}.
   */
  String CHANNELS = "busbar.presence.channels";

  /** The failure code for a channel whose rule does not have it. */
  int NO_PRESENCE = 404;

  void joined(Attendee who);

  void left(Attendee who);

  /**
   * Somebody on this node listens to the channel, who is the first one, whether it has presence or
   * not.
   */
  void occupied(String channel);

  /** Nobody on this node does any more. */
  void vacated(String channel);

  /** Some client of this node hears from now on who comes to the channel and who leaves it. */
  void watched(String channel);

  /** None does any more. */
  void unwatched(String channel);
}
