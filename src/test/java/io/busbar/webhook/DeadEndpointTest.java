package io.busbar.webhook;

import static io.busbar.webhook.WebhookGateway.hook;
import static io.busbar.webhook.WebhookGateway.numbers;
import static io.busbar.webhook.WebhookGateway.say;
import static io.busbar.webhook.WebhookGateway.sayAll;
import static io.busbar.webhook.WebhookGateway.setting;
import static io.busbar.webhook.WebhookGateway.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.webhook.Receiver.Request;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests endpoints that do not accept events. */
final class DeadEndpointTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Receiver receiver;

  @BeforeEach
  void start() {
    receiver = Receiver.start();
  }

  @AfterEach
  void everyRequestWasSigned() {
    receiver.close();
    assertThat(receiver.forged()).isEmpty();
  }

  private List<Integer> taken(String path, int count) {
    await().atMost(PATIENCE).until(() -> receiver.taken(path).size() >= count);
    return numbers(receiver.taken(path));
  }

  private void awaitFailures(String path, int count) {
    await().atMost(PATIENCE).until(() -> receiver.requests(path).size() >= count);
  }

  private static String metrics(TestGateway gateway) throws IOException, InterruptedException {
    URI metrics = URI.create("http://127.0.0.1:" + gateway.adminPort() + "/metrics");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString())
        .body();
  }

  private static void awaitDropped(TestGateway gateway, String reason, int count) {
    await()
        .atMost(PATIENCE)
        .until(() -> status(gateway).getJsonObject("dropped").getLong(reason) == count);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503, 404, 429, 302})
  void failedRequestIsRetriedUnchangedBeforeLaterEvents(int status) throws Exception {
    receiver.answer("/a", status, "Location", receiver.url("/elsewhere"));
    try (TestGateway gateway = TestGateway.start(setting(hook(receiver, "a")))) {
      sayAll(gateway, 0, 120);
      awaitFailures("/a", 3);
      sayAll(gateway, 120, 10);
      receiver.answer("/a", 200);
      assertThat(taken("/a", 130)).isEqualTo(numbers(0, 130));
      List<Request> requests = receiver.requests("/a");
      assertThat(requests.get(1).id()).isEqualTo(requests.get(0).id());
      assertThat(requests.get(1).events()).isEqualTo(requests.get(0).events());
      assertThat(receiver.requests("/elsewhere")).isEmpty();
      await()
          .atMost(PATIENCE)
          .until(() -> metrics(gateway).contains("busbar_webhook_sent_total{webhook=\"a\"} 130.0"));
      assertThat(metrics(gateway))
          .containsPattern(
              "busbar_webhook_failed_total\\{kind=\"" + status / 100 + "xx\",webhook=\"a\"} [3-9]")
          .contains("busbar_webhook_dropped_total{reason=\"given-up\",webhook=\"a\"} 0.0")
          .contains("busbar_webhook_held{webhook=\"a\"} 0.0");
    }
  }

  @Test
  void timeoutsAreCountedAndDoNotDelayOtherEndpoints() {
    receiver.hang("/a");
    String[] hooks = {hook(receiver, "a", "timeout: 200ms"), hook(receiver, "b")};
    try (TestGateway gateway = TestGateway.start(setting(hooks), "event-loops=1")) {
      sayAll(gateway, 0, 300);
      assertThat(taken("/b", 300)).isEqualTo(numbers(0, 300));
      await()
          .atMost(PATIENCE)
          .until(() -> status(gateway).getJsonObject("failed").getLong("timeout") >= 2);
      receiver.answer("/a", 204);
      assertThat(taken("/a", 300)).isEqualTo(numbers(0, 300));
    }
  }

  @Test
  void restartedEndpointReceivesAllEventsInOrder() {
    try (TestGateway gateway = TestGateway.start(setting(hook(receiver, "a")))) {
      sayAll(gateway, 0, 10);
      assertThat(taken("/a", 10)).isEqualTo(numbers(0, 10));
      receiver.die();
      sayAll(gateway, 10, 200);
      await()
          .atMost(PATIENCE)
          .until(() -> status(gateway).getJsonObject("failed").getLong("connection") >= 2);
      assertThat(status(gateway).getString("trouble")).isNotNull();
      receiver.open();
      assertThat(taken("/a", 210)).isEqualTo(numbers(0, 210));
      await().atMost(PATIENCE).until(() -> status(gateway).getString("trouble") == null);
    }
  }

  @Test
  void oldEventsBecomeDeadLettersAndNewOnesAreDelivered() {
    receiver.answer("/a", 500);
    String hook = hook(receiver, "a", "give-up: 400ms", "dead-letter: lost");
    try (TestGateway gateway = TestGateway.start(setting(hook))) {
      sayAll(gateway, 0, 250);
      awaitDropped(gateway, "given-up", 250);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(
                          TestGateway.await(gateway.queues().directory().describe("lost"))
                              .getInteger("waiting"))
                      .isEqualTo(250));
      receiver.answer("/a", 204);
      sayAll(gateway, 250, 5);
      assertThat(taken("/a", 5)).isEqualTo(numbers(250, 5));
    }
  }

  @Test
  void eventOlderThanGiveUpIsStillSent() {
    try (TestGateway gateway = TestGateway.start(setting(hook(receiver, "a", "give-up: 100ms")))) {
      JsonObject old =
          new JsonObject().put("name", "member_added").put("time", 1_000).put("number", 7);
      TestGateway.await(say(gateway, old.put("channel", "rooms.a")));
      assertThat(taken("/a", 1)).containsExactly(7);
    }
  }

  @Test
  void endpointThatAnswers410GetsNoMoreRequests() {
    receiver.answer("/a", 410);
    try (TestGateway gateway =
        TestGateway.start(setting(hook(receiver, "a"), hook(receiver, "b")))) {
      sayAll(gateway, 0, 150);
      awaitDropped(gateway, "gone", 150);
      receiver.answer("/a", 204);
      sayAll(gateway, 150, 1);
      awaitDropped(gateway, "gone", 151);
      assertThat(taken("/b", 151)).isEqualTo(numbers(0, 151));
      assertThat(receiver.requests("/a")).hasSize(1);
    }
  }

  @Test
  void retryWaitsForTheRetryAfterHeader() {
    receiver.answer("/a", 503, "Retry-After", "1");
    try (TestGateway gateway = TestGateway.start(setting(hook(receiver, "a")))) {
      sayAll(gateway, 0, 1);
      awaitFailures("/a", 2);
      receiver.answer("/a", 204);
      assertThat(taken("/a", 1)).containsExactly(0);
      List<Request> requests = receiver.requests("/a");
      assertThat(requests.get(1).atNanos() - requests.get(0).atNanos())
          .isGreaterThan(Duration.ofMillis(950).toNanos());
    }
  }

  @Test
  void fullQueueRefusesEventsThatOtherWebhooksStillReceive() {
    receiver.answer("/a", 500);
    String[] hooks = {hook(receiver, "a", "messages: 20"), hook(receiver, "b")};
    try (TestGateway gateway = TestGateway.start(setting(hooks))) {
      sayAll(gateway, 0, 20);
      ReplyException refused =
          catchThrowableOfType(ReplyException.class, () -> TestGateway.await(say(gateway, 20)));
      assertThat(refused.failureCode()).isEqualTo(EventRouter.NOT_KEPT);
      awaitDropped(gateway, "not-kept", 1);
      assertThat(taken("/b", 21)).isEqualTo(numbers(0, 21));
      receiver.answer("/a", 204);
      assertThat(taken("/a", 20)).isEqualTo(numbers(0, 20));
    }
  }

  @Test
  void endlessAnswerIsCutOffAndItsStatusCounts() {
    byte[] chunk = new byte[100_000];
    AtomicInteger cuts = new AtomicInteger();
    receiver.answer(
        "/a",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try {
            for (int i = 0; i < 1_000; i++) {
              exchange.getResponseBody().write(chunk);
            }
          } catch (IOException cut) {
            cuts.incrementAndGet();
          }
        });
    try (TestGateway gateway = TestGateway.start(setting(hook(receiver, "a")))) {
      sayAll(gateway, 0, 150);
      assertThat(taken("/a", 150)).isEqualTo(numbers(0, 150));
      assertThat(cuts).hasValue(receiver.requests("/a").size());
    }
  }
}
