package io.busbar.hub;

/**
 * The reason why a connection ends: a close code, a text for the client, and whether it should
 * connect again. Close codes are those of RFC 6455, 7.4; features may use 3000 to 4999.
 */
public record Disconnect(int code, String reason, boolean retry) {
  public static final Disconnect NORMAL = new Disconnect(1000, "", false);
  public static final Disconnect SHUTDOWN = new Disconnect(1001, "server is stopping", true);
  public static final Disconnect IDLE = new Disconnect(1001, "nothing heard in time", true);
  public static final Disconnect PROTOCOL_ERROR = new Disconnect(1002, "protocol error", false);
  public static final Disconnect TEXT_ONLY = new Disconnect(1003, "only text is taken", false);
  public static final Disconnect INVALID_TEXT = new Disconnect(1007, "text is not UTF-8", false);
  public static final Disconnect SLOW = new Disconnect(1008, "reads too slowly", true);
  public static final Disconnect BEGAN_TOO_MUCH =
      new Disconnect(1008, "all clients have begun to send too much, this most of all", true);
  public static final Disconnect ADDRESS_BEGAN_TOO_MUCH =
      new Disconnect(1008, "your address has begun to send too much, this most of all", true);
  public static final Disconnect STOOD_STILL =
      new Disconnect(1008, "what was begun was not sent on in time", true);
  public static final Disconnect TOO_BIG = new Disconnect(1009, "message is too big", false);
  public static final Disconnect FAILED = new Disconnect(1011, "internal error", true);
  public static final Disconnect EXPIRED = new Disconnect(4401, "login expired", true);
  public static final Disconnect LOGIN_CHANGED = new Disconnect(4402, "login changed", true);
  public static final Disconnect RIGHTS_CHANGED = new Disconnect(4402, "rights changed", true);
  public static final Disconnect CHANNEL_CHANGED =
      new Disconnect(4402, "the rules of a channel changed", true);
  public static final Disconnect ENDED = new Disconnect(4403, "session was ended", false);
  public static final Disconnect WORKER_HANGS =
      new Disconnect(4408, "the worker has not answered in time and says nothing", true);
  public static final Disconnect NO_FEATURE =
      new Disconnect(1011, "the feature is not running", true);
}
