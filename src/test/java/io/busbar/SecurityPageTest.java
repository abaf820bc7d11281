package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Tests that the table of threats in security.md names existing tests. */
final class SecurityPageTest {
  private static final Path PAGE = Path.of("src", "site", "markdown", "security.md");
  private static final Path SOURCES = Path.of("src", "test", "java");
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+)(?:\\.(\\w+))?`");

  private static List<String> threats() throws IOException {
    String page = Files.readString(PAGE);
    return page.substring(page.indexOf("## Threats"))
        .lines()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| threat"))
        .toList();
  }

  @Test
  void everyThreatNamesAnExistingTest() throws Exception {
    assertThat(threats()).hasSizeGreaterThan(30);
    for (String threat : threats()) {
      Matcher names = NAME.matcher(threat.substring(threat.lastIndexOf("| ", threat.length() - 3)));
      int found = 0;
      while (names.find()) {
        found++;
        assertThat(tests(names.group(1)))
            .as(threat)
            .anyMatch(test -> names.group(2) == null || test.equals(names.group(2)));
      }
      assertThat(found).as(threat).isPositive();
    }
  }

  /** The names of a class's tests; none if there is no such class. */
  private static List<String> tests(String name) throws Exception {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      Path file =
          files
              .filter(path -> path.getFileName().toString().equals(name + ".java"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("there is no test " + name));
      String path = SOURCES.relativize(file).toString().replace(".java", "");
      Class<?> type =
          Class.forName(
              path.replace(File.separatorChar, '.'),
              false,
              SecurityPageTest.class.getClassLoader());
      return Stream.of(type.getDeclaredMethods())
          .filter(method -> AnnotationSupport.isAnnotated(method, Testable.class))
          .map(Method::getName)
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cross-site WebSocket hijacking",
        "forged headers",
        "subscribing to another user's channel",
        "guessing session ids of SockJS",
        "replayed tokens",
        "expired tokens",
        "`alg:none`",
        "key confusion",
        "slowloris",
        "path traversal in webroot",
        "header injection through STOMP headers into HTTP",
        "header injection through STOMP headers into AMQP",
        "log injection",
        "XSS in the pages",
        "oversized"
      })
  void namedThreatIsOnThePage(String threat) throws IOException {
    assertThat(threats()).anyMatch(line -> line.contains("**" + threat + "**"));
  }
}
