package io.busbar.js;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends scripts that run for too long at once, or take too much memory meanwhile. One thread looks
 * at all that run, and sleeps while none does. Any thread may use it.
 */
final class WatchDog {
  private static final long PERIOD_NANOS = 5_000_000;

  /** Looks without anything to see, after which it sleeps. */
  private static final int IDLE_LOOKS = 200;

  private static final ThreadMXBean THREADS =
      ManagementFactory.getThreadMXBean() instanceof ThreadMXBean known ? known : null;

  /** Calls that run now. */
  private final Set<Call> running = ConcurrentHashMap.newKeySet();

  private final Thread thread = new Thread(this::look, "busbar-script-watchdog");
  private volatile boolean asleep;

  WatchDog() {
    thread.setDaemon(true);
    thread.start();
  }

  /** One call of a function of a script, on its thread. */
  static final class Call {
    private final Script script;
    private final long threadId = Thread.currentThread().getId();
    private final long end;
    private long allocated = -1;

    private Call(Script script) {
      this.script = script;
      this.end = System.nanoTime() + script.limits().time().toNanos();
    }
  }

  /** A call begins, on the calling thread. */
  Call begin(Script script) {
    Call call = new Call(script);
    running.add(call);
    if (asleep) {
      LockSupport.unpark(thread);
    }
    return call;
  }

  /** That call has ended. */
  void end(Call call) {
    running.remove(call);
  }

  private void look() {
    int idle = 0;
    while (true) {
      if (!running.isEmpty()) {
        idle = 0;
        running.forEach(this::check);
      } else if (++idle >= IDLE_LOOKS) {
        sleep();
        idle = 0;
      }
      LockSupport.parkNanos(this, PERIOD_NANOS);
    }
  }

  private void sleep() {
    asleep = true;
    while (running.isEmpty()) {
      LockSupport.park(this);
    }
    asleep = false;
  }

  private void check(Call call) {
    String tooMuch = null;
    if (System.nanoTime() - call.end > 0) {
      tooMuch = "it ran longer than deploy.script.time";
    } else if (allocates(call) > call.script.mostBytes()) {
      tooMuch = "it took more memory than deploy.script.memory";
    }
    if (tooMuch != null && running.remove(call)) {
      call.script.kill(tooMuch);
    }
  }

  /** Bytes since it was first looked at; what it has let go counts, too. */
  private static long allocates(Call call) {
    if (THREADS == null) {
      return 0;
    }
    long now = THREADS.getThreadAllocatedBytes(call.threadId);
    if (call.allocated < 0) {
      call.allocated = now;
    }
    return now - call.allocated;
  }
}
