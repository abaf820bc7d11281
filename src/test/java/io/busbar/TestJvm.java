package io.busbar;

import java.nio.file.Path;
import java.util.List;

/** The program, jar and options for other JVMs that tests start. Any thread may use it. */
public final class TestJvm {
  /** The optimizing compiler would take more time than it saves. */
  public static final String SHORT_LIVED = "-XX:TieredStopAtLevel=1";

  private TestJvm() {}

  /** The program {@code java} of this JVM. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** The jar that was built. */
  public static Path jar() {
    return Path.of(System.getProperty("busbar.jar", "target/busbar.jar")).toAbsolutePath();
  }

  /** The beginning of a command line of that jar. */
  public static List<String> command() {
    return List.of(java(), SHORT_LIVED, JarArchive.option(), "-jar", jar().toString());
  }

  /** The class path of the tests, also if Surefire puts it into the manifest of a jar. */
  public static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
