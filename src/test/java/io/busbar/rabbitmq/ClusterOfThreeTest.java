package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests a cluster of RabbitMQ that loses a node. */
final class ClusterOfThreeTest {
  /** It is this long because three brokers share two cores with other tests. */
  private static final Duration AN_ELECTION = Duration.ofMinutes(3);

  private static final int MESSAGES = 500;

  private static final long PAUSE_MILLIS = 100;

  private static final DeliveryOptions PATIENT = new DeliveryOptions().setSendTimeout(180_000);

  private final Set<Integer> confirmed = ConcurrentHashMap.newKeySet();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private List<RabbitMqServer> nodes = List.of();

  @BeforeEach
  void start() {
    nodes = RabbitMqServer.cluster(3);
  }

  @AfterEach
  void stop() {
    nodes.forEach(RabbitMqServer::close);
  }

  /** A refused request is repeated. A queue without a leader refuses, for example. */
  private void ask(Bridge bridge, int number) {
    bridge
        .bus()
        .request("out", number, PATIENT)
        .onSuccess(reply -> confirmed.add(number))
        .onFailure(
            e -> {
              refused.add(e.getMessage());
              bridge.vertx().setTimer(PAUSE_MILLIS, timer -> ask(bridge, number));
            });
  }

  @Test
  void routeContinuesOnAnotherNodeWhenItsOwnIsKilled() {
    String uris =
        nodes.stream()
            .map(node -> "'" + node.uri() + "'")
            .collect(Collectors.joining(", ", "[", "]"));
    String route =
        "[{address: out, routing-key: work, arguments: {x-queue-type: quorum},"
            + " confirm-timeout: 1m}]";
    try (Bridge bridge = Bridge.start(uris, route).awaitOpen()) {
      for (int i = 0; i < MESSAGES; i++) {
        ask(bridge, i);
      }
      await().atMost(Bridge.PATIENCE).until(() -> confirmed.size() > 100);
      nodes.get(0).kill();
      await("confirms")
          .atMost(AN_ELECTION)
          .untilAsserted(
              () ->
                  assertThat(confirmed)
                      .as("%s, refused: %s", bridge.route(0), refused)
                      .hasSize(MESSAGES));
      assertThat(bridge.route(0).getInteger("reconnects")).isPositive();
    }
    List<Integer> there = new ArrayList<>();
    nodes
        .get(1)
        .on(
            channel -> {
              for (GetResponse got = channel.basicGet("work", true);
                  got != null;
                  got = channel.basicGet("work", true)) {
                there.add(Integer.parseInt(new String(got.getBody(), UTF_8)));
              }
              return null;
            });
    assertThat(there).containsAll(IntStream.range(0, MESSAGES).boxed().toList());
  }
}
