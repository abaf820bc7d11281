package io.busbar.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the command lines of features.md as people type them. */
final class FeaturesPageIT {
  private static final Path PAGE = Path.of("src", "site", "markdown", "features.md");
  private static final Pattern READY =
      Pattern.compile("Busbar ready .*http://[^ :]+:(\\d+).*admin (http://[^ :]+:\\d+)");

  @TempDir private Path folder;

  /**
   * The environment with free ports instead of those of the page, and with options for a quick
   * start of the JVM.
   */
  private final Map<String, String> variables =
      new HashMap<>(
          Map.of(
              "BUSBAR_HTTP_PORT",
              "0",
              "BUSBAR_STOMP_PORT",
              "0",
              "BUSBAR_ADMIN_PORT",
              "0",
              MavenBuild.OPTIONS,
              TestJvm.SHORT_LIVED));

  private Path here;
  private Process node;
  private String said = "";

  @AfterEach
  void stop() throws InterruptedException {
    if (node != null) {
      node.destroy();
      node.waitFor();
    }
  }

  /** The lines of code below that heading, without their comments. */
  private static List<String> lines(String heading) throws IOException {
    String section = Files.readString(PAGE).split("\n## " + heading + "\n", 2)[1].split("\n## ")[0];
    return section
        .lines()
        .filter(line -> line.startsWith("    "))
        .map(line -> line.split(" # ", 2)[0].strip())
        .toList();
  }

  private Process start(String command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-c", command)
            .directory(here.toFile())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("BUSBAR_"));
    builder.environment().putAll(variables);
    return builder.start();
  }

  private void run(String command) throws IOException, InterruptedException {
    Process process = start(command);
    said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).as(command + ": " + said).isZero();
  }

  /** Starts a node, which keeps running, and returns its ready line. */
  private MatchResult startNode(String command) throws IOException {
    node = start("exec " + command);
    StringBuilder all = new StringBuilder();
    for (String line = node.inputReader().readLine();
        line != null;
        line = node.inputReader().readLine()) {
      all.append(line).append('\n');
      Matcher ready = READY.matcher(line);
      if (ready.find()) {
        return ready.toMatchResult();
      }
    }
    throw new AssertionError(command + " ended: " + all);
  }

  @Test
  void quickStartOfThePageRunsAFeature() throws Exception {
    MavenBuild maven = MavenBuild.of("page");
    here = folder;
    Path jar = Path.of(System.getProperty("busbar.jar", "target/busbar.jar")).toAbsolutePath();
    Files.copy(jar, folder.resolve("busbar.jar"));
    MatchResult ready = null;
    for (String line : lines("Quick start")) {
      if (line.startsWith("cd ")) {
        here = here.resolve(line.substring(3));
      } else if (line.startsWith("export ")) {
        String[] variable = line.substring(7).split("=", 2);
        variables.put(variable[0], variable[1]);
      } else if (line.endsWith("&")) {
        ready = startNode(line.substring(0, line.length() - 1));
      } else if (line.startsWith("mvn -q ")) {
        run(String.join(" ", maven.command()) + line.substring(6));
      } else {
        run(ready == null ? line : line + " --node " + ready.group(2));
      }
    }
    assertThat(said).isEqualTo("poll 1.0 runs");
    new Voter(Integer.parseInt(ready.group(1))).isServed("poll");
    Files.copy(here.resolve("target/poll.jar"), here.resolve("poll.jar"));
    Files.copy(jar, here.resolve("busbar.jar"));
    Files.writeString(here.resolve("survey.yaml"), "choices: [tea, coffee]");
    List<String> commands = lines("Deployment at run time");
    assertThat(commands).hasSize(5);
    for (String line : commands) {
      run(line + " --node " + ready.group(2));
    }
    assertThat(said).isEqualTo("poll runs no more");
  }
}
