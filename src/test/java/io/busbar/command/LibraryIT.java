package io.busbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the artefacts that projects use as io.busbar:busbar. */
final class LibraryIT {
  private static final String CONSUMER =
      """
      <project xmlns="http://maven.apache.org/POM/4.0.0">
        <modelVersion>4.0.0</modelVersion>
        <groupId>org.example</groupId>
        <artifactId>consumer</artifactId>
        <version>1</version>
        <properties>
          <maven.compiler.release>17</maven.compiler.release>
          <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
        </properties>
        <dependencyManagement>
          <dependencies>
            <dependency>
              <groupId>io.busbar</groupId>
              <artifactId>busbar</artifactId>
              <version>VERSION</version>
              <type>pom</type>
              <scope>import</scope>
            </dependency>
          </dependencies>
        </dependencyManagement>
        <dependencies>
          <dependency>
            <groupId>io.busbar</groupId>
            <artifactId>busbar</artifactId>
            <version>VERSION</version>
          </dependency>
          <dependency>
            <groupId>io.busbar</groupId>
            <artifactId>busbar</artifactId>
            <version>VERSION</version>
            <classifier>test</classifier>
          </dependency>
        </dependencies>
        <build>
          <plugins>
            <plugin>
              <groupId>org.apache.maven.plugins</groupId>
              <artifactId>maven-compiler-plugin</artifactId>
              <version>3.16.0</version>
            </plugin>
            <plugin>
              <groupId>org.apache.maven.plugins</groupId>
              <artifactId>maven-resources-plugin</artifactId>
              <version>3.5.0</version>
            </plugin>
          </plugins>
        </build>
      </project>
      """;
  private static final String USE =
      """
      import io.busbar.test.BusbarNode;
      import io.vertx.core.Vertx;

      class Use {
        Vertx use(BusbarNode node) {
          return node.vertx();
        }
      }
      """;

  @TempDir private Path folder;

  /** The file in the repository whose name has this end. */
  private static Path artefact(String end) throws IOException {
    MavenBuild.of("library");
    Path version;
    try (Stream<Path> all = Files.list(Path.of("target/repository/io/busbar/busbar"))) {
      version = all.filter(Files::isDirectory).findAny().orElseThrow();
    }
    return version.resolve("busbar-" + version.getFileName() + end);
  }

  private static List<String> names(String end) throws IOException {
    try (JarFile jar = new JarFile(artefact(end).toFile())) {
      return jar.stream().map(JarEntry::getName).filter(name -> !name.endsWith("/")).toList();
    }
  }

  @Test
  void artefactHasOnlyOurClasses() throws IOException {
    assertThat(names(".jar"))
        .contains("io/busbar/Busbar.class", "webroot/busbar.js", "new/java/files")
        .noneMatch(name -> name.endsWith(".class") && !name.startsWith("io/busbar/"))
        .noneMatch(name -> name.startsWith("io/busbar/test/"));
  }

  @Test
  void fatJarHasAllClassesAndTheMainClass() throws IOException {
    assertThat(names("-all.jar"))
        .contains("io/busbar/Busbar.class", "io/vertx/core/Vertx.class")
        .noneMatch(name -> name.startsWith("org/junit/"))
        .noneMatch(name -> name.startsWith("io/busbar/test/"));
    try (JarFile jar = new JarFile(artefact("-all.jar").toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Main-Class"))
          .isEqualTo("io.busbar.Busbar");
    }
  }

  @Test
  void testArtefactHasNoneOfOurOwnTests() throws IOException {
    assertThat(names("-test.jar"))
        .contains("io/busbar/test/BusbarNode.class", "io/busbar/test/BusbarExtension.class")
        .allMatch(name -> name.startsWith("io/busbar/test/") || name.startsWith("META-INF/"));
  }

  @Test
  void sourceJarsHaveTheSources() throws IOException {
    assertThat(names("-sources.jar")).contains("io/busbar/Busbar.java");
    assertThat(names("-test-sources.jar"))
        .contains("io/busbar/test/BusbarNode.java")
        .noneMatch(name -> name.contains("NodeTest"));
  }

  /** The pom names the same libraries as the fat jar contains. */
  @Test
  void anotherProjectCompilesWithTheSameLibraries() throws Exception {
    String version = artefact("").getParent().getFileName().toString();
    MavenBuild maven = MavenBuild.of("library");
    Files.writeString(folder.resolve("pom.xml"), CONSUMER.replace("VERSION", version));
    Path sources = Files.createDirectories(folder.resolve("src/main/java"));
    Files.writeString(sources.resolve("Use.java"), USE);
    maven.run(
        folder,
        "compile",
        "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath",
        "-Dmdep.outputFile=classpath");
    assertThat(folder.resolve("target/classes/Use.class")).exists();
    List<String> libraries =
        jars(Files.readString(folder.resolve("classpath"))).filter(LibraryIT::isNotOurs).toList();
    assertThat(libraries).contains("vertx-core-" + vertx() + ".jar", "slf4j-jdk14-2.0.17.jar");
    assertThat(jars(TestJvm.classPath()).toList()).containsAll(libraries);
  }

  private static boolean isNotOurs(String jar) {
    return !jar.startsWith("busbar-");
  }

  private static String vertx() {
    return io.vertx.core.internal.VertxInternal.version();
  }

  private static Stream<String> jars(String classPath) {
    return Stream.of(classPath.strip().split(File.pathSeparator))
        .map(jar -> Path.of(jar).getFileName().toString())
        .filter(name -> name.endsWith(".jar"));
  }
}
