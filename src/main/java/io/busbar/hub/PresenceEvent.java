package io.busbar.hub;

import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * That a user has come to a channel or has left it, as it is told on the channel's address of
 * {@link PresenceChannels#PREFIX}.
 *
 * @param joined whether it came
 * @param info what it says of itself: a JSON value; null for nothing
 */
public record PresenceEvent(boolean joined, String user, @Nullable Object info) {
  private static final String EVENT = "event";
  private static final String USER = "user";
  private static final String INFO = "info";
  private static final String JOIN = "join";

  /** What a message's body tells; null where that is something else. */
  public static @Nullable PresenceEvent of(Object body) {
    return body instanceof JsonObject event && event.getValue(USER) instanceof String user
        ? new PresenceEvent(JOIN.equals(event.getValue(EVENT)), user, event.getValue(INFO))
        : null;
  }

  /** Who is told of each. */
  public interface Listener {
    void joined(String user, Object info);

    void left(String user);
  }

  /**
   * Tells what a message's body says; nothing where that is something else.
   *
   * @param news takes the user; null where nobody asks meanwhile who is there
   */
  public static void hear(Object body, @Nullable Set<String> news, Listener listener) {
    PresenceEvent event = of(body);
    if (event == null) {
      return;
    }
    if (news != null) {
      news.add(event.user());
    }
    if (event.joined()) {
      listener.joined(event.user(), event.info());
    } else {
      listener.left(event.user());
    }
  }

  /** The body that tells it. */
  public JsonObject body() {
    return new JsonObject().put(EVENT, joined ? JOIN : "leave").put(USER, user).put(INFO, info);
  }
}
