package io.busbar.protocol.pusher;

import io.busbar.hub.EncodedMessage;
import io.vertx.core.json.JsonObject;

/** A session that joins a presence channel, as a {@link Roster} sees it. Any thread may use it. */
interface RosterMember {
  /** Returns the id of its user. */
  String user();

  /** Returns the maximum number of users in the channel. */
  int most();

  /** There is room, so it may join. */
  void mayCome();

  /** There are too many users. */
  void isTooMuch();

  /**
   * It has joined, and all other members know. It gets all later changes.
   *
   * @param presence members: {@code {"ids","hash","count"}}; must not be changed
   */
  void isIn(JsonObject presence);

  /** A user has joined or left. */
  void hears(EncodedMessage change);
}
