package io.busbar.cluster;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The open calls of this node to one name's owner, in their order. When the name gets another
 * owner, or its owner does not answer, all of them are sent again. Owned by this node's event loop
 * for the name.
 *
 * @param <C> type of a call; a second call must have no other effect
 * @param <R> type of an answer
 */
public final class OwnerCalls<C extends OwnerCalls.Call<C>, R> {
  /** The failure code of a node that does not own the name. */
  public static final int ELSEWHERE = 7194;

  /** The failure code of an owner that does not know the subject of the call. */
  public static final int UNKNOWN = 7195;

  /** The failure code of an owner that refuses; its text is for the client. */
  public static final int REFUSED = 7196;

  private static final long AGAIN_MILLIS = 100;
  private static final long PATIENCE_MILLIS = 60_000;

  /** A call to an owner. Immutable. */
  public interface Call<C> {
    /**
     * Returns the call in its repeated form: it may have been done already, or later ones may have
     * been done before it.
     */
    C repeated();
  }

  /** One open call. Owned by the event loop for the name. */
  private static final class OpenCall<C, R> {
    private final Promise<R> promise = Promise.promise();
    private final long until = System.currentTimeMillis() + PATIENCE_MILLIS;
    private C call;
    private boolean maybeDone;
    private int attempt;

    private OpenCall(C call) {
      this.call = call;
    }
  }

  private final String name;
  private final Owners owners;
  private final BiFunction<String, C, Future<R>> ask;
  private final Context loop;
  private final Runnable whenIdle;
  private final Set<OpenCall<C, R>> open = new LinkedHashSet<>();

  /** The node that got all open calls; null for none yet. */
  private @Nullable String owner;

  private @Nullable OpenCall<C, R> newest;
  private int attempt;
  private boolean waiting;

  /**
   * @param ask sends a call to that node once; completes on any thread
   * @param whenIdle runs when no call is open any more
   */
  public OwnerCalls(
      String name,
      Owners owners,
      BiFunction<String, C, Future<R>> ask,
      Context loop,
      Runnable whenIdle) {
    this.name = name;
    this.owners = owners;
    this.ask = ask;
    this.loop = loop;
    this.whenIdle = whenIdle;
  }

  /** Will return the owner's answer; fails when none comes for a minute. */
  public Future<R> ask(C call) {
    // A new owner first gets the calls that the last one has not answered.
    ownersChanged();
    OpenCall<C, R> asked = new OpenCall<>(call);
    if (open.isEmpty()) {
      owner = owners.of(name);
    }
    open.add(asked);
    if (!waiting) {
      send(asked);
    }
    return asked.promise.future();
  }

  private void send(OpenCall<C, R> asked) {
    int now = attempt;
    asked.maybeDone = true;
    asked.attempt = now;
    newest = asked;
    Future<R> answer = owner == null ? elsewhere() : ask.apply(owner, asked.call);
    answer.onComplete(result -> run(() -> answered(asked, now, result)));
  }

  private void run(Runnable task) {
    loop.runOnContext(nothing -> task.run());
  }

  private void answered(OpenCall<C, R> asked, int when, AsyncResult<R> result) {
    int code = code(result.cause());
    if (result.succeeded() || code != 0 && code != ELSEWHERE) {
      end(asked, result);
      return;
    }
    if (code == ELSEWHERE && when == asked.attempt) {
      // The owner may have accepted later calls.
      asked.maybeDone = asked != newest;
    }
    if (when == attempt) {
      askAgainSoon();
    }
  }

  private void end(OpenCall<C, R> asked, AsyncResult<R> result) {
    if (open.remove(asked)) {
      asked.promise.handle(result);
      if (open.isEmpty()) {
        whenIdle.run();
      }
    }
  }

  private void askAgainSoon() {
    if (!waiting) {
      waiting = true;
      attempt++;
      loop.owner().setTimer(AGAIN_MILLIS, timer -> run(this::askAgain));
    }
  }

  private void askAgain() {
    waiting = false;
    owner = owners.of(name);
    long now = System.currentTimeMillis();
    for (OpenCall<C, R> asked : List.copyOf(open)) {
      asked.call = asked.maybeDone ? asked.call.repeated() : asked.call;
      if (now > asked.until) {
        end(asked, failed(REFUSED, "the node that owns " + name + " does not answer"));
      } else {
        send(asked);
      }
    }
  }

  /** Sends the open calls again if the name has another owner now. */
  public void ownersChanged() {
    String now = owners.of(name);
    if (!open.isEmpty() && now != null && !now.equals(owner)) {
      askAgainSoon();
    }
  }

  public static <T> Future<T> elsewhere() {
    return failed(ELSEWHERE, "another node owns the name");
  }

  public static <T> Future<T> refused(String why) {
    return failed(REFUSED, why);
  }

  public static <T> Future<T> failed(int code, String why) {
    return Future.failedFuture(new ReplyException(ReplyFailure.RECIPIENT_FAILURE, code, why));
  }

  /**
   * Returns the code of a failure above; 0 for another failure, after which the result is unknown.
   */
  public static int code(Throwable failure) {
    return failure instanceof ReplyException reply
            && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE
        ? reply.failureCode()
        : 0;
  }
}
