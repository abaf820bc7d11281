package io.busbar.js;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Kills scripts whose calls run too long or allocate too much memory. Its one thread checks all
 * calls that run, and sleeps while there are none. Any thread may use it.
 */
final class WatchDog {
  private static final long PERIOD_NANOS = 5_000_000;

  /** The number of checks without a call after which the thread sleeps. */
  private static final int IDLE_LOOKS = 200;

  /** A call may take this many times more wall-clock time than processor time. */
  private static final int BUSY = 10;

  private static final long UNSEEN = -1;

  private static final @Nullable ThreadMXBean THREADS =
      ManagementFactory.getThreadMXBean() instanceof ThreadMXBean known ? known : null;

  /** The calls that run now. */
  private final Set<Call> running = ConcurrentHashMap.newKeySet();

  private final Thread thread = new Thread(this::look, "busbar-script-watchdog");
  private volatile boolean asleep;

  WatchDog() {
    thread.setDaemon(true);
    thread.start();
  }

  /** One call into a script, on the thread that makes the call. */
  static final class Call {
    private final Script script;
    private final long threadId = Thread.currentThread().getId();
    private final long begun = System.nanoTime();

    /**
     * The processor time of its thread at the first check. Owned by the thread of the watch-dog.
     */
    private long cpuBefore = UNSEEN;

    private long allocatedBefore;

    private Call(Script script) {
      this.script = script;
    }
  }

  /** Begins a call on the calling thread. */
  Call begin(Script script) {
    Call call = new Call(script);
    running.add(call);
    if (asleep) {
      LockSupport.unpark(thread);
    }
    return call;
  }

  /** Ends the call. */
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

  /**
   * Compares the time of the call with its limit. On a busy machine a script may not have run all
   * the time, so the processor time counts too.
   */
  private static boolean runsTooLong(Call call) {
    long most = call.script.limits().time().toNanos();
    long gone = System.nanoTime() - call.begun;
    if (gone <= most || THREADS == null) {
      return gone > most;
    }
    return gone > BUSY * most || THREADS.getThreadCpuTime(call.threadId) - call.cpuBefore > most;
  }

  /** The bytes that the call has allocated, including memory that is free again. */
  private static long allocated(Call call) {
    return THREADS == null
        ? 0
        : THREADS.getThreadAllocatedBytes(call.threadId) - call.allocatedBefore;
  }
}
