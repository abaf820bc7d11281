package io.busbar.feature;

import io.vertx.core.Future;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Somebody in the chat. Its state is the event loop's of the chat that it talks to. */
final class ChatMember {
  private final String id;
  private final @Nullable String user;
  private final boolean fromBus;
  private @Nullable Nickname nickname;
  private Future<?> last = Future.succeededFuture();

  /**
   * A member who has no nickname yet.
   *
   * @param user the name that it logged in with; null for none
   * @param fromBus whether it came by an address of the bus, not through a service endpoint
   */
  ChatMember(String session, @Nullable String user, boolean fromBus) {
    this.user = user;
    this.id = isUuid(session) ? session : UUID.randomUUID().toString();
    this.fromBus = fromBus;
  }

  /** A UUID: the session's, where the session's id is one. */
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

  /** Will run the step when all steps before it are done, whether they failed or not. */
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
