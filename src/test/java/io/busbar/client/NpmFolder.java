package io.busbar.client;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A folder below {@code target} with our scripts and the npm packages of their {@code
 * package-lock.json}. Used by one thread. A lock makes tests in several JVMs install one after the
 * other.
 */
final class NpmFolder {
  private static final String LOCK = "package-lock.json";
  private static final long NPM_MINUTES = 5;

  private final Path scripts;
  private final Path installed;

  /**
   * @param scripts the folder with the scripts
   * @param installed the folder to install into
   */
  NpmFolder(Path scripts, Path installed) {
    this.scripts = scripts.toAbsolutePath();
    this.installed = installed.toAbsolutePath();
  }

  /**
   * Copies the current scripts, and runs npm unless the same packages are installed.
   *
   * @return the folder in which the scripts run
   */
  Path install() {
    return locked(this::installLocked);
  }

  /**
   * Does the same with a package of this build, and with other scripts in a folder beside ours.
   *
   * @param archive the package for {@code npm install}
   * @param others the folder with the other scripts
   */
  Path install(Path archive, Path others) {
    return locked(
        () -> {
          installLocked();
          copy(others.toAbsolutePath(), installed.resolve(others.getFileName()));
          Path copy = installed.resolve(archive.getFileName());
          if (!isSame(archive, copy)) {
            npm("install", "--no-save", "--offline", archive.toAbsolutePath().toString());
            Files.copy(archive, copy, StandardCopyOption.REPLACE_EXISTING);
          }
        });
  }

  /** A task that reads and writes files. */
  private interface Task {
    void run() throws IOException;
  }

  private Path locked(Task task) {
    try {
      Files.createDirectories(installed);
      Path file = installed.resolve(".installing");
      try (FileChannel channel = FileChannel.open(file, CREATE, WRITE);
          FileLock held = channel.lock()) {
        assert held.isValid();
        task.run();
        return installed;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void installLocked() throws IOException {
    Path lock = installed.resolve(LOCK);
    boolean sameLock = isSame(scripts.resolve(LOCK), lock);
    copy(scripts, installed);
    // npm writes this file at the end of an installation.
    if (!sameLock || !Files.exists(installed.resolve("node_modules/.package-lock.json"))) {
      forgetArchives();
      npm("ci");
    }
  }

  /** Removes the archives. A new installation also removes the packages from them. */
  private void forgetArchives() throws IOException {
    try (Stream<Path> files = Files.list(installed)) {
      for (Path archive : files.filter(file -> file.toString().endsWith(".tgz")).toList()) {
        Files.delete(archive);
      }
    }
  }

  private static void copy(Path folder, Path target) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path from : (Iterable<Path>) all::iterator) {
        Path to = target.resolve(folder.relativize(from));
        if (Files.isDirectory(from)) {
          Files.createDirectories(to);
        } else if (Files.isRegularFile(from) && !isSame(from, to)) {
          Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  /**
   * Whether both files are the same. An equal file is not written, because another test may read
   * it.
   */
  private static boolean isSame(Path from, Path to) throws IOException {
    return Files.exists(to) && Files.mismatch(from, to) == -1;
  }

  private void npm(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("npm"));
    command.addAll(List.of(arguments));
    command.addAll(List.of("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"));
    Process npm =
        new ProcessBuilder(command)
            .directory(installed.toFile())
            .redirectErrorStream(true)
            .redirectOutput(installed.resolve("npm.log").toFile())
            .start();
    try {
      boolean ended = npm.waitFor(NPM_MINUTES, TimeUnit.MINUTES);
      if (!ended || npm.exitValue() != 0) {
        npm.destroyForcibly();
        String log = Files.readString(installed.resolve("npm.log"));
        String what = String.join(" ", command);
        throw new IOException(what + (ended ? " failed: " : " took too long: ") + log);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
