package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.busbar.config.PusherConfig;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The clients of an app on several nodes; each is told about events on all nodes. */
final class PusherClusterTest {
  private static final PusherApp APP =
      new PusherApp(PusherConfig.App.of("3", "demo-key", "demo-secret"));

  private final TestCluster cluster = new TestCluster();
  private final List<TestGateway> nodes = new ArrayList<>();
  private final List<PusherClient> clients = new ArrayList<>();

  private void start(int count) {
    for (int i = 0; i < count; i++) {
      nodes.add(
          cluster.startHere(
              "permissions=[{address: 'public.#', allow: [subscribe]}]", PusherClient.APPS));
    }
  }

  @AfterEach
  void stop() {
    clients.forEach(PusherClient::close);
    cluster.close();
  }

  private PusherClient at(int node) {
    PusherClient client = PusherClient.connect(nodes.get(node).httpPort());
    clients.add(client);
    return client;
  }

  private void trigger(int node, String channel, String event, String except) {
    TestGateway gateway = nodes.get(node);
    new Trigger(gateway.vertx(), gateway.hub().history())
        .publish(APP, channel, PusherEvent.of(event, "{ }", except, null));
  }

  @Test
  void eventsReachAllNodesExceptTheExcludedConnection() {
    start(2);
    PusherClient one = at(0);
    PusherClient two = at(1);
    one.subscribe("public.a");
    two.subscribe("public.a");
    trigger(0, "public.a", "first", two.socketId());
    trigger(0, "public.a", "second", null);
    assertThat(one.next("first").getString("data")).isEqualTo("{ }");
    one.next("second");
    assertThat(two.next("second").getString("data")).isEqualTo("{ }");
  }

  @Test
  void cachedEventIsKnownOnAllNodes() {
    start(2);
    PusherClient one = at(0);
    one.subscribe("private-cache-a");
    one.next("pusher:cache_miss");
    trigger(0, "private-cache-a", "cached", null);
    one.next("cached");
    PusherClient two = at(1);
    two.subscribe("private-cache-a");
    assertThat(two.next("cached").getString("data")).isEqualTo("{ }");
  }

  @Test
  void userLeavesWithItsLastConnectionEvenIfANodeDies() {
    start(3);
    PusherClient ann = at(0);
    ann.subscribe("presence-a", "ann");
    PusherClient bob = at(1);
    assertThat(bob.subscribe("presence-a", "bob").getJsonObject("presence").getJsonArray("ids"))
        .isEqualTo(new JsonArray().add("ann").add("bob"));
    assertThat(ann.data("pusher_internal:member_added").getString("user_id")).isEqualTo("bob");
    at(2).subscribe("presence-a", "bob");
    bob.say("client-hi", "presence-a", new JsonObject());
    assertThat(ann.next("client-hi").getString("user_id")).isEqualTo("bob");
    bob.close();
    PusherClient eve = at(1);
    assertThat(eve.subscribe("presence-a", "eve").getJsonObject("presence").getInteger("count"))
        .isEqualTo(3);
    assertThat(ann.data("pusher_internal:member_added").getString("user_id")).isEqualTo("eve");
    nodes.get(2).die();
    assertThat(ann.data("pusher_internal:member_removed").getString("user_id")).isEqualTo("bob");
    assertThat(eve.data("pusher_internal:member_removed").getString("user_id")).isEqualTo("bob");
    assertThat(at(0).subscribe("presence-a", "eve").getJsonObject("presence").getInteger("count"))
        .isEqualTo(2);
    assertThat(ann.waiting()).isZero();
  }
}
