package io.busbar.command;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The jar from which a class archive was made. Java 25 (25.0.3) uses the classes of its AOT cache
 * without a check of the jar. So an old gateway would run instead of a new one. JVMs before it
 * compare the same two properties of the jar themselves, and then read the jar. Any thread may use
 * it.
 */
public final class ArchivedJar {
  private static final String PROPERTY = "busbar.archive.jar";

  private ArchivedJar() {}

  /** Returns whether the JVM has an archive that was made from another jar than this one. */
  public static boolean hasChanged() {
    String archived = System.getProperty(PROPERTY);
    try {
      return archived != null && !archived.equals(mark(path()));
    } catch (IOException e) {
      return true;
    }
  }

  /** The JVM option that names the jar of the archive. */
  static String option(Path jar) throws IOException {
    return "-D" + PROPERTY + "=" + mark(jar);
  }

  /**
   * The size and the time of the jar. The time is in seconds, because an image of a container has
   * no fractions.
   */
  private static String mark(Path jar) throws IOException {
    return Files.size(jar) + "-" + Files.getLastModifiedTime(jar).to(TimeUnit.SECONDS);
  }

  /** The place of this class: the jar, or a folder of classes if nothing is packaged. */
  static Path path() {
    try {
      return Path.of(ArchivedJar.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
