package io.busbar.feature;

import io.vertx.core.Future;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A member of the chat. Owned by the event loop of {@link ChatVerticle} on its node. */
final class ChatMember {
  private final String id;
  private final @Nullable String user;
  private final boolean fromBus;
  private @Nullable Nickname nickname;
  private Future<?> last = Future.succeededFuture();

  /**
   * Makes a member without a nickname.
   *
   * @param session the id of the client's session
   * @param user the name of the user who logged in; null for none
   * @param fromBus whether it joined by {@code chat.say}, not through a service endpoint
   */
  ChatMember(String session, @Nullable String user, boolean fromBus) {
    this.user = user;
    this.id = isUuid(session) ? session : UUID.randomUUID().toString();
    this.fromBus = fromBus;
  }

  /** A UUID: the id of the session if that is a UUID, else a new one. */
  String id() {
    return id;
  }

  @Nullable String user() {
    return user;
  }

  boolean fromBus() {
    return fromBus;
  }

  /** Null until the member has joined. */
  @Nullable Nickname nickname() {
    return nickname;
  }

  /** Its nickname as others see it; of one who has joined. */
  String shown() {
    return Objects.requireNonNull(nickname, "the room hears of who has joined").shown();
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
