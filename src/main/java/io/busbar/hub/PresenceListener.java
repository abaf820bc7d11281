package io.busbar.hub;

/**
 * The listener for changes of who is in channels with presence. It hears of each subscription when
 * it was admitted and when it has ended. Called on the event loop that owns the channel. Channels
 * without presence know nothing about it.
 */
public interface PresenceListener {
  /**
   * Address on each node that answers {@code {"channel","limit","after"}} with {@code
   * {"users","count","next"}}.
   */
  String ADDRESS = "busbar.presence";

  /**
   * Where a node's own are answered which channels it owns: {@code {"prefix","limit","after"}} by
   * {@code {"channels":[{"channel","users"}],"next"}}.
   */
  String CHANNELS = "busbar.presence.channels";

  /** The failure code for a channel without presence. */
  int NO_PRESENCE = 404;

  void joined(PresenceSubscriber who);

  void left(PresenceSubscriber who);

  /**
   * Called for the first subscription of this node to the channel, whether the channel has presence
   * or not.
   */
  void occupied(String channel);

  /** Called when no client of this node listens to the channel any more. */
  void vacated(String channel);

  /** Called when the first client of this node listens to the joins and leaves of the channel. */
  void watched(String channel);

  /** Called when no client of this node listens to the joins and leaves any more. */
  void unwatched(String channel);
}
