package io.busbar.js;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Ends scripts that run for too long at once, or take too much memory meanwhile. One thread looks
 * at all that run, and sleeps while none does. Any thread may use it.
 */
final class WatchDog {
  private static final long PERIOD_NANOS = 5_000_000;

  /** Looks without anything to see, after which it sleeps. */
  private static final int IDLE_LOOKS = 200;

  /** So many times longer it may take by the clock than by the processor. */
  private static final int BUSY = 10;

  private static final long UNSEEN = -1;

  private static final @Nullable ThreadMXBean THREADS =
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
    private final long begun = System.nanoTime();

    /** What its thread had used when the watch-dog first saw it; owned by the watch-dog. */
    private long cpuBefore = UNSEEN;

    private long allocatedBefore;

    private Call(Script script) {
      this.script = script;
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
    if (THREADS != null && call.cpuBefore == UNSEEN) {
      call.cpuBefore = THREADS.getThreadCpuTime(call.threadId);
      call.allocatedBefore = THREADS.getThreadAllocatedBytes(call.threadId);
    }
    String tooMuch = null;
    if (runsTooLong(call)) {
      tooMuch = "it ran longer than deploy.script.time";
    } else if (allocated(call) > call.script.mostBytes()) {
      tooMuch = "it took more memory than deploy.script.memory";
    }
    if (tooMuch != null && running.remove(call)) {
      call.script.kill(tooMuch);
    }
  }

  /** On a machine that is busy a script may not have run for all the time that has gone. */
  private static boolean runsTooLong(Call call) {
    long most = call.script.limits().time().toNanos();
    long gone = System.nanoTime() - call.begun;
    if (gone <= most || THREADS == null) {
      return gone > most;
    }
    return gone > BUSY * most || THREADS.getThreadCpuTime(call.threadId) - call.cpuBefore > most;
  }

  /** Bytes; what it has let go counts, too. */
  private static long allocated(Call call) {
    return THREADS == null
        ? 0
        : THREADS.getThreadAllocatedBytes(call.threadId) - call.allocatedBefore;
  }
}
