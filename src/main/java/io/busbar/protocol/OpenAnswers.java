package io.busbar.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The number of a client's requests that are not answered yet. Owned by its session's event loop.
 */
public final class OpenAnswers {
  private int count;
  private @Nullable List<Runnable> whenNone;

  public int count() {
    return count;
  }

  /** Notes a request of the client. */
  public void begins() {
    count++;
  }

  /** Notes that a request was answered, or will never be answered. */
  public void ends() {
    count--;
    runIfNone();
  }

  /** Will run the task when no request is open. */
  public void whenNone(Runnable task) {
    whenNone = whenNone == null ? new ArrayList<>(1) : whenNone;
    whenNone.add(task);
    runIfNone();
  }

  private void runIfNone() {
    if (count == 0 && whenNone != null) {
      List<Runnable> tasks = whenNone;
      whenNone = null;
      tasks.forEach(Runnable::run);
    }
  }
}
