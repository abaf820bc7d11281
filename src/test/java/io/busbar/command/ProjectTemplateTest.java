package io.busbar.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the files of the projects that {@code new} writes. */
final class ProjectTemplateTest {
  private static final Path FOLDER = Path.of("src/main/resources/new");
  private static final Pattern VERSION =
      Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>([0-9][^<]*)</version>");

  private static Map<String, String> versions(Path pom) throws IOException {
    Map<String, String> versions = new HashMap<>();
    Matcher matcher = VERSION.matcher(Files.readString(pom));
    while (matcher.find()) {
      versions.put(matcher.group(1), matcher.group(2));
    }
    return versions;
  }

  /** After a build of Busbar, a machine has all that a project needs. */
  @ParameterizedTest
  @ValueSource(strings = {"java", "kotlin", "groovy"})
  void projectsUseTheVersionsOfOurBuild(String language) throws IOException {
    Map<String, String> ours = versions(Path.of("pom.xml"));
    Map<String, String> theirs = versions(FOLDER.resolve(language).resolve("pom.xml"));
    theirs.keySet().retainAll(ours.keySet());
    assertThat(theirs).containsKeys("junit-jupiter", "maven-surefire-plugin");
    assertThat(ours).containsAllEntriesOf(theirs);
  }

  @Test
  void eachTemplateFileIsUsed() throws IOException {
    Set<String> written = new HashSet<>();
    for (String language : ProjectTemplate.LANGUAGES) {
      Files.readAllLines(FOLDER.resolve(language).resolve("files")).stream()
          .map(line -> line.split(" ", 2)[0])
          .forEach(written::add);
    }
    try (Stream<Path> files = Files.walk(FOLDER)) {
      Set<String> there =
          files
              .filter(Files::isRegularFile)
              .map(file -> FOLDER.relativize(file).toString())
              .filter(file -> !file.endsWith("/files"))
              .collect(Collectors.toSet());
      assertThat(written).isEqualTo(there);
    }
  }
}
