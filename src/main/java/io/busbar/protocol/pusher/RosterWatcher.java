package io.busbar.protocol.pusher;

/** Who wants to know whether a user is in a channel. Any thread may call. */
interface RosterWatcher {
  String user();

  /** It is so from now on, as far as is known. */
  void sees(boolean isHere);
}
