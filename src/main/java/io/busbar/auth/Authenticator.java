package io.busbar.auth;

import io.busbar.config.AuthConfig;
import io.busbar.config.Network;
import io.busbar.hub.Principal;
import io.busbar.protocol.LoginException;
import io.busbar.protocol.Logins;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The check of logins: passwords against the users file, and tokens by their signature. Repeated
 * wrong logins are slowed down. Any thread may use it.
 */
public final class Authenticator implements Logins {
  private static final System.Logger LOG = System.getLogger("io.busbar.auth");
  private static final long LOOK_MILLIS = 1_000;
  private final Vertx vertx;
  private final AuthConfig config;
  private final @Nullable UsersFile users;
  private final @Nullable Tokens tokens;
  private final LoginDelays delays;
  private final @Nullable PasswordChecks passwords;
  private final WorkerExecutor looking;
  private long timer = -1;
  private volatile Consumer<UnaryOperator<Principal>> people = now -> {};

  private Authenticator(Vertx vertx, AuthConfig config, boolean demo) {
    this.vertx = vertx;
    this.config = config;
    this.users = config.users().isEmpty() ? null : new UsersFile(config.users(), demo);
    this.tokens = config.jwt().isOn() ? Tokens.of(vertx, config.jwt()) : null;
    this.delays = new LoginDelays(vertx);
    this.passwords = users == null ? null : new PasswordChecks(vertx, users, delays);
    this.looking = vertx.createSharedWorkerExecutor("busbar-users", 1);
    if (users != null) {
      timer =
          vertx.setPeriodic(
              LOOK_MILLIS, id -> looking.executeBlocking(() -> tell(users, users.lookAgain())));
    }
  }

  /**
   * Will complete when the key set was read, or could not be read.
   *
   * @param demo whether the demo user, whose password is public, may log in
   * @throws io.busbar.config.ConfigException when the users file cannot be used
   */
  public static Future<Authenticator> open(Vertx vertx, AuthConfig config, boolean demo) {
    Authenticator authenticator = new Authenticator(vertx, config, demo);
    return authenticator.tokens == null
        ? Future.succeededFuture(authenticator)
        : authenticator.tokens.start().map(authenticator);
  }

  @Override
  public Future<Principal> password(@Nullable String user, @Nullable String password, String from) {
    if (!config.anonymous().isEmpty() && config.anonymous().equals(user)) {
      return Future.succeededFuture(Principal.NOBODY);
    }
    if (tokens != null && password != null && Tokens.isToken(password)) {
      return token(password, from);
    }
    if (passwords == null || user == null || password == null) {
      return Future.failedFuture(LoginException.WRONG);
    }
    return passwords
        .check(user, password, Network.ofClient(from))
        .map(Authenticator::principal)
        .recover(Authenticator::asLoginFailed);
  }

  @Override
  public boolean takesPasswords() {
    return passwords != null || tokens != null;
  }

  @Override
  public boolean takesTokens() {
    return tokens != null;
  }

  @Override
  public Future<Principal> token(@Nullable String token, String from) {
    if (tokens == null || token == null) {
      return Future.failedFuture(LoginException.WRONG);
    }
    String place = Network.ofClient(from);
    return delays
        .pass(place, "")
        .compose(passed -> tokens.check(token))
        .onFailure(
            e -> {
              if (e != LoginException.BUSY) {
                delays.wrong(place, "");
              }
            })
        .recover(Authenticator::asLoginFailed);
  }

  /** Other errors go to the log; the client hears only that the login is not right. */
  private static Future<Principal> asLoginFailed(Throwable cause) {
    if (cause instanceof LoginException) {
      return Future.failedFuture(cause);
    }
    LOG.log(System.Logger.Level.ERROR, "a login could not be checked", cause);
    return Future.failedFuture(LoginException.WRONG);
  }

  /** Returns the number of passwords that wait for their check. */
  public int waitingCount() {
    return passwords == null ? 0 : passwords.waitingCount();
  }

  private static Principal principal(UsersFile.User user) {
    return new Principal(user.name(), user.roles(), Principal.NEVER);
  }

  /**
   * Sets the listener for changes of the users file.
   *
   * @param revise gets a function that returns the current principal, or null for a user who is
   *     gone; called after each change
   */
  public void onChange(Consumer<UnaryOperator<Principal>> revise) {
    people = revise;
  }

  /**
   * Will read the users and the keys again. What cannot be read is logged, and the old values stay.
   */
  public Future<Void> refresh() {
    Future<?> read =
        users == null
            ? Future.succeededFuture()
            : looking.executeBlocking(() -> tell(users, users.readAgain()));
    return Future.join(read, tokens == null ? Future.succeededFuture() : tokens.start()).mapEmpty();
  }

  /** Will stop all checks of files and passwords; completes when none is running. */
  public Future<Void> close() {
    vertx.cancelTimer(timer);
    if (tokens != null) {
      tokens.close();
    }
    // The executor has one thread, so this runs after the last look.
    Future<Void> looked = looking.<Void>executeBlocking(() -> null).eventually(looking::close);
    return passwords == null ? looked : Future.join(looked, passwords.close()).mapEmpty();
  }

  private @Nullable Void tell(UsersFile users, Optional<Set<String>> removed) {
    removed.ifPresent(names -> people.accept(who -> now(users, who, names)));
    return null;
  }

  /** Tokens have their own end, and count until then. */
  private static @Nullable Principal now(UsersFile users, Principal who, Set<String> removed) {
    if (who.name() == null || who.expires() != Principal.NEVER) {
      return who;
    }
    UsersFile.User known = users.find(who.name());
    return known == null || removed.contains(who.name()) ? null : principal(known);
  }
}
