package io.busbar.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.BusbarProcess;
import io.busbar.MarkdownPage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tests the page of start.md in a browser. The client library comes from the jar. */
final class StartSnippetIT {
  @RegisterExtension static final SharedBrowser SHARED = new SharedBrowser();

  @TempDir private Path webroot;

  @Test
  void browserExampleReceivesItsOwnMessage() throws Exception {
    MarkdownPage page = MarkdownPage.read(Path.of("src", "site", "markdown", "start.md"));
    assertThat(page.code("html")).hasSize(1);
    assertThat(page.code("javascript")).hasSize(1);
    Files.writeString(webroot.resolve("hello.html"), page.code("html").get(0));
    Files.writeString(webroot.resolve("hello.js"), page.code("javascript").get(0));
    try (BusbarProcess gateway = BusbarProcess.start("http.webroot=" + webroot)) {
      Browser browser = SHARED.browser();
      browser.open(gateway.http() + "/hello.html");
      browser.await(
          "the message", shown -> shown.text("body").contains("{\"hello\":\"everybody\"}"));
    }
  }
}
