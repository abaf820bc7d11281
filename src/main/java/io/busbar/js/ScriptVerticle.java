package io.busbar.js;

import io.busbar.config.Reason;
import io.busbar.config.ScriptConfig;
import io.busbar.deploy.ScriptInstance;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import org.graalvm.polyglot.Source;
import org.jspecify.annotations.Nullable;

/**
 * A verticle that runs a script. A script that takes too much time or memory is killed, and starts
 * again after a pause. Each pause is twice as long as the one before. Owned by its event loop; any
 * thread may call {@link #withdrawn}.
 */
final class ScriptVerticle implements ScriptInstance {
  private static final System.Logger LOG = System.getLogger("io.busbar.js");
  private static final long START_SECONDS = 30;
  private static final long STOP_SECONDS = 5;
  private static final long FIRST_PAUSE_MILLIS = 1000;
  private static final long LONGEST_PAUSE_MILLIS = 60_000;

  /** After this time without a fault the pause is short again. */
  private static final long GOOD_NANOS = TimeUnit.MINUTES.toNanos(10);

  private final Vertx vertx;
  private final JavaScript language;
  private final Source source;
  private final ScriptConfig limits;

  @SuppressWarnings("NullAway.Init") // set when it is deployed
  private ContextInternal loop;

  /** Null while no script runs. */
  private @Nullable Script script;

  private boolean running;
  private long pauseMillis = FIRST_PAUSE_MILLIS;
  private long begun;
  private volatile boolean withdrawn;

  ScriptVerticle(Vertx vertx, JavaScript language, Source source, ScriptConfig limits) {
    this.vertx = vertx;
    this.language = language;
    this.source = source;
    this.limits = limits;
  }

  @Override
  public Future<?> deploy(Context context) {
    loop = (ContextInternal) context;
    return begin().onSuccess(there -> running = true);
  }

  /**
   * Will start the script. If it fails, the script is closed, and the failure is a sentence for its
   * author.
   */
  private Future<Void> begin() {
    begun = System.nanoTime();
    return vertx
        .executeBlocking(
            () -> new Script(vertx, loop, language, source, limits, this::killed), false)
        .compose(
            made -> {
              script = made;
              return made.start().timeout(START_SECONDS, TimeUnit.SECONDS).onFailure(e -> close());
            });
  }

  private void killed(String why) {
    script = null;
    if (running) {
      again(source.getName() + ": " + why);
    }
  }

  private void again(String why) {
    if (withdrawn) {
      LOG.log(Level.ERROR, why + "; it is ended");
      return;
    }
    if (System.nanoTime() - begun > GOOD_NANOS) {
      pauseMillis = FIRST_PAUSE_MILLIS;
    }
    LOG.log(Level.ERROR, why + "; it begins anew in " + pauseMillis / 1000 + " s");
    vertx.setTimer(pauseMillis, timer -> beginAgain());
    pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
  }

  private void beginAgain() {
    if (withdrawn) {
      return;
    }
    running = false;
    begin()
        .onSuccess(
            there -> {
              running = true;
              if (withdrawn) {
                close();
              }
            })
        .onFailure(e -> again(Reason.of(e)));
  }

  @Override
  public void withdrawn() {
    withdrawn = true;
  }

  @Override
  public Future<?> undeploy(Context context) {
    withdrawn = true;
    if (script == null) {
      return Future.succeededFuture();
    }
    return script.stop().timeout(STOP_SECONDS, TimeUnit.SECONDS).onComplete(stopped -> close());
  }

  private void close() {
    if (script != null) {
      script.close();
      script = null;
    }
  }
}
