package io.busbar.hub;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A session that listens to a channel with presence.
 *
 * @param channel its address
 * @param session its id
 * @param user the name of who logged in, or the id of the session where that is nobody
 * @param info what the client says of itself, as JSON text; null for nothing
 */
public record Attendee(String channel, String session, String user, @Nullable String info) {
  /**
   * Who stands for all that listen, where it is only told whether somebody does: no user's name.
   */
  public static final String SOMEBODY = "";

  /** Bytes of what a client may say of itself. */
  static final int MOST_INFO = 1024;

  static Attendee of(Session session, String channel, @Nullable Payload info) {
    String text = info == null ? null : new String(info.json(), StandardCharsets.UTF_8);
    return new Attendee(channel, session.id(), userOf(session), text);
  }

  /** That somebody on this node listens to a channel. */
  public static Attendee somebody(String channel) {
    return new Attendee(channel, SOMEBODY, SOMEBODY, null);
  }

  /** The same session by another name. */
  Attendee as(String other) {
    return new Attendee(channel, session, other, info);
  }

  /** What others know the session by. */
  static String userOf(Session session) {
    return session.user() == null ? session.id() : session.user();
  }
}
