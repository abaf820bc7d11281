package io.busbar.auth;

import io.busbar.auth.LoginQueue.Priority;
import io.busbar.protocol.LoginException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.internal.ContextInternal;

/**
 * The check of passwords against the users file. It hashes on its own threads, so a storm of logins
 * does not block the event loops. Logins take turns, so right ones get threads, too. Any thread may
 * use it.
 */
final class PasswordChecks {
  static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
  private static final int MOST_WAITING = 1_000;
  private static final int MOST_OF_AN_ADDRESS = 100;
  private static final long PATIENCE_MILLIS = 30_000;

  /**
   * Maximum length of names and passwords in characters; longer ones are wrong and are not stored.
   */
  static final int LONGEST = 256;

  /** The hash for unknown users, so that their check takes as long as that of known ones. */
  private static final String NOBODYS =
      "$2a$10$4.5reONKEThE2.db0NC6i.jNr2EN.u.gdrYL6tVLqpX5x625n.ayy";

  private final Vertx vertx;
  private final UsersFile users;
  private final LoginDelays delays;
  private final WorkerExecutor hashing;
  private final LoginCache recent = new LoginCache();
  private final LoginHistory past = new LoginHistory(System::nanoTime);
  private final LoginQueue turns = new LoginQueue(THREADS, MOST_WAITING, MOST_OF_AN_ADDRESS);

  PasswordChecks(Vertx vertx, UsersFile users, LoginDelays delays) {
    this.vertx = vertx;
    this.users = users;
    this.delays = delays;
    this.hashing = vertx.createSharedWorkerExecutor("busbar-login", THREADS);
  }

  /** Will return the user, on the caller's event loop. */
  Future<UsersFile.User> check(String user, String password, String place) {
    if (user.length() > LONGEST || password.length() > LONGEST) {
      return check("", "", place);
    }
    String key = recent.key(user, password);
    UsersFile.User remembered = recent.find(key);
    if (remembered != null && users.knows(remembered)) {
      past.right(place, user);
      return Future.succeededFuture(remembered);
    }
    Attempt attempt = new Attempt(user, password, place, key);
    attempt.enter();
    return attempt.answer.future();
  }

  /** Will check no more passwords; completes when no check is running. */
  Future<Void> close() {
    return turns.close();
  }

  int waitingCount() {
    return turns.waitingCount();
  }

  private UsersFile.User compare(String user, String password) {
    UsersFile.User known = users.find(user);
    String hash = known == null ? NOBODYS : known.hash();
    boolean right = Passwords.isRight(password, hash);
    if (!right || known == null || !users.knows(known)) {
      throw LoginException.WRONG;
    }
    return known;
  }

  /**
   * One login, from its arrival to its answer. Any thread may use it; its steps run one after
   * another.
   */
  private final class Attempt implements LoginQueue.Login {
    private final String user;
    private final String password;
    private final String place;
    private final String key;
    private final Promise<UsersFile.User> answer =
        ((ContextInternal) vertx.getOrCreateContext()).promise();
    private boolean delayed;
    private long timer;

    private Attempt(String user, String password, String place, String key) {
      this.user = user;
      this.password = password;
      this.place = place;
      this.key = key;
    }

    private void enter() {
      Future<Void> pass =
          priority() == Priority.KNOWN ? Future.succeededFuture() : delays.pass(place, user);
      delayed = !pass.isComplete();
      pass.onSuccess(nothing -> queue()).onFailure(answer::tryFail);
    }

    private void queue() {
      timer = vertx.setTimer(PATIENCE_MILLIS, id -> giveUp());
      turns.enter(this);
    }

    private void giveUp() {
      if (turns.leave(this)) {
        answer.tryFail(LoginException.BUSY);
      }
    }

    @Override
    public String place() {
      return place;
    }

    @Override
    public String user() {
      return user;
    }

    @Override
    public Priority priority() {
      if (past.has(place, user)) {
        return Priority.KNOWN;
      }
      return delays.hasFailed(place) ? Priority.FAILED : Priority.NEW;
    }

    /** Others from the address may have failed meanwhile; then this login has to wait, too. */
    @Override
    public boolean begin() {
      vertx.cancelTimer(timer);
      if (!delayed && priority() == Priority.FAILED && delays.holds(place, user)) {
        enter();
        return false;
      }
      hashing
          .executeBlocking(() -> compare(user, password), false)
          .onSuccess(this::right)
          .onFailure(this::wrong)
          .onComplete(done -> turns.over());
      return true;
    }

    @Override
    public void refuse() {
      vertx.cancelTimer(timer);
      answer.tryFail(LoginException.BUSY);
    }

    private void right(UsersFile.User found) {
      delays.right(user);
      past.right(place, user);
      recent.put(key, found);
      answer.tryComplete(found);
    }

    private void wrong(Throwable cause) {
      if (cause == LoginException.WRONG) {
        delays.wrong(place, user);
        past.wrong(place, user);
      }
      answer.tryFail(cause);
    }
  }
}
