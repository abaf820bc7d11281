package io.busbar.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.hub.Since;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators read the stored messages of a channel's stream. */
final class HistoryApiTest {
  private static TestGateway gateway;
  private static AdminClient admin;
  private static ContractClient contract;

  @BeforeAll
  static void start() {
    gateway =
        TestGateway.start(
            "channels=[{address: 'public.*', history: {messages: 500, size: 64MiB}}]");
    admin = new AdminClient(gateway.adminPort());
    contract = new ContractClient(gateway);
    IntStream.rangeClosed(1, 600).forEach(i -> gateway.bus().publish("public.a", i));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                TestGateway.await(gateway.hub().history().read("public.a", Since.next(), 0)).head()
                    == 600);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static JsonObject get(String query) {
    return contract.checked(200, "GET", "/api/channels/public.a/history" + query, null);
  }

  private static List<Integer> bodies(JsonObject answer) {
    JsonArray messages = answer.getJsonArray("messages");
    return IntStream.range(0, messages.size())
        .mapToObj(i -> messages.getJsonObject(i).getInteger("body"))
        .toList();
  }

  private static List<Integer> numbers(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void historyIsListedInPages() {
    JsonObject first = get("");
    assertThat(first.getLong("first")).isEqualTo(101);
    assertThat(first.getLong("head")).isEqualTo(600);
    assertThat(bodies(first)).isEqualTo(numbers(101, 200));
    JsonObject message = first.getJsonArray("messages").getJsonObject(0);
    assertThat(message.getLong("offset")).isEqualTo(101);
    assertThat(message.getString("time")).startsWith("20");
    String since = message.getString("epoch") + ":" + 200;
    assertThat(bodies(get("?limit=1000&since=" + since))).isEqualTo(numbers(201, 600));
    assertThat(bodies(get("?limit=3&since=250"))).isEqualTo(numbers(251, 253));
    assertThat(bodies(get("?since=600"))).isEmpty();
  }

  @Test
  void newestMessagesMayComeFirst() {
    assertThat(bodies(get("?reverse=true&limit=3"))).containsExactly(600, 599, 598);
    assertThat(bodies(get("?reverse=true&limit=3&since=103"))).containsExactly(102, 101);
    assertThat(bodies(get("?reverse=true&limit=1000"))).hasSize(500).startsWith(600).endsWith(101);
  }

  @Test
  void missingMessagesAreReported() {
    assertThat(get("?since=other:550").getString("reason")).isEqualTo("epoch");
    String epoch = get("").getString("epoch");
    JsonObject late = get("?since=" + epoch + ":50");
    assertThat(late.getBoolean("recovered")).isFalse();
    assertThat(late.getString("reason")).isEqualTo("too far behind");
  }

  @Test
  void streamsAreListedWithTheirContents() {
    gateway.bus().publish("public.b", "x");
    await().atMost(Duration.ofSeconds(20)).until(() -> streams("").size() == 2);
    JsonObject first = streams("").getJsonObject(0);
    assertThat(first.getString("name")).isEqualTo("public.a");
    assertThat(first.getLong("messages")).isEqualTo(500);
    assertThat(first.getLong("first")).isEqualTo(101);
    assertThat(first.getLong("head")).isEqualTo(600);
    assertThat(first.getLong("bytes")).isPositive();
    assertThat(first.getString("oldest")).startsWith("20");
    assertThat(streams("?after=public.a").getJsonObject(0).getString("name")).isEqualTo("public.b");
    assertThat(streams("?prefix=public.b")).hasSize(1);
    assertThat(streams("?prefix=x")).isEmpty();
    assertThat(contract.checked(200, "GET", "/api/streams?limit=1", null).getString("next"))
        .isEqualTo("public.a");
    contract.checked(400, "GET", "/api/streams?limit=1001", null);
  }

  private static JsonArray streams(String query) {
    return contract.checked(200, "GET", "/api/streams" + query, null).getJsonArray("streams");
  }

  @ParameterizedTest
  @ValueSource(strings = {"?since=x", "?since=a:b", "?since=-1", "?limit=0", "?reverse=maybe"})
  void invalidParameterIsAnError(String query) {
    assertThat(admin.get("/api/channels/public.a/history" + query).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"secret", "busbar.stats"})
  void channelWithoutAHistoryIsNotFound(String channel) {
    assertThat(admin.get("/api/channels/" + channel + "/history").statusCode()).isEqualTo(404);
  }
}
