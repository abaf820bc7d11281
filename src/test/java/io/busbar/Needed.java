package io.busbar;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** Checks for programs that tests need and a machine may lack. Any thread may use it. */
public final class Needed {
  private Needed() {}

  /** Whether this machine must have all programs. */
  public static boolean isCi() {
    return "true".equals(System.getenv("CI"));
  }

  /**
   * Skips the test with a message if something is missing; on CI that is a failure.
   *
   * @param there whether the machine has it
   * @param missing what is missing, and what is not tested
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
