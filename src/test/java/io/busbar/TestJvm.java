package io.busbar;

import java.nio.file.Path;
import java.util.List;

/** What a JVM beside that of the tests is started with. */
public final class TestJvm {
  /** The better compiler takes more time than it saves. */
  public static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

  private TestJvm() {}

  /** The same {@code java} as this one's. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The jar that was built. */
  public static Path jar() {
    return Path.of(System.getProperty("busbar.jar", "target/busbar.jar")).toAbsolutePath();
  }

  /** How a command of that jar begins. */
  public static List<String> command() {
    return List.of(java(), SHORT_LIVED, JarArchive.option(), "-jar", jar().toString());
  }

  /** All that the tests find, also where Surefire has it in a jar's manifest. */
  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
