package io.busbar.monitor;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Ends the node when its heap is full. Any of its threads may have lost a task by then, and others
 * would wait for a node that is half dead; dead, it is taken over. What is thrown comes here by the
 * log, by Hazelcast, or because nobody caught it. Any thread may tell.
 */
public final class OutOfMemory {
  /** As of a JVM with {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int EXIT_CODE = 3;

  private static final int MOST_CAUSES = 10;

  /** Not of one thread, but of the heap; direct memory has limits of its own. */
  private static final List<String> OF_THE_HEAP =
      List.of("Java heap space", "GC overhead limit exceeded", "Metaspace");

  /** Ready to be written: there is no memory to make them, nor for what a PrintStream makes. */
  private static final byte[] WORDS =
      "out of memory: this node ends (-Xmx, operations.md)\n".getBytes(StandardCharsets.US_ASCII);

  private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);

  private OutOfMemory() {}

  /** Tells of what nobody catches. */
  public static void watch() {
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, thrown) -> {
          endIf(thrown);
          System.getLogger("io.busbar.node")
              .log(System.Logger.Level.ERROR, "thread " + thread.getName() + " ended", thrown);
        });
  }

  /** Ends the process where that is, or was caused by, a full heap. */
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
      // No hook can be trusted to end by itself any more.
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }
}
