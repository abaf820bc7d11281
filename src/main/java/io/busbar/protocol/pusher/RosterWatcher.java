package io.busbar.protocol.pusher;

/** An observer of one user in a channel. Any thread may use it. */
interface RosterWatcher {
  String user();

  /** Reports whether the user is there now. */
  void sees(boolean isHere);
}
