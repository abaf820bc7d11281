package io.busbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.Prerequisites;
import io.busbar.TestJvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the archive that the command makes, and nodes that start with it, on each JDK of this
 * machine.
 */
final class ArchiveIT {
  private static final Path JDKS = Path.of("/usr/lib/jvm");

  @TempDir private Path folder;
  private Path jar;

  private void copyTheJar(String to) throws IOException {
    jar = Files.createDirectory(folder.resolve(to)).resolve("busbar.jar");
    Files.copy(TestJvm.jar(), jar);
  }

  /** The program {@code java} of the JDK of that version. */
  private static String java(int version) throws IOException {
    if (Runtime.version().feature() == version) {
      return TestJvm.java();
    }
    Path found = null;
    if (Files.isDirectory(JDKS)) {
      try (Stream<Path> all = Files.list(JDKS)) {
        found =
            all.filter(jdk -> jdk.getFileName().toString().contains("-" + version + "-"))
                .map(jdk -> jdk.resolve("bin").resolve("java"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
      }
    }
    Prerequisites.assume(found != null, "no JDK " + version + ": its archive is not tested");
    return found.toString();
  }

  private String run(String java, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-jar"));
    command.add(jar.toString());
    command.addAll(List.of(arguments));
    Path said = folder.resolve("said");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    // This variable must not reach the node that makes the archive.
    builder.environment().put("BUSBAR_HTTP_PORT", "not a port");
    Process process = builder.start();
    assertThat(process.waitFor(240, TimeUnit.SECONDS)).isTrue();
    return process.exitValue() + " " + Files.readString(said, StandardCharsets.UTF_8);
  }

  /** The options of a JVM that logs the source of each class to the file. */
  private BusbarProcess.Options options(String java, Path classes) {
    return BusbarProcess.options()
        .in(folder)
        .of(java, jar)
        .jvm("@" + jar.resolveSibling("busbar.options"), "-Xlog:class+load:file=" + classes);
  }

  private static boolean isShared(Path classes) throws IOException {
    try (Stream<String> lines = Files.lines(classes)) {
      return lines.anyMatch(
          line -> line.contains(" io.busbar.hub.Hub ") && line.contains("shared objects file"));
    }
  }

  private static int status(BusbarProcess busbar) throws Exception {
    HttpRequest page = HttpRequest.newBuilder(URI.create(busbar.http() + "/")).build();
    return HttpClient.newHttpClient().send(page, BodyHandlers.discarding()).statusCode();
  }

  @Test
  void nodeUsesOnlyTheArchiveOfItsJar() throws Exception {
    startsWithItsArchiveOnly(17);
  }

  @Tag("long")
  @Test
  void nodeOfJava25StartsWithTheArchiveAndNotWithThatOfAnotherJar() throws Exception {
    startsWithItsArchiveOnly(25);
  }

  private void startsWithItsArchiveOnly(int version) throws Exception {
    String java = java(version);
    String archive = version == 17 ? "busbar.jsa" : "busbar.aot";
    // A blank ends an option in a file, so the folder's name has one.
    copyTheJar(version == 17 ? "folder" : "a folder");

    String said = run(java, "archive");
    assertThat(said).startsWith("0 ").contains(archive + " is written: java @");
    try (Stream<Path> made = Files.list(jar.getParent())) {
      assertThat(made.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("busbar.jar", archive, "busbar.options");
    }

    Path classes = folder.resolve("classes");
    try (BusbarProcess busbar = options(java, classes).start()) {
      assertThat(status(busbar)).isEqualTo(200);
      assertThat(isShared(classes)).isTrue();
      assertThat(busbar.errLines()).noneMatch(line -> line.contains("WARNING"));
    }

    changeTheJar();
    if (version == 17) {
      assertNotUsed(java, folder.resolve("classes of the other"));
    } else {
      assertRefused(java, classes);
    }
  }

  /** The JVM itself compares the jar. */
  private void assertNotUsed(String java, Path classes) throws Exception {
    try (BusbarProcess busbar = options(java, classes).start()) {
      assertThat(status(busbar)).isEqualTo(200);
      assertThat(isShared(classes)).isFalse();
      assertThat(warnings(busbar)).anyMatch(line -> line.contains("busbar.jsa"));
    }
  }

  /** The JVM would run the classes of the old jar. */
  private void assertRefused(String java, Path classes) {
    try (BusbarProcess busbar = options(java, classes).launch()) {
      assertThat(busbar.exitCode()).isEqualTo(2);
      assertThat(busbar.errLines())
          .containsExactly(
              "busbar: its archive was made of another jar: start it without @busbar.options, or"
                  + " make a new one: java -jar busbar.jar archive");
    }
  }

  @Test
  void java17RefusesABlankInThePathOfTheJar() throws Exception {
    String java = java(17);
    copyTheJar("a folder");
    assertThat(run(java, "archive"))
        .isEqualTo(
            "2 busbar: no archive was made: before Java 25 the path of the jar may only have"
                + " letters, digits and -_./\n");
  }

  /** Changes the jar by bytes before its first entry, which a zip file may have. */
  private void changeTheJar() throws IOException {
    Path other = folder.resolve("other.jar");
    Files.write(other, new byte[] {'\n'});
    Files.write(other, Files.readAllBytes(jar), StandardOpenOption.APPEND);
    Files.move(other, jar, StandardCopyOption.REPLACE_EXISTING);
  }

  /** The warnings of the JVM. JDK 17 prints them to standard output. */
  private static List<String> warnings(BusbarProcess busbar) {
    return Stream.concat(busbar.outLines().stream(), busbar.errLines().stream())
        .filter(line -> line.contains("[warning]"))
        .toList();
  }
}
