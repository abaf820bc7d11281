package io.busbar.command;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The jar that an archive was made of. Java 25 (25.0.3) takes the classes of its AOT cache without
 * a look at the jar, so that an old gateway would run in the place of a new one. Those before look
 * at the same two things, and then take the jar.
 */
public final class ArchivedJar {
  private static final String PROPERTY = "busbar.archive.jar";

  private ArchivedJar() {}

  /** Whether the JVM was told of an archive, and this jar is not the one that it was made of. */
  public static boolean hasChanged() {
    String archived = System.getProperty(PROPERTY);
    try {
      return archived != null && !archived.equals(mark(path()));
    } catch (IOException e) {
      return true;
    }
  }

  /** The JVM option that says which jar it is. */
  static String option(Path jar) throws IOException {
    return "-D" + PROPERTY + "=" + mark(jar);
  }

  /** Its size, and its time in seconds: an image of a container keeps no part of one. */
  private static String mark(Path jar) throws IOException {
    return Files.size(jar) + "-" + Files.getLastModifiedTime(jar).to(TimeUnit.SECONDS);
  }

  /** Where this class is from: a file, or a folder where nothing is packaged. */
  static Path path() {
    try {
      return Path.of(ArchivedJar.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
