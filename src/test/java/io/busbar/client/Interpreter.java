package io.busbar.client;

import io.busbar.Needed;
import java.io.IOException;
import java.util.List;

/**
 * A language's interpreter, with a library in it: Debian's own, whichever are first on the PATH,
 * since Debian's packages are for those.
 *
 * @param path the program
 * @param probe its arguments for a program of one line that fails without the library
 */
record Interpreter(String path, List<String> probe) {
  static Interpreter python(String library) {
    return new Interpreter("/usr/bin/python3", List.of("-c", "import " + library));
  }

  static Interpreter ruby(String library) {
    return new Interpreter("/usr/bin/ruby", List.of("-e", "require '" + library + "'"));
  }

  /** Ends the test as skipped where the library is missing; on CI that is a failure. */
  void assumeThere(String script) throws InterruptedException {
    String missing = path + " fails at: " + probe.get(1) + ": " + script + " is not run";
    Needed.assume(isThere(), missing);
  }

  private boolean isThere() throws InterruptedException {
    try {
      ProcessBuilder builder = new ProcessBuilder(path).redirectErrorStream(true);
      builder.command().addAll(probe);
      Process process = builder.start();
      process.getInputStream().readAllBytes();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
