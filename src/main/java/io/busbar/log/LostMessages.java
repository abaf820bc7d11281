package io.busbar.log;

import java.lang.System.Logger.Level;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says in a line of ours what Vert.x's bus says with the whole stack when messages to another node
 * are lost, as happens when that was killed. The lines are the same each time, so that {@link
 * CountingHandler} counts them. Any thread may log.
 */
public final class LostMessages implements Filter {
  private static final System.Logger LOG = System.getLogger("io.busbar.cluster");
  private static final Pattern NO_CONNECTION = Pattern.compile("Connecting to server (.+) failed");

  /** Whether it is anything else. */
  @Override
  public boolean isLoggable(LogRecord record) {
    Throwable thrown = record.getThrown();
    Matcher noConnection = NO_CONNECTION.matcher(String.valueOf(record.getMessage()));
    if (noConnection.matches()) {
      String why = thrown == null ? "" : ": " + thrown.getMessage();
      LOG.log(
          Level.WARNING,
          "node " + noConnection.group(1) + " is not reached; what was sent to it is lost" + why);
    } else if (isFailedWrite(thrown)) {
      LOG.log(Level.WARNING, "a message to another node is lost: its connection has ended");
      LOG.log(Level.DEBUG, "that was", thrown);
    } else {
      return true;
    }
    return false;
  }

  /**
   * A write of Vert.x's bus that fails has its promise told so by another's future, and calls that
   * promise completed before ({@code SendContext.tryFail}): once for each message.
   */
  private static boolean isFailedWrite(Throwable thrown) {
    if (!(thrown instanceof IllegalStateException)
        || !"Promise already completed".equals(thrown.getMessage())) {
      return false;
    }
    StackTraceElement[] stack = thrown.getStackTrace();
    return stack.length > 2
        && stack[0].getMethodName().equals("fail")
        && stack[2].getClassName().startsWith("io.vertx.core.impl.future.FutureBase");
  }
}
