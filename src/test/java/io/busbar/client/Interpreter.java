package io.busbar.client;

import io.busbar.Prerequisites;
import java.io.IOException;
import java.util.List;

/**
 * The interpreter of a language, with a library. It is Debian's own, even if another one is first
 * on the PATH, because Debian's libraries are for it.
 *
 * @param path the program
 * @param probe the arguments for a program of one line, which fails without the library
 */
record Interpreter(String path, List<String> probe) {
  static Interpreter python(String library) {
    return new Interpreter("/usr/bin/python3", List.of("-c", "import " + library));
  }

  static Interpreter ruby(String library) {
    return new Interpreter("/usr/bin/ruby", List.of("-e", "require '" + library + "'"));
  }

  /** Skips the test if the library is missing; on CI that is a failure. */
  void assumeThere(String script) throws InterruptedException {
    String missing = path + " fails at: " + probe.get(1) + ": " + script + " is not run";
    Prerequisites.assume(isThere(), missing);
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
