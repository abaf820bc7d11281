package io.busbar.protocol.pusher;

import io.busbar.hub.Since;
import org.jspecify.annotations.Nullable;

/** The subscription of a client to one channel. Owned by the session's event loop. */
class Membership {
  private final ChannelName channel;
  private final @Nullable Since since;
  private boolean succeeded;

  /**
   * @param since start position in the channel's stream; null for none
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

  /** Returns whether the client has been told that its subscription succeeded. */
  boolean hasSucceeded() {
    return succeeded;
  }

  void succeeds() {
    succeeded = true;
  }

  /** Returns the user of a presence channel; null for other channels. */
  @Nullable PusherUser who() {
    return null;
  }

  /** Handles the end of the subscription. */
  void ends() {}
}
