package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import java.util.UUID;

/**
 * The holders of the nicknames, the same on every node. An async map has the holder for each {@link
 * Nickname#key}: {@code <address of the holder's chat>/<id of the member>}. If nobody answers at
 * the address of a chat, that chat died before it freed its nicknames. Then the next member that
 * asks gets them.
 *
 * <p>It has no state of its own. Any thread may use it.
 */
final class Nicknames {
  /** The nickname in the last notification of a stopping server. No member may have it. */
  static final Nickname SERVER = Nickname.of("Server");

  private static final DeliveryOptions ALIVE_WITHIN = new DeliveryOptions().setSendTimeout(2000);

  private final Vertx vertx;
  private final String address;
  private final AsyncMap<String, String> holders;
  private final Counter anonymous;

  private Nicknames(
      Vertx vertx, String address, AsyncMap<String, String> holders, Counter anonymous) {
    this.vertx = vertx;
    this.address = address;
    this.holders = holders;
    this.anonymous = anonymous;
  }

  /** Will open the nicknames. They can be claimed as long as the calling verticle is deployed. */
  static Future<Nicknames> open(Vertx vertx) {
    String address = "busbar.nicknames." + UUID.randomUUID();
    Future<AsyncMap<String, String>> holders = vertx.sharedData().getAsyncMap("chat.nicknames");
    Future<Counter> anonymous = vertx.sharedData().getCounter("chat.anonymous");
    Future<Void> alive =
        vertx.eventBus().consumer(address, message -> message.reply(null)).completion();
    return Future.all(holders, anonymous, alive)
        .map(all -> new Nicknames(vertx, address, holders.result(), anonymous.result()));
  }

  /** Will claim the first free AnonymousUser1, 2, 3 … whose number nobody had before. */
  Future<Nickname> claimAnonymous(String member) {
    return anonymous
        .incrementAndGet()
        .compose(
            number -> {
              Nickname nickname = Nickname.of("AnonymousUser" + number);
              return claim(nickname, member)
                  .compose(
                      claimed ->
                          claimed ? Future.succeededFuture(nickname) : claimAnonymous(member));
            });
  }

  /**
   * Will claim the name with which the member logged in. If that is not possible, claims an
   * anonymous one.
   */
  Future<Nickname> claimFirst(ChatMember member) {
    Nickname own;
    try {
      own = member.user() == null ? null : Nickname.of(member.user());
    } catch (Refusal e) {
      own = null;
    }
    if (own == null) {
      return claimAnonymous(member.id());
    }
    Nickname wanted = own;
    return claim(wanted, member.id())
        .compose(claimed -> claimed ? Future.succeededFuture(wanted) : claimAnonymous(member.id()));
  }

  /**
   * Will claim the nickname. Completes with false if another member has it, or one that looks the
   * same.
   */
  Future<Boolean> claim(Nickname nickname, String member) {
    if (nickname.key().equals(SERVER.key())) {
      return Future.succeededFuture(false);
    }
    return holders
        .putIfAbsent(nickname.key(), holder(member))
        .compose(
            other ->
                other == null
                    ? Future.succeededFuture(true)
                    : inherit(nickname, other, holder(member)));
  }

  Future<Void> release(Nickname nickname, String member) {
    return holders.removeIfPresent(nickname.key(), holder(member)).mapEmpty();
  }

  private Future<Boolean> inherit(Nickname nickname, String from, String to) {
    return isAlive(from)
        .compose(
            alive ->
                alive
                    ? Future.succeededFuture(false)
                    : holders.replaceIfPresent(nickname.key(), from, to));
  }

  private Future<Boolean> isAlive(String holder) {
    String chat = holder.substring(0, holder.indexOf('/'));
    if (chat.equals(address)) {
      return Future.succeededFuture(true);
    }
    return vertx
        .eventBus()
        .request(chat, null, ALIVE_WITHIN)
        .map(true)
        .otherwise(
            cause ->
                !(cause instanceof ReplyException reply
                    && reply.failureType() == ReplyFailure.NO_HANDLERS));
  }

  private String holder(String member) {
    return address + "/" + member;
  }
}
