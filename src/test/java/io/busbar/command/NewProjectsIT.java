package io.busbar.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.Prerequisites;
import io.busbar.TestJvm;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Builds, tests and deploys the projects that {@code new} writes, and sends requests to them. It
 * covers every language except Java, which the test of features.md covers.
 */
final class NewProjectsIT {
  private static final String TOKEN = "a-token-of-16-or-more";
  private static final Path JAR = TestJvm.jar();

  /** One node for all projects. Each project has its own addresses. */
  private static BusbarProcess node;

  @TempDir private static Path data;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    String vote = "{address: '*.vote', allow: [send]}";
    String results = "{address: '*.results', allow: [subscribe]}";
    String workers =
        "{address: '*.vote', protocol: tcp-bridge, allow: [subscribe]},"
            + "{address: '*.results', protocol: tcp-bridge, allow: [publish]}";
    node =
        BusbarProcess.options()
            .set("deploy.enabled", true)
            .set("admin.token", TOKEN)
            .set("data", data)
            .set("tcp-bridge.enabled", true)
            .set("permissions", "[" + String.join(",", vote, results, workers) + "]")
            .start();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  /** A command of the jar in the folder of the test. */
  private ProcessBuilder busbar(String... arguments) {
    List<String> command =
        Stream.concat(TestJvm.command().stream(), Arrays.stream(arguments)).toList();
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("BUSBAR_"));
    builder.environment().put("BUSBAR_ADMIN_TOKEN", TOKEN);
    return builder;
  }

  /** Runs a command, and returns its exit code and its output. */
  private static String run(ProcessBuilder builder) throws IOException, InterruptedException {
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    return process.waitFor() + " " + said;
  }

  private static Voter voter() {
    return new Voter(node.httpPort());
  }

  private Path project(String language) throws IOException, InterruptedException {
    String name = language + "-poll";
    assertThat(run(busbar("new", name, "--lang", language)))
        .isEqualTo("0 " + name + " is written: its README.md has the next commands");
    return folder.resolve(name);
  }

  @Tag("long")
  @ParameterizedTest
  @CsvSource({
    "kotlin, org/jetbrains/kotlin/kotlin-maven-plugin",
    "groovy, org/codehaus/gmavenplus/gmavenplus-plugin"
  })
  void jarProjectIsBuiltTestedAndDeployed(String language, String needed) throws Exception {
    MavenBuild maven = MavenBuild.of("projects");
    maven.assumeThere(needed);
    Path project = project(language);
    String name = language + "-poll";
    maven.run(project, "package");
    assertThat(project.resolve("target/surefire-reports"))
        .isDirectoryContaining(file -> file.toString().endsWith("VerticleTest.txt"));
    Path jar = project.resolve("target/" + name + ".jar");
    assertThat(run(busbar("deploy", jar.toString(), "--node", node.admin().toString())))
        .isEqualTo("0 " + name + " 1.0 runs");
    voter().isServed(name);
  }

  @ParameterizedTest
  @CsvSource({
    "python, python3 -m unittest, python3 worker.py",
    "node, node --test, node worker.js"
  })
  void workerProjectIsTestedAndStarted(String language, String test, String work) throws Exception {
    String name = language + "-poll";
    List<String> worker = List.of(work.split(" "));
    Prerequisites.assume(
        isOnPath(worker.get(0)), "No " + worker.get(0) + ": a worker is not tested");
    Path project = project(language);
    assertThat(run(in(project, List.of(test.split(" "))))).startsWith("0 ");
    Process process = in(project, worker).start();
    try (BufferedReader out = process.inputReader()) {
      assertThat(out.readLine()).isEqualTo("answering at " + name + ".vote");
      // The node may not have read the page yet.
      await()
          .untilAsserted(
              () -> assertThat(voter().vote(name, null).getInteger("failureCode")).isNull());
      voter().isServed(name);
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void scriptProjectIsTestedAndDeployed() throws Exception {
    Prerequisites.assume(isOnPath("node"), "No node: the project in JavaScript is not tested");
    Prerequisites.assume(
        Files.exists(JAR.resolveSibling("busbar-js.jar")),
        "No busbar-js.jar beside busbar.jar: the project in JavaScript is not tested");
    Path project = project("js");
    String jar = Path.of(System.getProperty("java.home"), "bin", "jar").toString();
    assertThat(run(in(project, List.of(jar, "cf", "js-poll.jar", "-C", "feature", "."))))
        .isEqualTo("0 ");
    assertThat(run(in(project, List.of("node", "--test")))).startsWith("0 ");
    String admin = node.admin().toString();
    assertThat(run(busbar("deploy", "js-poll/js-poll.jar", "--node", admin)))
        .isEqualTo("0 js-poll 1.0 runs");
    voter().isServed("js-poll");
  }

  /** A program in the folder of a project, with variables for the jar and the node. */
  private static ProcessBuilder in(Path project, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("BUSBAR_"));
    builder.environment().put("BUSBAR_TEST_JAR", JAR.toString());
    builder.environment().put("TCP_BRIDGE", "127.0.0.1:" + node.tcpBridgePort());
    return builder;
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Each language has its files, and every placeholder is replaced. */
  @ParameterizedTest
  @ValueSource(strings = {"java", "kotlin", "groovy", "js", "python", "node"})
  void noPlaceholderIsLeft(String language) throws Exception {
    Path project = project(language);
    try (Stream<Path> files = Files.walk(project)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(file.toString()).doesNotContain("{{");
        assertThat(Files.readString(file)).as(file.toString()).doesNotContain("{{");
      }
    }
    for (String expected : List.of("README.md", ".gitignore", "node.yaml")) {
      assertThat(project.resolve(expected)).isNotEmptyFile();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Poll", "1poll", "poll-", "a--b", "poll.x", "../poll", "busbar", ""})
  void invalidNameIsRefused(String name) throws Exception {
    assertThat(run(busbar("new", name))).startsWith("2 busbar: ").contains("name");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void tooLongNameIsRefused() throws Exception {
    assertThat(run(busbar("new", "a".repeat(41)))).startsWith("2 busbar: a name has 1 to 40 ");
  }

  @Test
  void unknownLanguageErrorListsTheKnownOnes() throws Exception {
    assertThat(run(busbar("new", "poll", "--lang", "rust")))
        .isEqualTo(
            "2 busbar: there is no language rust; there are java, kotlin, groovy, js, python, node");
  }

  @Test
  void existingFolderIsNotOverwritten() throws Exception {
    Path mine = Files.createDirectories(folder.resolve("poll"));
    Files.writeString(mine.resolve("README.md"), "mine");
    assertThat(run(busbar("new", "poll")))
        .isEqualTo("2 busbar: poll is there already, and not an empty folder");
    assertThat(mine.resolve("README.md")).hasContent("mine");
    assertThat(run(busbar("new", "poll", "--directory", "other/place"))).startsWith("0 ");
    assertThat(folder.resolve("other/place/pom.xml")).isRegularFile();
  }
}
