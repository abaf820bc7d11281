package io.busbar.queue.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread {@code busbar-queues}, which owns a {@link DiskQueueFile}. It makes the changes that
 * wait, flushes them together, and completes them in the order in which they came. Any thread may
 * ask for a change.
 */
final class DiskQueueWriter {
  private static final System.Logger LOG = System.getLogger("io.busbar.queue");
  private static final int MOST_CHANGES = 4_096;
  private static final int MOST_BYTES = 8 << 20;
  private static final long TIDY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Path path;
  private final DiskQueueFile file;
  private final long syncNanos;
  private final BlockingQueue<Change> waiting = new LinkedBlockingQueue<>();
  private final Promise<Void> closed = Promise.promise();
  private volatile boolean closing;
  private volatile boolean ended;

  /** Why no change is possible any more; null as long as all is well. */
  private @Nullable IOException failure;

  private long tidiedNanos = System.nanoTime();

  /**
   * One change that a call asks for.
   *
   * @param action null if it only waits for the changes before it
   */
  private record Change(@Nullable Runnable action, int size, long askedNanos, Promise<Void> done) {}

  DiskQueueWriter(Path path, DiskQueueFile file, long syncNanos) {
    this.path = path;
    this.file = file;
    this.syncNanos = syncNanos;
  }

  void start() {
    Thread thread = new Thread(this::run, "busbar-queues");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Will make this change after all earlier ones. Completes when it is on the disk.
   *
   * @param action null to wait only
   * @param size its bytes, about
   */
  Future<Void> ask(@Nullable Runnable action, int size) {
    Change change = new Change(action, size, System.nanoTime(), Promise.promise());
    waiting.add(change);
    if (ended && waiting.remove(change)) {
      change.done().fail(new IOException(path + " is closed"));
    }
    return change.done().future();
  }

  /** Will make the changes that wait, and close the file. */
  Future<Void> close() {
    closing = true;
    ask(null, 0);
    return closed.future();
  }

  private void run() {
    List<Change> group = new ArrayList<>();
    while (!closing || !waiting.isEmpty()) {
      attempt(() -> gather(group));
      attempt(() -> carryOut(group));
      for (Change change : group) {
        complete(change);
      }
      group.clear();
      attempt(this::tidy);
    }
    attempt(file::close);
    end();
  }

  private interface Step {
    void run() throws Exception;
  }

  /**
   * After one failure the file is not written again, because a later flush could report success
   * wrongly.
   */
  private void attempt(Step step) {
    try {
      step.run();
    } catch (Throwable e) {
      if (failure == null) {
        failure = new IOException(path + " failed: nothing is kept until the node starts anew", e);
        file.abandon();
      }
    }
  }

  private void gather(List<Change> group) throws InterruptedException {
    Change first = waiting.poll(TIDY_NANOS, TimeUnit.NANOSECONDS);
    if (first == null) {
      return;
    }
    TimeUnit.NANOSECONDS.sleep(first.askedNanos() + syncNanos - System.nanoTime());
    long bytes = 0;
    for (Change next = first; next != null; next = hasRoom(group, bytes) ? waiting.poll() : null) {
      group.add(next);
      bytes += next.size();
    }
  }

  private static boolean hasRoom(List<Change> group, long bytes) {
    return group.size() < MOST_CHANGES && bytes < MOST_BYTES;
  }

  private void carryOut(List<Change> group) throws IOException {
    if (failure != null) {
      return;
    }
    boolean changed = false;
    for (Change change : group) {
      Runnable action = change.action();
      if (action != null) {
        action.run();
        changed = true;
      }
    }
    if (changed) {
      file.flush();
    }
  }

  private void complete(Change change) {
    try {
      if (failure == null) {
        change.done().complete();
      } else {
        change.done().fail(failure);
      }
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "who waited for a queue's change failed", e);
    }
  }

  private void tidy() throws IOException {
    long now = System.nanoTime();
    if (failure == null && now - tidiedNanos > TIDY_NANOS) {
      file.tidy();
      tidiedNanos = System.nanoTime();
    }
  }

  /** Fails all changes from now on, on this thread or on the caller's. */
  private void end() {
    if (failure == null) {
      failure = new IOException(path + " is closed");
    }
    ended = true;
    for (Change late = waiting.poll(); late != null; late = waiting.poll()) {
      complete(late);
    }
    closed.complete();
  }
}
