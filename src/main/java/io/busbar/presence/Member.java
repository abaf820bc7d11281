package io.busbar.presence;

import org.jspecify.annotations.Nullable;

/** A user of a channel, as its owner knows it. */
final class Member {
  private final String user;

  /** Whether it was told that it joined, and not that it left. */
  private boolean announced;

  /** Whether some node has a session of it. */
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
