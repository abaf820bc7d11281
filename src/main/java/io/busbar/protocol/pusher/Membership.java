package io.busbar.protocol.pusher;

import io.busbar.hub.Since;
import org.jspecify.annotations.Nullable;

/** A client in one channel. Owned by its session's event loop. */
class Membership {
  private final ChannelName channel;
  private final @Nullable Since since;
  private boolean succeeded;

  /**
   * @param since where in the channel's stream it wants to begin; null where it does not say
   */
  Membership(ChannelName channel, @Nullable Since since) {
    this.channel = channel;
    this.since = since;
  }

  ChannelName channel() {
    return channel;
  }

  String name() {
    return channel.name();
  }

  @Nullable Since since() {
    return since;
  }

  /** Whether the client was told that it hears the channel. */
  boolean hasSucceeded() {
    return succeeded;
  }

  void succeeds() {
    succeeded = true;
  }

  /** Who it is there; null where that is nobody's business. */
  @Nullable PusherUser who() {
    return null;
  }

  /** It is over, by whomever. */
  void ends() {}
}
