package io.busbar.hub;

import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A join or leave of a user, as it is told on the presence address of a channel (see {@link
 * PresenceChannels#PREFIX}).
 *
 * @param joined whether the user joined; otherwise the user left
 * @param info what the user says about itself, a JSON value; null for nothing
 */
public record PresenceEvent(boolean joined, String user, @Nullable Object info) {
  private static final String EVENT = "event";
  private static final String USER = "user";
  private static final String INFO = "info";
  private static final String JOIN = "join";

  /** Returns the event in a message's body; null for another body. */
  public static @Nullable PresenceEvent of(Object body) {
    return body instanceof JsonObject event && event.getValue(USER) instanceof String user
        ? new PresenceEvent(JOIN.equals(event.getValue(EVENT)), user, event.getValue(INFO))
        : null;
  }

  /** The listener for joins and leaves. Called on the thread that hears the message. */
  public interface Listener {
    void joined(String user, @Nullable Object info);

    void left(String user);
  }

  /**
   * Tells the listener the event in a message's body; does nothing for another body.
   *
   * @param changedUsers collects the users; null where no question about presence is under way
   */
  public static void dispatch(Object body, @Nullable Set<String> changedUsers, Listener listener) {
    PresenceEvent event = of(body);
    if (event == null) {
      return;
    }
    if (changedUsers != null) {
      changedUsers.add(event.user());
    }
    if (event.joined()) {
      listener.joined(event.user(), event.info());
    } else {
      listener.left(event.user());
    }
  }

  /** Returns the body of the message for the event. */
  public JsonObject body() {
    return new JsonObject().put(EVENT, joined ? JOIN : "leave").put(USER, user).put(INFO, info);
  }
}
