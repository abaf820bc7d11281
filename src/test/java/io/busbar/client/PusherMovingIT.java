package io.busbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.busbar.BusbarProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** Tests what pusher.md tells users of Pusher, Soketi or Laravel Reverb who move to Busbar. */
final class PusherMovingIT {
  private static final Path PAGE = Path.of("src", "site", "markdown", "pusher.md");
  private static final String HOOK = "https://shop.example.com/hook";

  @TempDir private Path folder;

  @BeforeAll
  static void assumeNode() {
    NodeClients.assumeInstalled();
  }

  /** The first block of code in that language below that heading. */
  private static String block(String heading, String language) throws IOException {
    String section = Files.readString(PAGE).split("\n#+ " + heading + "\n", 2)[1];
    return section.split("```" + language + "\n", 2)[1].split("\n```\n", 2)[0] + "\n";
  }

  private BusbarProcess start(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("busbar.yaml"), yaml);
    return BusbarProcess.options().arguments("--config", file.toString()).start();
  }

  private static List<DynamicTest> checks(BusbarProcess gateway) {
    return new NodeScript("pusher-moving.mjs").checks(gateway.http());
  }

  @TestFactory
  List<DynamicTest> clientNeedsOnlyTheChangesOfThePage() throws IOException {
    try (BusbarProcess gateway = start(block("How to move to Busbar", "yaml"))) {
      return checks(gateway);
    }
  }

  @TestFactory
  List<DynamicTest> soketiAppWorksAndNotifiesItsBackend() throws IOException {
    Queue<String> told = new ConcurrentLinkedQueue<>();
    HttpServer backend =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    backend.createContext(
        "/hook",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          told.add(new String(body, StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    backend.start();
    String hook = "http://127.0.0.1:" + backend.getAddress().getPort() + "/hook";
    String app = block("From Soketi", "yaml").replace(HOOK, hook);
    String common =
        block("How to move to Busbar", "yaml").replaceAll("(?s)pusher:\n.*?(?=permissions)", "");
    try (BusbarProcess gateway = start(common + app)) {
      List<DynamicTest> checks = checks(gateway);
      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(String.join("", told))
                      .contains("\"name\":\"member_added\"", "\"name\":\"client_event\""));
      return checks;
    } finally {
      backend.stop(0);
    }
  }

  @Test
  void soketiAppConvertsAsThePageSays() throws IOException {
    JsonObject theirs = new JsonObject(block("From Soketi", "json"));
    Map<String, Map<String, List<Map<String, Object>>>> config =
        new Yaml().load(block("From Soketi", "yaml"));
    JsonObject ours = new JsonObject(config.get("pusher").get("apps").get(0));
    for (String same : List.of("id", "key", "secret", "enabled")) {
      assertThat(ours.getValue(same)).as(same).isEqualTo(theirs.getValue(same));
    }
    assertThat(ours.getValue("client-events")).isEqualTo(theirs.getValue("enableClientMessages"));
    JsonObject limits = ours.getJsonObject("limits");
    assertThat(limits.getValue("connections")).isEqualTo(theirs.getValue("maxConnections"));
    assertThat(limits.getValue("client-events"))
        .isEqualTo(theirs.getValue("maxClientEventsPerSecond"));
    JsonObject hook = theirs.getJsonArray("webhooks").getJsonObject(0);
    assertThat(ours.getJsonArray("webhooks").getJsonObject(0))
        .isEqualTo(
            new JsonObject()
                .put("url", hook.getValue("url"))
                .put("events", hook.getValue("event_types")));
  }
}
