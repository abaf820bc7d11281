package io.busbar.auth;

import io.busbar.config.AuthConfig;
import io.busbar.hub.Principal;
import io.busbar.protocol.LoginException;
import io.busbar.protocol.Logins;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Checks passwords by the users file and tokens by their signature. Passwords are hashed on threads
 * of their own, so that a storm of logins leaves the event loops to those who are in; guessing is
 * slowed down by address and by user. Any thread may use it.
 */
public final class Authenticator implements Logins {
  private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  private static final long LOOK_MILLIS = 1_000;
  private static final int MOST_WAITING = 1_000;

  /**
   * What an unknown user's password is compared with, so that it takes as long as a known one's.
   */
  private static final String NOBODYS =
      "$2a$10$4.5reONKEThE2.db0NC6i.jNr2EN.u.gdrYL6tVLqpX5x625n.ayy";

  private final Vertx vertx;
  private final AuthConfig config;
  private final UsersFile users;
  private final Tokens tokens;
  private final WorkerExecutor hashing;
  private final WorkerExecutor looking;
  private final AtomicInteger waiting = new AtomicInteger();
  private final RecentLogins recent = new RecentLogins();
  private final Delays byAddress = new Delays(true);
  private final Delays byUser = new Delays(false);
  private long timer = -1;
  private volatile Consumer<UnaryOperator<Principal>> people = now -> {};

  private Authenticator(Vertx vertx, AuthConfig config, boolean demo) {
    this.vertx = vertx;
    this.config = config;
    this.users = config.users().isEmpty() ? null : new UsersFile(config.users(), demo);
    this.tokens = config.jwt().isOn() ? Tokens.of(vertx, config.jwt()) : null;
    this.hashing = vertx.createSharedWorkerExecutor("busbar-login", THREADS);
    this.looking = vertx.createSharedWorkerExecutor("busbar-users", 1);
    if (users != null) {
      timer =
          vertx.setPeriodic(
              LOOK_MILLIS, id -> looking.executeBlocking(() -> tell(users.lookAgain())));
    }
  }

  /**
   * Will be there when the key set was read, or could not be.
   *
   * @param demo whether the user that everybody knows the password of may log in
   * @throws io.busbar.config.ConfigException when the users file cannot be used
   */
  public static Future<Authenticator> open(Vertx vertx, AuthConfig config, boolean demo) {
    Authenticator keeper = new Authenticator(vertx, config, demo);
    return keeper.tokens == null
        ? Future.succeededFuture(keeper)
        : keeper.tokens.start().map(keeper);
  }

  @Override
  public Future<Principal> password(String user, String password, String from) {
    if (!config.anonymous().isEmpty() && config.anonymous().equals(user)) {
      return Future.succeededFuture(Principal.NOBODY);
    }
    if (tokens != null && password != null && Tokens.isToken(password)) {
      return token(password, from);
    }
    if (users == null || user == null || password == null) {
      return Future.failedFuture(LoginException.WRONG);
    }
    String key = recent.key(user, password);
    UsersFile.User remembered = recent.find(key);
    if (remembered != null && users.knows(remembered)) {
      return Future.succeededFuture(principal(remembered));
    }
    String place = place(from);
    long now = System.currentTimeMillis();
    long byPlace = byAddress.before(place, now);
    long byName = byUser.before(user, now);
    if (byPlace == Delays.REFUSED) {
      return Future.failedFuture(LoginException.BUSY);
    }
    return after(Math.max(byPlace, byName), () -> compare(user, password))
        .onSuccess(
            found -> {
              byUser.right(user);
              recent.put(key, found);
            })
        .onFailure(
            e -> {
              if (e == LoginException.WRONG) {
                byAddress.wrong(place, System.currentTimeMillis());
                byUser.wrong(user, System.currentTimeMillis());
              }
            })
        .map(Authenticator::principal);
  }

  @Override
  public Future<Principal> token(String token, String from) {
    if (tokens == null || token == null) {
      return Future.failedFuture(LoginException.WRONG);
    }
    String place = place(from);
    long delay = byAddress.before(place, System.currentTimeMillis());
    if (delay == Delays.REFUSED) {
      return Future.failedFuture(LoginException.BUSY);
    }
    return after(delay, () -> tokens.check(token))
        .onFailure(e -> byAddress.wrong(place, System.currentTimeMillis()));
  }

  private <T> Future<T> after(long millis, Supplier<Future<T>> check) {
    if (waiting.incrementAndGet() > MOST_WAITING) {
      waiting.decrementAndGet();
      return Future.failedFuture(LoginException.BUSY);
    }
    Promise<Void> turn = Promise.promise();
    if (millis > 0) {
      vertx.setTimer(millis, timer -> turn.complete());
    } else {
      turn.complete();
    }
    return turn.future()
        .compose(nothing -> check.get())
        .onComplete(done -> waiting.decrementAndGet());
  }

  /** Who has a network of IPv6 has more addresses than anybody could remember. */
  static String place(String host) {
    String[] groups = host.split(":", -1);
    return groups.length < 8 ? host : String.join(":", List.of(groups).subList(0, 4));
  }

  private static Principal principal(UsersFile.User user) {
    return new Principal(user.name(), user.roles(), Principal.NEVER);
  }

  /**
   * @param revise is given who somebody is by now, null for nobody any more, whenever the users
   *     file has changed
   */
  public void onChange(Consumer<UnaryOperator<Principal>> revise) {
    people = revise;
  }

  /** Will read the users and the keys again; what cannot be read is logged and stays as it was. */
  public Future<Void> refresh() {
    Future<?> read =
        users == null
            ? Future.succeededFuture()
            : looking.executeBlocking(() -> tell(users.readAgain()));
    return Future.join(read, tokens == null ? Future.succeededFuture() : tokens.start()).mapEmpty();
  }

  /** Will look at files no more. */
  public void close() {
    vertx.cancelTimer(timer);
    if (tokens != null) {
      tokens.close();
    }
  }

  private Void tell(Optional<Set<String>> gone) {
    gone.ifPresent(names -> people.accept(who -> now(who, names)));
    return null;
  }

  /** Tokens have an end of their own, and say who somebody is until then. */
  private Principal now(Principal who, Set<String> gone) {
    if (!who.isSomebody() || who.expires() != Principal.NEVER) {
      return who;
    }
    UsersFile.User known = users.find(who.name());
    return known == null || gone.contains(who.name()) ? null : principal(known);
  }

  private Future<UsersFile.User> compare(String user, String password) {
    return hashing.executeBlocking(
        () -> {
          UsersFile.User known = users.find(user);
          String hash = known == null ? NOBODYS : known.hash();
          boolean right = Passwords.isRight(password, hash);
          if (!right || known == null || !users.knows(known)) {
            throw LoginException.WRONG;
          }
          return known;
        },
        false);
  }
}
