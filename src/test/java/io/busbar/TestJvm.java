package io.busbar;

import java.nio.file.Path;
import java.util.List;

/** The options of JVMs that tests start. Any thread may use it. */
public final class TestJvm {
  /** Without the better compiler, which takes more time than it saves. */
  public static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

  private TestJvm() {}

  /** The {@code java} of this JVM. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The jar that was built. */
  public static Path jar() {
    return Path.of(System.getProperty("busbar.jar", "target/busbar.jar")).toAbsolutePath();
  }

  /** The beginning of a command that runs the jar. */
  public static List<String> command() {
    return List.of(java(), SHORT_LIVED, JarArchive.option(), "-jar", jar().toString());
  }

  /** The class path of the tests, even if Surefire has it in a jar's manifest. */
  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
