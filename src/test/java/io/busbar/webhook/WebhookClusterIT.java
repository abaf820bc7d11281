package io.busbar.webhook;

import static io.busbar.webhook.WebhookGateway.hook;
import static io.busbar.webhook.WebhookGateway.numbers;
import static io.busbar.webhook.WebhookGateway.sayAll;
import static io.busbar.webhook.WebhookGateway.setting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.BusbarProcess;
import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that one node sends, and another one when that dies. */
final class WebhookClusterIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Enough webhooks that each node sends some of them. */
  private static final int WEBHOOKS = 12;

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

  private static List<String> names() {
    return IntStream.range(0, WEBHOOKS).mapToObj(i -> "w" + i).toList();
  }

  private String hooks() {
    return setting(names().stream().map(name -> hook(receiver, name)).toArray(String[]::new));
  }

  private void awaitAll(int count) {
    for (String name : names()) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(numbers(receiver.taken("/" + name)).stream().distinct().toList())
                      .as(name)
                      .isEqualTo(numbers(0, count)));
    }
  }

  private static boolean sends(BusbarProcess node) {
    try {
      HttpRequest request = HttpRequest.newBuilder(node.admin().resolve("/metrics")).build();
      String body = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
      return body.lines()
          .anyMatch(
              line -> line.startsWith("busbar_webhook_sent_total{") && !line.endsWith(" 0.0"));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitRefusals(int status) {
    for (String name : names()) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  receiver.requests("/" + name).stream().anyMatch(each -> each.answer() == status));
    }
  }

  @Test
  void eventsSurviveAJoiningNodeAndAKilledSender() {
    try (TestCluster cluster = new TestCluster()) {
      TestGateway here = cluster.startHere(hooks());
      names().forEach(name -> receiver.answer("/" + name, 503));
      sayAll(here, 0, 120);
      awaitRefusals(503);

      BusbarProcess other = cluster.start(hooks());
      await().atMost(PATIENCE).until(() -> here.hazelcast().getCluster().getMembers().size() == 2);
      sayAll(here, 120, 10);
      names().forEach(name -> receiver.answer("/" + name, 204));
      awaitAll(130);
      await().atMost(PATIENCE).until(() -> sends(other));

      names().forEach(name -> receiver.answer("/" + name, 500));
      sayAll(here, 130, 120);
      awaitRefusals(500);
      other.kill();
      sayAll(here, 250, 10);
      names().forEach(name -> receiver.answer("/" + name, 204));
      awaitAll(260);
    }
  }
}
