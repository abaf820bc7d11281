package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A webhook gets the number of subscribers of a channel from exactly one node. */
final class CountReportsTest {
  private final TestCluster cluster = new TestCluster();
  private WebhookBackend backend;

  @BeforeEach
  void start() throws Exception {
    backend = new WebhookBackend();
  }

  @AfterEach
  void stop() {
    cluster.close();
    backend.close();
  }

  private TestGateway node() {
    String app = backend.app("subscription_count");
    return cluster.startHere(
        "pusher.apps=[" + app + "]", "permissions=[{address: '#', allow: [subscribe]}]");
  }

  private void awaitCount(String channel, int count) {
    backend.awaitTold(
        "{'name':'subscription_count','channel':'%s','subscription_count':%d}"
            .formatted(channel, count));
  }

  private List<Integer> counts(String channel) {
    return backend.receivedEvents().stream()
        .filter(each -> each.getString("channel").equals(channel))
        .map(each -> each.getInteger("subscription_count"))
        .toList();
  }

  @Test
  void eachChangeOfTheCountIsSentOnce() {
    List<TestGateway> nodes = List.of(node(), node(), node());
    for (String channel : List.of("private-a", "b", "private-c", "d", "private-e")) {
      PusherClient one = PusherClient.connect(nodes.get(0).httpPort());
      one.subscribe(channel);
      awaitCount(channel, 1);
      PusherClient two = PusherClient.connect(nodes.get(1).httpPort());
      two.subscribe(channel);
      awaitCount(channel, 2);
      // Clients get no count, because their app does not ask for it.
      two.say("pusher:ping", new JsonObject());
      two.next("pusher:pong");
      one.close();
      two.subscribe("presence-" + channel, "ann");
      two.close();
      awaitCount(channel, 0);
    }
    for (String channel : List.of("private-a", "b", "private-c", "d", "private-e")) {
      // Two departures within a short time may be one change.
      assertThat(counts(channel)).isIn(List.of(1, 2, 0), List.of(1, 2, 1, 0));
    }
    assertThat(backend.receivedEvents())
        .noneMatch(each -> each.getString("channel").startsWith("presence-"));
  }

  @Test
  void channelsOfADeadNodeAreCountedAgain() {
    node();
    node();
    TestGateway third = node();
    PusherClient client = PusherClient.connect(third.httpPort());
    List<String> channels = List.of("private-a", "private-b", "private-c", "private-d");
    for (String channel : channels) {
      client.subscribe(channel);
      awaitCount(channel, 1);
    }
    third.die();
    client.close();
    for (String channel : channels) {
      awaitCount(channel, 0);
      assertThat(counts(channel)).containsExactly(1, 0);
    }
  }
}
