package io.busbar.log;

import java.lang.System.Logger.Level;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces what Vert.x logs when messages to another node are lost, for example because that node
 * was killed. Vert.x logs the whole stack; this filter logs one line. The lines are the same each
 * time, so {@link CountingHandler} counts them. Any thread may log.
 */
public final class LostMessages implements Filter {
  private static final System.Logger LOG = System.getLogger("io.busbar.cluster");
  private static final Pattern NO_CONNECTION = Pattern.compile("Connecting to server (.+) failed");

  /** Whether the record is about something else. */
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
   * Whether it comes from a failed write of Vert.x's bus. Such a promise is failed twice ({@code
   * SendContext.tryFail}), and the second failure is logged once for each message.
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
