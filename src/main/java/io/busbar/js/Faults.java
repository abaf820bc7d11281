package io.busbar.js;

import io.busbar.config.OneLine;
import java.lang.System.Logger.Level;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.PolyglotException.StackFrame;
import org.graalvm.polyglot.SourceSection;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;

/**
 * Writes the errors and the log lines of a script to the log of the node. The lines for each second
 * and the characters of a line are limited. Owned by the script's event loop.
 */
final class Faults {
  private static final System.Logger LOG = System.getLogger("io.busbar.js");
  private static final int MOST_LINES = 20;
  private static final int LONGEST = 1000;
  private static final long SECOND = 1_000_000_000;

  private final String script;
  private long second = System.nanoTime();
  private int lines;
  private long left;

  /**
   * Makes the faults of one script.
   *
   * @param script the name of its file
   */
  Faults(String script) {
    this.script = script;
  }

  /**
   * Logs an error that the script threw.
   *
   * @param words the error; null for none
   */
  void thrown(@Nullable String words) {
    if (words != null) {
      log(Level.WARNING, words);
    }
  }

  /** Logs one line. Too many lines in one second are only counted. */
  void log(Level level, String words) {
    long now = System.nanoTime();
    if (now - second >= SECOND) {
      if (left > 0) {
        LOG.log(Level.WARNING, script + ": " + left + " more lines, not logged");
      }
      second = now;
      lines = 0;
      left = 0;
    }
    if (++lines > MOST_LINES) {
      left++;
      return;
    }
    LOG.log(level, OneLine.of(cut(words)));
  }

  private static String cut(String words) {
    return words.length() > LONGEST ? words.substring(0, LONGEST) + "..." : words;
  }

  /** Describes the error in one line: {@code poll.js:3:10: TypeError: ...}. */
  static String words(PolyglotException thrown, String script) {
    SourceSection place = place(thrown, script);
    String message = String.valueOf(thrown.getMessage());
    if (thrown.isSyntaxError()) {
      // the message repeats the place, and then has lines of the script
      message = message.lines().findFirst().orElse("").replaceFirst(" [^ ]+:\\d+:\\d+ ", " ");
    }
    String where =
        place == null ? script : script + ":" + place.getStartLine() + ":" + place.getStartColumn();
    return where + ": " + OneLine.of(cut(message));
  }

  static String words(Value reason, String script) {
    if (reason.isException()) {
      try {
        throw reason.throwException();
      } catch (PolyglotException e) {
        return words(e, script);
      }
    }
    String text = reason.isString() ? reason.asString() : String.valueOf(reason);
    return script + ": rejected with " + OneLine.of(cut(text));
  }

  /** The innermost place in the script itself; null for none. */
  private static @Nullable SourceSection place(PolyglotException thrown, String script) {
    for (StackFrame frame : thrown.getPolyglotStackTrace()) {
      SourceSection at = frame.isGuestFrame() ? frame.getSourceLocation() : null;
      if (at != null && at.getSource().getName().equals(script)) {
        return at;
      }
    }
    SourceSection at = thrown.getSourceLocation();
    return at != null && at.getSource().getName().equals(script) ? at : null;
  }
}
