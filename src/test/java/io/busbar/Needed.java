package io.busbar;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What a machine may lack that a test needs. */
public final class Needed {
  private Needed() {}

  /** Whether this machine must have all of it. */
  public static boolean isCi() {
    return "true".equals(System.getenv("CI"));
  }

  /**
   * Ends the test as skipped, with a line that says so, where something is missing; on CI that is a
   * failure.
   *
   * @param missing what is not there, and what is not tested then
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
