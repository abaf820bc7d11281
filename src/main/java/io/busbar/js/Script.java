package io.busbar.js;

import io.busbar.config.ScriptConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;

/**
 * One JavaScript context with a script, from its first line until it is closed. Any thread may make
 * it. Then its event loop owns it, and other threads may only call {@link #kill}.
 */
final class Script {
  private static final int HEAP_SHARE = 4;

  private final ContextInternal loop;
  private final Context context;
  private final Source source;
  private final ScriptConfig limits;
  private final WatchDog watchDog;
  private final Faults faults;
  private final ScriptBus bus;
  private final ScriptTimers timers;
  private final Value run;
  private final Consumer<String> whenKilled;
  private int depth;
  private boolean closed;

  /** The reason why the script must end; null while it may run. */
  private final AtomicReference<@Nullable String> killed = new AtomicReference<>();

  /**
   * Makes the context, but does not run the script yet.
   *
   * @param whenKilled gets the reason on the event loop, once, when the script was killed
   */
  Script(
      Vertx vertx,
      ContextInternal loop,
      JavaScript language,
      Source source,
      ScriptConfig limits,
      Consumer<String> whenKilled) {
    this.loop = loop;
    this.source = source;
    this.limits = limits;
    this.whenKilled = whenKilled;
    this.watchDog = language.watchDog();
    this.faults = new Faults(source.getName());
    this.context = language.context();
    Value globals = context.getBindings(JavaScript.LANGUAGE);
    HostFunctions functions = new HostFunctions();
    functions.add("log", this::log);
    functions.add("global", name -> globals.getMember(name[0].asString()));
    this.bus = new ScriptBus(this, vertx, functions);
    this.timers = new ScriptTimers(this, vertx, functions);
    ScriptSharedData sharedData = new ScriptSharedData(this, vertx, functions);
    Value made =
        context.eval(language.globals()).execute(functions.object(), loop.config().encode());
    functions.refuseBy(made.getMember("refuse"));
    Bodies bodies = new Bodies(made.getMember("bytes"));
    bus.begin(made.getMember("deliver"), bodies);
    sharedData.begin(bodies);
    this.run = made.getMember("run");
  }

  private @Nullable Object log(Value... line) {
    faults.log(Level.valueOf(line[0].asString()), name() + ": " + line[1].asString());
    return null;
  }

  /** The name of its file. */
  String name() {
    return source.getName();
  }

  ScriptConfig limits() {
    return limits;
  }

  /** The number of bytes that one call may allocate. */
  long mostBytes() {
    return Math.min(limits.memory().bytes(), Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }

  Faults faults() {
    return faults;
  }

  /**
   * Will run the script, then its function {@code start}. Completes when both have ended and its
   * consumers are registered.
   */
  Future<Void> start() {
    Promise<Void> started = Promise.promise();
    enter(
        () -> {
          context.eval(source);
          run.executeVoid("start", end(started));
        },
        fault -> started.tryFail(ended(fault)));
    return started.future().compose(run -> bus.registered());
  }

  /** Will run its function {@code stop}, if there is one. */
  Future<Void> stop() {
    Promise<Void> stopped = Promise.promise();
    enter(() -> run.executeVoid("stop", end(stopped)), fault -> stopped.tryFail(ended(fault)));
    return stopped.future();
  }

  private ScriptException ended(@Nullable String fault) {
    return new ScriptException(fault == null ? name() + ": " + killed.get() : fault);
  }

  private ProxyExecutable end(Promise<Void> promise) {
    return how -> {
      if (how.length == 0) {
        promise.tryComplete();
      } else {
        promise.tryFail(new ScriptException(Faults.words(how[1], name())));
      }
      return null;
    };
  }

  /** Does the same as {@link #enter(Runnable, Consumer)}, and logs what the code throws. */
  void enter(Runnable code) {
    enter(code, faults::thrown);
  }

  /**
   * Will run code that calls the script, on the event loop and within the limits of the script.
   *
   * @param whenThrown gets the error that the code threw, in one sentence; null if the script was
   *     killed or closed
   */
  void enter(Runnable code, Consumer<String> whenThrown) {
    if (!loop.inThread()) {
      loop.runOnContext(there -> enter(code, whenThrown));
      return;
    }
    if (closed || killed.get() != null) {
      whenThrown.accept(null);
      return;
    }
    WatchDog.Call call = depth++ == 0 ? watchDog.begin(this) : null;
    String fault = null;
    try {
      code.run();
    } catch (PolyglotException e) {
      fault = fault(e);
    } finally {
      depth--;
      if (call != null) {
        watchDog.end(call);
      }
    }
    if (killed.get() != null) {
      whenThrown.accept(null);
    } else if (fault != null) {
      whenThrown.accept(fault);
    }
  }

  private String fault(PolyglotException thrown) {
    boolean heap = thrown.isHostException() && thrown.asHostException() instanceof OutOfMemoryError;
    if (thrown.isResourceExhausted() || heap) {
      kill("it took more memory than there is");
    } else if (thrown.isCancelled()) {
      kill("it was ended");
    }
    return Faults.words(thrown, name());
  }

  /** Will end the script, also in the middle of a call. Any thread may call it. */
  void kill(String why) {
    if (killed.compareAndSet(null, why)) {
      // The close blocks until the script returns, and some single steps of a script take long.
      Thread end = new Thread(this::cancel, "busbar-script-end");
      end.setDaemon(true);
      end.start();
    }
  }

  private void cancel() {
    try {
      context.close(true);
    } finally {
      loop.runOnContext(
          ended -> {
            if (!closed) {
              leave();
              whenKilled.accept(killed.get());
            }
          });
    }
  }

  /** Closes the script and releases what it holds. It gets no more messages. */
  void close() {
    if (!closed) {
      leave();
      context.close(true);
    }
  }

  private void leave() {
    closed = true;
    bus.close();
    timers.close();
  }
}
