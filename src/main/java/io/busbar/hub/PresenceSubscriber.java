package io.busbar.hub;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A session that listens to a channel with presence.
 *
 * @param channel address of the channel
 * @param session id of the session
 * @param user name of the logged-in user, or the id of the session without a login
 * @param info what the client says about itself, as JSON text; null for nothing
 */
public record PresenceSubscriber(
    String channel, String session, String user, @Nullable String info) {
  /** Stands for all listeners where only their existence is announced. No user has this name. */
  public static final String SOMEBODY = "";

  /** Maximum size of what a client may say about itself, in bytes. */
  static final int MOST_INFO = 1024;

  static PresenceSubscriber of(Session session, String channel, @Nullable Payload info) {
    String text = info == null ? null : new String(info.json(), StandardCharsets.UTF_8);
    return new PresenceSubscriber(channel, session.id(), userOf(session), text);
  }

  /** Returns an attendee that says only that a client of this node listens to the channel. */
  public static PresenceSubscriber somebody(String channel) {
    return new PresenceSubscriber(channel, SOMEBODY, SOMEBODY, null);
  }

  /** Returns the same session with another user name. */
  PresenceSubscriber as(String other) {
    return new PresenceSubscriber(channel, session, other, info);
  }

  /** Returns the name by which others know the session. */
  static String userOf(Session session) {
    return session.user() == null ? session.id() : session.user();
  }
}
