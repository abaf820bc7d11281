package io.busbar.protocol.pusher;

import io.busbar.hub.Disconnect;

/**
 * The close codes of this protocol. Clients do not reconnect after 4000 to 4099. They reconnect
 * with a delay after 4100 to 4199, and at once after 4200 to 4299.
 */
final class PusherDisconnects {
  static final Disconnect NO_APP = new Disconnect(4001, "application does not exist", false);
  static final Disconnect DISABLED = new Disconnect(4003, "application is disabled", false);
  static final Disconnect TOO_MANY =
      new Disconnect(4004, "application has too many connections", false);
  static final Disconnect NO_PATH = new Disconnect(4005, "path not found", false);
  static final Disconnect BAD_VERSION = new Disconnect(4006, "invalid version string", false);
  static final Disconnect OTHER_PROTOCOL =
      new Disconnect(4007, "unsupported protocol version: 5, 6 and 7 are spoken", false);
  static final Disconnect NO_PROTOCOL = new Disconnect(4008, "no protocol version", false);
  static final Disconnect UNAUTHORISED = new Disconnect(4009, "connection is unauthorised", false);
  static final Disconnect STREAM_END = new Disconnect(4200, "the stream is full", true);
  static final Disconnect NO_PONG = new Disconnect(4201, "no pong in time", true);

  private static final int FIRST = 4000;
  private static final int OVER_CAPACITY = 4100;
  private static final int COME_AGAIN = 4200;
  private static final int BEYOND = 4300;
  private static final int TOO_MUCH = 1008;

  private PusherDisconnects() {}

  /** Returns the close code of this protocol for a general one. */
  static Disconnect closeCode(Disconnect why) {
    boolean ours = why.code() >= FIRST && why.code() < BEYOND;
    if (ours || !why.retry() && why.code() < FIRST) {
      return why;
    }
    return new Disconnect(code(why), why.reason(), why.retry());
  }

  private static int code(Disconnect why) {
    if (!why.retry()) {
      return UNAUTHORISED.code();
    }
    if (why.equals(Disconnect.IDLE)) {
      return NO_PONG.code();
    }
    return why.code() == TOO_MUCH ? OVER_CAPACITY : COME_AGAIN;
  }
}
