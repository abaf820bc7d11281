package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the list of the slowest tests, from reports in the format of the plugins. */
final class TimingsTest {
  @TempDir private Path build;

  private void report(String folder, String name, int tests, String time) throws IOException {
    Path reports = Files.createDirectories(build.resolve(folder));
    String text =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuite version="3.0.2" name="%s" time="%s" tests="%d" errors="0" skipped="0" failures="0">
          <properties><property name="a" value="b"/></properties>
          <testcase name="x" classname="%s" time="0.1"/>
        </testsuite>
        """;
    Files.writeString(
        reports.resolve("TEST-" + name + ".xml"), text.formatted(name, time, tests, name));
    Files.writeString(reports.resolve(name + ".txt"), "no XML");
  }

  @Test
  void slowestTestsFollowTheSumOfEachKind() throws IOException {
    report("surefire-reports", "io.a.QuickTest", 3, "0.25");
    report("surefire-reports", "io.a.SlowTest", 2, "1,012.5");
    report("failsafe-reports", "io.a.StartIT", 7, "30.06");
    report("failsafe-reports", "io.a.FrameFuzz", 1, "15");
    assertThat(Timings.lines(build))
        .containsExactly(
            "  1012.8 s      5  unit         2 classes",
            "    30.1 s      7  integration  1 classes",
            "    15.0 s      1  fuzz         1 classes",
            "  1012.5 s      2  unit         io.a.SlowTest",
            "    30.1 s      7  integration  io.a.StartIT",
            "    15.0 s      1  fuzz         io.a.FrameFuzz",
            "     0.3 s      3  unit         io.a.QuickTest");
  }

  @Test
  void testsThatDidNotRunTookNoTime() throws IOException {
    assertThat(Timings.lines(build)).hasSize(3).allMatch(line -> line.startsWith("     0.0 s"));
  }
}
