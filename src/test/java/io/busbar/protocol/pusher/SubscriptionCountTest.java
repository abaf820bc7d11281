package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Clients get the number of subscribers of a channel when the app wants that. */
final class SubscriptionCountTest {
  private static final String APPS =
      "pusher.apps=[{id: '3', key: demo-key, secret: demo-secret, subscription-count: true}]";

  @Test
  void subscribersOnAllNodesReceiveTheSubscriptionCount() {
    try (TestCluster cluster = new TestCluster()) {
      TestGateway one = cluster.startHere(APPS);
      TestGateway two = cluster.startHere(APPS);
      try (PusherClient here = PusherClient.connect(one.httpPort());
          PusherClient there = PusherClient.connect(two.httpPort())) {
        here.subscribe("private-a");
        assertThat(counted(here)).isEqualTo(1);
        there.subscribe("private-a");
        assertThat(counted(here)).isEqualTo(2);
        assertThat(counted(there)).isEqualTo(2);
        there.say("pusher:unsubscribe", new JsonObject().put("channel", "private-a"));
        assertThat(counted(here)).isEqualTo(1);
        there.subscribe("presence-a", "ann");
        there.say("pusher:ping", new JsonObject());
        there.next("pusher:pong");
      }
    }
  }

  private static int counted(PusherClient client) {
    return client.data("pusher_internal:subscription_count").getInteger("subscription_count");
  }
}
