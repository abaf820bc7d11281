package io.busbar.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that lost events of an owner reach all nodes later. */
final class PresenceViewTest {
  private static final String CHANNEL = "public.a";

  @TempDir private Path folder;
  private final Set<String> lost = ConcurrentHashMap.newKeySet();
  private final List<TestGateway> nodes = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    List<String> settings = new ArrayList<>(new TestCluster().settings());
    settings.add("auth.users=" + Users.in(folder, "ann", "bob"));
    settings.add("presence.grace=0s");
    settings.add("permissions=[{address: 'public.*', allow: [subscribe]}]");
    settings.add("channels=[{address: 'public.*', presence: true}]");
    for (int i = 0; i < 2; i++) {
      TestGateway node = TestGateway.start(settings.toArray(String[]::new));
      node.bus().addOutboundInterceptor(this::lose);
      nodes.add(node);
    }
  }

  @AfterEach
  void stop() {
    nodes.forEach(TestGateway::close);
  }

  /** Loses the first event of each kind, as when a connection between nodes ends. */
  private void lose(DeliveryContext<Object> delivery) {
    boolean loses =
        delivery.message().address().equals("presence." + CHANNEL)
            && delivery.body() instanceof JsonObject event
            && lost.remove(event.getString("event") + " " + event.getString("user"));
    if (!loses) {
      delivery.next();
    }
  }

  private PresenceClient named(String user) {
    URI node = URI.create("http://127.0.0.1:" + nodes.get(0).httpPort());
    return PresenceClient.named(user, nodes.get(0).vertx(), node);
  }

  @Test
  void lostEventIsDeliveredLater() {
    List<PresenceClient> watchers =
        nodes.stream().map(node -> PresenceClient.at(node).watch(CHANNEL)).toList();
    lost.add("join ann");
    PresenceClient ann = named("ann").enter(CHANNEL, new JsonObject().put("colour", "red"));
    watchers.forEach(each -> assertThat(each.awaitChanges(CHANNEL, 1)).containsExactly("join ann"));
    assertThat(lost).isEmpty();

    lost.add("leave ann");
    ann.close();
    watchers.forEach(
        each -> assertThat(each.awaitChanges(CHANNEL, 2)).containsExactly("join ann", "leave ann"));
    assertThat(lost).isEmpty();
  }

  /** An event is not repeated, and no event is made up if none was lost. */
  @Test
  void noEventIsDeliveredTwice() {
    List<PresenceClient> watchers =
        nodes.stream().map(node -> PresenceClient.at(node).watch(CHANNEL)).toList();
    named("bob").enter(CHANNEL, null);
    watchers.forEach(each -> each.awaitChanges(CHANNEL, 1));
    lost.add("join ann");
    named("ann").enter(CHANNEL, null);
    watchers.forEach(
        each -> assertThat(each.awaitChanges(CHANNEL, 2)).containsExactly("join bob", "join ann"));
    await()
        .atMost(PresenceClient.PATIENCE)
        .untilAsserted(
            () -> watchers.forEach(each -> assertThat(each.whoIsIn(CHANNEL)).hasSize(2)));
    watchers.forEach(
        each -> assertThat(each.awaitChanges(CHANNEL, 2)).containsExactly("join bob", "join ann"));
  }
}
