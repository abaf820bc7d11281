package io.busbar.monitor;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Ends the node when its heap is full. Any of its threads may have lost a task by then, and others
 * would wait for a half-dead node. When it is dead, the others take over its work. Such errors come
 * from the log, from Hazelcast, or from uncaught exceptions. Any thread may use it.
 */
public final class OutOfMemory {
  /** The exit code of a JVM with {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int EXIT_CODE = 3;

  private static final int MOST_CAUSES = 10;

  /**
   * The messages of errors of the heap. Errors of one thread are not among them, and direct memory
   * has limits of its own.
   */
  private static final List<String> OF_THE_HEAP =
      List.of("Java heap space", "GC overhead limit exceeded", "Metaspace");

  /** Made in advance, because there is no memory left to make the text, or to use a PrintStream. */
  private static final byte[] WORDS =
      "out of memory: this node ends (-Xmx, operations.md)\n".getBytes(StandardCharsets.US_ASCII);

  private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);

  private OutOfMemory() {}

  /** Checks every uncaught exception. */
  public static void watch() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          endIf(thrown);
          System.getLogger("io.busbar.node")
              .log(System.Logger.Level.ERROR, "thread " + thread.getName() + " ended", thrown);
        });
  }

  /** Ends the process if a full heap is the error or one of its causes. */
  public static void endIf(Throwable thrown) {
    Throwable cause = thrown;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      if (cause instanceof OutOfMemoryError && OF_THE_HEAP.contains(cause.getMessage())) {
        end();
      }
      cause = cause.getCause();
    }
  }

  private static void end() {
    try {
      ERR.write(WORDS);
    } catch (IOException e) {
      // The exit code says the same.
    } finally {
      // A shutdown hook may not end any more.
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }
}
