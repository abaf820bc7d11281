package io.busbar.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.Prerequisites;
import io.busbar.TestJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the pages of the projects that {@code new} writes. The project's worker answers their
 * requests.
 */
final class NewPagesIT {
  @RegisterExtension static final SharedBrowser BROWSERS = new SharedBrowser();

  @TempDir private Path folder;

  private Path project(String language) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(TestJvm.command());
    command.addAll(List.of("new", "poll", "--lang", language, "--directory", language));
    Process process = new ProcessBuilder(command).directory(folder.toFile()).start();
    String said = new String(process.getErrorStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return folder.resolve(language);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  /** Votes on the page at that path, on a node that serves these pages. */
  private void vote(Path pages, String path) throws IOException, InterruptedException {
    Path project = project("python");
    BusbarProcess.Options options =
        BusbarProcess.options().in(project).arguments("--config", "node.yaml");
    try (BusbarProcess node = options.set("http.webroot", pages).start()) {
      ProcessBuilder builder = new ProcessBuilder("python3", "worker.py");
      builder.environment().put("TCP_BRIDGE", "127.0.0.1:" + node.tcpBridgePort());
      Process worker = builder.directory(project.toFile()).start();
      try {
        assertThat(worker.inputReader().readLine()).isEqualTo("answering at poll.vote");
        Browser browser = BROWSERS.browser();
        browser.open(node.http() + path);
        browser.await("the choices", page -> page.count("#choices button") == 2);
        assertThat(browser.texts("#choices button")).containsExactly("pizza: 0", "salad: 0");
        browser.click("#choices li:nth-child(2) button");
        browser.await("the vote", page -> page.texts("#choices button").contains("salad: 1"));
        assertThat(browser.log()).allMatch(line -> line.contains("favicon.ico"));
        // An open page would report that the node is gone.
        browser.open("about:blank");
      } finally {
        worker.destroy();
        worker.waitFor();
      }
    }
  }

  @Test
  void votePageOfAWorkerWorks() throws Exception {
    Prerequisites.assume(Files.isExecutable(Path.of("/usr/bin/python3")), "No python3: no worker");
    vote(folder.resolve("python/webroot"), "/");
  }

  /** The page is in the folder for pages of features, beside the gateway's own pages. */
  @Test
  void votePageOfAFeatureWorks() throws Exception {
    Prerequisites.assume(Files.isExecutable(Path.of("/usr/bin/python3")), "No python3: no worker");
    Path pages = folder.resolve("pages");
    copy(Path.of("webroot"), pages);
    copy(project("java").resolve("src/main/resources/webroot"), pages.resolve("features/poll"));
    vote(pages, "/features/poll/");
  }
}
