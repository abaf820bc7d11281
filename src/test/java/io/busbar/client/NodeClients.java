package io.busbar.client;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.busbar.Needed;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The scripts of {@code src/test/js} with the clients from npm that their {@code package-lock.json}
 * names, installed below {@code target}.
 */
public final class NodeClients {
  private static final Path SCRIPTS = Path.of("src/test/js").toAbsolutePath();
  private static final Path INSTALLED = Path.of("target/js").toAbsolutePath();
  private static final String LOCK = "package-lock.json";
  private static final long NPM_MINUTES = 5;

  private NodeClients() {}

  /**
   * Ends the test as skipped, with a line that says so, where Node or npm are missing; on CI that
   * is a failure.
   */
  public static void assumeInstalled() {
    boolean installed = isOnPath("node") && isOnPath("npm");
    String missing = "No node with npm on the PATH: the clients from npm are not tested";
    Needed.assume(installed, missing);
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /**
   * Will copy the scripts as they are now, and run npm unless the same packages are there. Tests in
   * several JVMs do so one after the other.
   *
   * @return the folder to run them in
   */
  public static Path install() {
    try (FileChannel channel = FileChannel.open(lockFile(), CREATE, WRITE);
        FileLock held = channel.lock()) {
      assert held.isValid();
      Path lock = INSTALLED.resolve(LOCK);
      boolean sameLock = Files.exists(lock) && Files.mismatch(lock, SCRIPTS.resolve(LOCK)) == -1;
      copyScripts();
      // npm writes this file when all is in place.
      if (!sameLock || !Files.exists(INSTALLED.resolve("node_modules/.package-lock.json"))) {
        npm();
      }
      return INSTALLED;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path lockFile() throws IOException {
    Files.createDirectories(INSTALLED);
    return INSTALLED.resolve(".installing");
  }

  private static void copyScripts() throws IOException {
    try (Stream<Path> all = Files.walk(SCRIPTS)) {
      for (Path from : (Iterable<Path>) all::iterator) {
        Path to = INSTALLED.resolve(SCRIPTS.relativize(from));
        if (Files.isDirectory(from)) {
          Files.createDirectories(to);
        } else if (Files.isRegularFile(from)) {
          Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static void npm() throws IOException {
    List<String> command =
        List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
    Process npm =
        new ProcessBuilder(command)
            .directory(INSTALLED.toFile())
            .redirectErrorStream(true)
            .redirectOutput(INSTALLED.resolve("npm.log").toFile())
            .start();
    try {
      boolean ended = npm.waitFor(NPM_MINUTES, TimeUnit.MINUTES);
      if (!ended || npm.exitValue() != 0) {
        npm.destroyForcibly();
        String log = Files.readString(INSTALLED.resolve("npm.log"));
        throw new IOException((ended ? "npm ci failed: " : "npm ci took too long: ") + log);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
