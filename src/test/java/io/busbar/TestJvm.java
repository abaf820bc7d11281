package io.busbar;

import java.nio.file.Path;

/** What a JVM beside that of the tests is started with. */
public final class TestJvm {
  /** The better compiler takes more time than it saves. */
  public static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

  private TestJvm() {}

  /** The same {@code java} as this one's. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** All that the tests find, also where Surefire has it in a jar's manifest. */
  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
