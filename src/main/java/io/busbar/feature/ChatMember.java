package io.busbar.feature;

import io.vertx.core.Future;
import java.util.UUID;
import java.util.function.Supplier;

/** A member of the chat. Owned by the event loop of {@link ChatVerticle} on its node. */
final class ChatMember {
  private final String id;
  private final String user;
  private final boolean fromBus;
  private Nickname nickname;
  private Future<?> last = Future.succeededFuture();

  /**
   * Makes a member without a nickname.
   *
   * @param session the id of the client's session
   * @param user the name of the user who logged in; null for none
   * @param fromBus whether it joined by {@code chat.say}, not through a service endpoint
   */
  ChatMember(String session, String user, boolean fromBus) {
    this.user = user;
    this.id = isUuid(session) ? session : UUID.randomUUID().toString();
    this.fromBus = fromBus;
  }

  /** A UUID: the id of the session if that is a UUID, else a new one. */
  String id() {
    return id;
  }

  String user() {
    return user;
  }

  boolean fromBus() {
    return fromBus;
  }

  /** Null until the member has joined. */
  Nickname nickname() {
    return nickname;
  }

  void rename(Nickname to) {
    nickname = to;
  }

  /** Will run the step when all steps before it have completed or failed. */
  <T> Future<T> inTurn(Supplier<Future<T>> step) {
    Future<T> done = last.transform(before -> step.get());
    last = done;
    return done;
  }

  private static boolean isUuid(String session) {
    try {
      return UUID.fromString(session).toString().equalsIgnoreCase(session);
    } catch (IllegalArgumentException notOne) {
      return false;
    }
  }
}
