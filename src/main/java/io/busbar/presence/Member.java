package io.busbar.presence;

import org.jspecify.annotations.Nullable;

/** A user of a channel, as its owner knows it. Owned by the channel's event loop. */
final class Member {
  private final String user;

  /** Whether its join was announced, and not its leave. */
  private boolean announced;

  /** Whether some node has a session of the user. */
  private boolean here;

  private @Nullable String info;

  Member(String user) {
    this.user = user;
  }

  String user() {
    return user;
  }

  @Nullable String info() {
    return info;
  }

  void info(@Nullable String newest) {
    info = newest;
  }

  boolean isHere() {
    return here;
  }

  void here(boolean now) {
    here = now;
  }

  boolean isAnnounced() {
    return announced;
  }

  void announced(boolean now) {
    announced = now;
  }
}
