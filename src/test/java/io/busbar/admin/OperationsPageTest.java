package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Payload;
import io.busbar.queue.store.QueueMessage;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Every curl line of operations.md works. The test changes only the port. */
final class OperationsPageTest {
  private static final Path PAGE = Path.of("src", "site", "markdown", "operations.md");

  @Test
  void everyCurlExampleSucceeds() throws Exception {
    assumeThat(Path.of("/usr/bin/curl")).exists();
    List<String> lines =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("    curl "))
            .map(String::strip)
            .toList();
    assertThat(lines).hasSizeGreaterThan(7);
    try (TestGateway gateway = TestGateway.start("event-loops=1")) {
      BridgeListener listener = new BridgeListener(gateway);
      listener.say("register", "stocks.AAPL").say("register", "public.news");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> gateway.counters().subscriptionCount() == 2);
      for (int i = 0; i < 3; i++) {
        QueueMessage message =
            QueueMessage.of(Payload.text("one"), MultiMap.caseInsensitiveMultiMap(), "");
        TestGateway.await(gateway.queues().keep("orders", message, false));
      }
      for (String line : lines) {
        assertThat(status(line.replace(":8081", ":" + gateway.adminPort())))
            .as(line)
            .isIn("200", "202");
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> listener.received().toString().contains("hello"));
      listener.close();
    }
  }

  private static String status(String line) throws Exception {
    Process curl =
        new ProcessBuilder("/bin/sh", "-c", line + " -s -m 30 -o /dev/null -w '%{http_code}'")
            .start();
    String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(curl.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return said;
  }
}
