package io.busbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The scripts and pages of {@code src/test/client}, with the busbar-client that the build has
 * packed and the tools that people build pages with. Any thread may use it.
 */
public final class ClientPackage {
  private static final Path SCRIPTS = Path.of("src/test/client");
  private static final Path CHECKS = Path.of("src/test/js/lib");
  private static final Path INSTALLED = Path.of("target/client");
  private static final long BUILD_MINUTES = 2;

  private ClientPackage() {}

  /** The archive for {@code npm install}. */
  static Path archive() {
    return Path.of(System.getProperty("busbar.jar")).resolveSibling("busbar-client.tgz");
  }

  /**
   * Installs it, unless the same is installed.
   *
   * @return the folder in which the scripts run
   */
  static Path install() {
    return new NpmFolder(SCRIPTS, INSTALLED).install(archive(), CHECKS);
  }

  /**
   * Builds the pages with esbuild and with Vite.
   *
   * @return the folder with the pages
   */
  public static Path site() throws IOException, InterruptedException {
    Path folder = install();
    Process build =
        new ProcessBuilder("node", "build.mjs")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("build.log").toFile())
            .start();
    boolean ended = build.waitFor(BUILD_MINUTES, TimeUnit.MINUTES);
    build.destroyForcibly();
    String said = Files.readString(folder.resolve("build.log"));
    assertThat(ended && build.exitValue() == 0).as(said).isTrue();
    return folder.resolve("site");
  }
}
