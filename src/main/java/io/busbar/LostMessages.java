package io.busbar;

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
final class LostMessages implements Filter {
  private static final System.Logger LOG = System.getLogger("io.busbar.cluster");
  private static final Pattern NO_CONNECTION = Pattern.compile("Connecting to server (.+) failed");

  /** Whether it is anything else. */
  @Override
  public boolean isLoggable(LogRecord record) {
    Throwable thrown = record.getThrown();
    Matcher noConnection = NO_CONNECTION.matcher(String.valueOf(record.getMessage()));
    if (!noConnection.matches()) {
      return true;
    }
    String why = thrown == null ? "" : ": " + thrown.getMessage();
    LOG.log(
        Level.WARNING,
        "node " + noConnection.group(1) + " is not reached; what was sent to it is lost" + why);
    return false;
  }
}
