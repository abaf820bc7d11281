package io.busbar.client;

import io.busbar.Needed;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The scripts of {@code src/test/js} with the clients from npm that their {@code package-lock.json}
 * names, installed below {@code target}. Any thread may use it.
 */
public final class NodeClients {
  private static final Path SCRIPTS = Path.of("src/test/js");
  private static final Path INSTALLED = Path.of("target/js");

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
   * Will copy the scripts as they are now, and run npm unless the same packages are there.
   *
   * @return the folder to run them in
   */
  public static Path install() {
    return new NpmFolder(SCRIPTS, INSTALLED).install();
  }
}
