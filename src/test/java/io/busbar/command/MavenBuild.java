package io.busbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.Prerequisites;
import io.busbar.TestJvm;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Builds projects as users do, with the artefacts that our build has put into {@code
 * target/repository}. Each user has a local repository of its own. All other artefacts come from
 * the local repository of the machine, and on CI also from the network. Used by the thread of the
 * test.
 */
final class MavenBuild {
  /** The environment variable with the JVM options of Maven: {@link TestJvm#SHORT_LIVED}. */
  static final String OPTIONS = "MAVEN_OPTS";

  private static final Path OURS = Path.of("target/repository").toAbsolutePath();
  private static final Path HOME =
      Path.of(
          System.getProperty(
              "maven.repo.local", System.getProperty("user.home") + "/.m2/repository"));

  private final Path settings;

  private MavenBuild(Path settings) {
    this.settings = settings;
  }

  /**
   * Skips the test with a message if there is no Maven or no artefact of ours.
   *
   * @param user the name of a local repository, which stays for later runs
   */
  static MavenBuild of(String user) throws IOException {
    boolean maven =
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mvn")));
    Prerequisites.assume(maven, "No mvn on the PATH: nothing is built with our artefacts");
    Prerequisites.assume(
        Files.isDirectory(OURS.resolve("io/busbar/busbar")),
        "No target/repository, which mvn pre-integration-test makes: nothing is built with it");
    Path folder = Files.createDirectories(Path.of("target/maven", user).toAbsolutePath());
    // an earlier build has the same version
    delete(folder.resolve("m2/io/busbar"));
    String text =
        """
        <settings>
          <localRepository>%s</localRepository>
          <profiles>
            <profile>
              <id>here</id>
              <repositories>
                <repository><id>busbar</id><url>%s</url></repository>
                <repository><id>home</id><url>%s</url></repository>
              </repositories>
              <pluginRepositories>
                <pluginRepository><id>home</id><url>%s</url></pluginRepository>
              </pluginRepositories>
            </profile>
          </profiles>
          <activeProfiles><activeProfile>here</activeProfile></activeProfiles>
        </settings>
        """
            .formatted(folder.resolve("m2"), OURS.toUri(), HOME.toUri(), HOME.toUri());
    return new MavenBuild(Files.writeString(folder.resolve("settings.xml"), text));
  }

  /**
   * Skips the test if an artefact is not in the local repository and, on CI, not on the network.
   */
  void assumeThere(String artefact) {
    boolean there = Prerequisites.isCi() || Files.isDirectory(HOME.resolve(artefact));
    Prerequisites.assume(there, "No " + artefact + " in " + HOME + ": that language is not tested");
  }

  /** The beginning of the command line, without the goals. */
  List<String> command() {
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-q", "-s", settings.toString()));
    if (!Prerequisites.isCi()) {
      command.addAll(List.of("-o", "-Daether.offline.protocols=file"));
    }
    return command;
  }

  /** Runs the goals in that folder, and returns the output of Maven. */
  String run(Path project, String... goals) throws IOException, InterruptedException {
    List<String> command = command();
    command.addAll(List.of(goals));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
    builder.environment().put(OPTIONS, TestJvm.SHORT_LIVED);
    Process maven = builder.start();
    String said = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(maven.waitFor()).as(said).isZero();
    return said;
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
