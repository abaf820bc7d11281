package io.busbar.client;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The checks of a script in Java. It prints TAP, which {@link TapScript} reads. Used by one thread.
 */
final class TapChecks {
  private final Map<String, Check> checks = new LinkedHashMap<>();

  /** A check that fails by throwing. */
  interface Check {
    void run() throws Exception;
  }

  void add(String sentence, Check check) {
    if (checks.put(sentence, check) != null) {
      throw new IllegalArgumentException("there twice: " + sentence);
    }
  }

  /** Runs all checks and prints their results; returns whether all are true. */
  boolean run() {
    int number = 0;
    boolean passed = true;
    for (Map.Entry<String, Check> each : checks.entrySet()) {
      String why = outcome(each.getValue());
      passed &= why == null;
      number++;
      System.out.printf("%s %d - %s%n", why == null ? "ok" : "not ok", number, each.getKey());
      if (why != null) {
        why.lines().map("  "::concat).forEach(System.out::println);
      }
    }
    System.out.println("1.." + number);
    return passed;
  }

  private static String outcome(Check check) {
    try {
      check.run();
      return null;
    } catch (Exception | AssertionError e) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace, true));
      return trace.toString();
    }
  }
}
