package io.busbar;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Checks for things that a test needs and a machine may lack. Any thread may use it. */
public final class Prerequisites {
  private Prerequisites() {}

  /** Whether this machine must have all of them. */
  public static boolean isCi() {
    return "true".equals(System.getenv("CI"));
  }

  /** Whether tests have their full length, as with {@code -Plong}. */
  public static boolean isLong() {
    return Boolean.getBoolean("audit.long");
  }

  /**
   * Skips the test if something is missing, with a line that says so. On CI the test fails.
   *
   * @param missing what is missing, and what is not tested then
   */
  public static void assume(boolean there, String missing) {
    if (isCi()) {
      Assertions.assertTrue(there, missing);
    }
    if (!there) {
      System.err.println(missing);
    }
    Assumptions.assumeTrue(there, missing);
  }
}
