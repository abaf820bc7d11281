package io.busbar.protocol.pusher;

import io.busbar.hub.EncodedMessage;
import io.vertx.core.json.JsonObject;

/**
 * A session that comes into a presence channel, as a {@link Roster} sees it. Any thread may call.
 */
interface RosterMember {
  /** What it is called there. */
  String user();

  /** How many users the channel may have. */
  int most();

  /** There is room for it: it may come in. */
  void mayCome();

  /** There are too many. */
  void isTooMuch();

  /**
   * It is in, and all there know. What changes from then on it is told.
   *
   * @param presence who is there: {@code {"ids","hash","count"}}; not to be changed
   */
  void isIn(JsonObject presence);

  /** Somebody has come or gone. */
  void hears(EncodedMessage change);
}
