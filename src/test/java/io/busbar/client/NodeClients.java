package io.busbar.client;

import io.busbar.Prerequisites;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The scripts of {@code src/test/js} with the npm clients of their {@code package-lock.json},
 * installed below {@code target}. Any thread may use it.
 */
public final class NodeClients {
  private static final Path SCRIPTS = Path.of("src/test/js");
  private static final Path INSTALLED = Path.of("target/js");

  private NodeClients() {}

  /** Skips the test with a message if Node or npm is missing; on CI that is a failure. */
  public static void assumeInstalled() {
    boolean installed = isOnPath("node") && isOnPath("npm");
    String missing = "No node with npm on the PATH: the clients from npm are not tested";
    Prerequisites.assume(installed, missing);
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /**
   * Copies the current scripts, and runs npm unless the same packages are installed.
   *
   * @return the folder in which the scripts run
   */
  public static Path install() {
    return new NpmFolder(SCRIPTS, INSTALLED).install();
  }
}
