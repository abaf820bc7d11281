package io.busbar.load;

import io.busbar.BusbarProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures what a running node uses, from outside: by jcmd and in /proc. Used by the thread of the
 * test.
 */
final class NodeProbe {
  private static final Path JCMD = Path.of(System.getProperty("java.home"), "bin", "jcmd");
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)");

  private final BusbarProcess node;

  NodeProbe(BusbarProcess node) {
    this.node = node;
  }

  /**
   * The live bytes in the heap, after the garbage collection with which a class histogram begins.
   */
  long liveHeap() {
    Matcher total = TOTAL.matcher(jcmd("GC.class_histogram"));
    if (!total.find()) {
      throw new IllegalStateException("no total in the class histogram");
    }
    return Long.parseLong(total.group(1));
  }

  /** The number of live instances of that class. */
  long instances(String className) {
    Pattern line =
        Pattern.compile("(?m)^ *\\d+: +(\\d+) +\\d+ +" + Pattern.quote(className) + "( |$)");
    Matcher matcher = line.matcher(jcmd("GC.class_histogram"));
    return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
  }

  int threads() {
    return entries("task");
  }

  int files() {
    return entries("fd");
  }

  private int entries(String what) {
    try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(node.pid()), what))) {
      return (int) entries.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String jcmd(String command) {
    try {
      List<String> line = List.of(JCMD.toString(), Long.toString(node.pid()), command);
      Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
      String out =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(out);
      }
      return out;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
