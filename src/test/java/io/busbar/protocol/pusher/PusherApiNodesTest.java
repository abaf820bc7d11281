package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.admin.BridgeListener;
import io.busbar.cluster.TestCluster;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests of backends at one node about the clients of two nodes. */
final class PusherApiNodesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static TestCluster cluster;
  private static TestGateway here;
  private static TestGateway there;

  private ApiBackend backend;

  @BeforeAll
  static void start() {
    cluster = new TestCluster();
    here = cluster.startHere(settings("pusher.apps=[" + ApiBackend.APP + "]"));
    there = cluster.startHere(settings("pusher.apps=[" + ApiBackend.APP + "]"));
  }

  private static String[] settings(String apps) {
    return new String[] {
      "shutdown.spread=0s",
      "permissions=[{address: '#', allow: [subscribe, publish, send]}]",
      "channels=[{address: 'presence-*', presence: true}]",
      apps
    };
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void connect() throws IOException {
    backend = new ApiBackend(here.httpPort());
  }

  @AfterEach
  void disconnect() throws IOException {
    backend.close();
  }

  private static BridgeListener listener(TestGateway gateway, String address) {
    BridgeListener listener = new BridgeListener(gateway).say("register", address);
    await().atMost(PATIENCE).until(() -> gateway.hub().isListenedTo(address));
    return listener;
  }

  private void awaitAnswer(String wanted, String what, String... parameters) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(backend.get(what, parameters)).isEqualTo(wanted));
  }

  @Test
  void eventReachesSubscribersOnOtherNodes() throws Exception {
    BridgeListener listener = listener(there, "news");
    String event = "{\"name\":\"n\",\"channel\":\"news\",\"data\":\"[1]\"}";
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(backend.post("/events", event)).isEqualTo("200 {}");
              return !listener.received().isEmpty();
            });
    listener.close();
  }

  @Test
  void subscribersOfAllNodesAreCounted() throws Exception {
    BridgeListener one = listener(here, "count-a");
    BridgeListener two = listener(there, "count-a");
    BridgeListener three = listener(there, "count-b");
    awaitAnswer(
        "200 {\"occupied\":true,\"subscription_count\":2}",
        "/channels/count-a",
        "info",
        "subscription_count");
    awaitAnswer("200 {\"occupied\":true}", "/channels/count-b");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        new JsonObject(
                            backend
                                .get(
                                    "/channels",
                                    "filter_by_prefix",
                                    "count-",
                                    "info",
                                    "subscription_count")
                                .substring(4)))
                    .isEqualTo(
                        new JsonObject(
                            "{\"channels\":{\"count-a\":{\"subscription_count\":2},"
                                + "\"count-b\":{\"subscription_count\":1}}}")));
    one.close();
    two.close();
    three.close();
    awaitAnswer("200 {\"channels\":{}}", "/channels", "filter_by_prefix", "count-");
  }

  @Test
  void excludedConnectionOnAnotherNodeDoesNotGetTheEvent() throws Exception {
    try (PusherClient one = PusherClient.connect(there.httpPort());
        PusherClient two = PusherClient.connect(there.httpPort());
        PusherClient three = PusherClient.connect(here.httpPort())) {
      for (PusherClient each : List.of(one, two, three)) {
        each.subscribe("exclude");
      }
      String event =
          "{\"name\":\"%s\",\"channel\":\"exclude\",\"data\":\"1\",\"socket_id\":\"%s\"}";
      backend.post("/events", event.formatted("first", one.socketId()));
      backend.post("/events", event.formatted("second", three.socketId()));
      two.next("first");
      two.next("second");
      one.next("second");
      three.next("first");
    }
  }

  @Test
  void terminatingAUserEndsItsConnectionsOnAllNodes() throws Exception {
    try (PusherClient one = PusherClient.connect(here.httpPort());
        PusherClient two = PusherClient.connect(there.httpPort());
        PusherClient bob = PusherClient.connect(there.httpPort())) {
      one.signIn("ann");
      two.signIn("ann");
      bob.signIn("bob");
      assertThat(backend.post("/users/ann/terminate_connections", "{}")).isEqualTo("200 {}");
      assertThat(one.pipe().closeCode()).isEqualTo(4009);
      assertThat(two.pipe().closeCode()).isEqualTo(4009);
      bob.subscribe("after");
    }
  }

  @Test
  void membersOfAllNodesAreListedByUser() throws Exception {
    try (PusherClient one = PusherClient.connect(here.httpPort());
        PusherClient two = PusherClient.connect(there.httpPort());
        PusherClient bob = PusherClient.connect(there.httpPort())) {
      one.subscribe("presence-club", "ann");
      two.subscribe("presence-club", "ann");
      bob.subscribe("presence-club", "bob");
      awaitAnswer(
          "200 {\"occupied\":true,\"user_count\":2,\"subscription_count\":3}",
          "/channels/presence-club",
          "info",
          "user_count,subscription_count");
      assertThat(backend.get("/channels/presence-club/users"))
          .isEqualTo("200 {\"users\":[{\"id\":\"ann\"},{\"id\":\"bob\"}]}");
    }
  }

  @Test
  void anonymousUsersOfAllNodesAreListed() throws Exception {
    BridgeListener one = listener(here, "presence-a");
    BridgeListener two = listener(there, "presence-a");
    awaitAnswer(
        "200 {\"occupied\":true,\"user_count\":2}", "/channels/presence-a", "info", "user_count");
    JsonObject users = new JsonObject(backend.get("/channels/presence-a/users").substring(4));
    Set<String> ids = new HashSet<>();
    users.getJsonArray("users").forEach(each -> ids.add(((JsonObject) each).getString("id")));
    assertThat(ids).hasSize(2);
    one.close();
    two.close();
  }

  @Test
  void deadNodeIsNoLongerCounted() throws Exception {
    // The app need not be in the config of each node, because its channels exist on all.
    TestGateway third = cluster.startHere(settings("pusher.apps=[]"));
    BridgeListener one = listener(here, "dying");
    listener(third, "dying");
    awaitAnswer(
        "200 {\"occupied\":true,\"subscription_count\":2}",
        "/channels/dying",
        "info",
        "subscription_count");
    third.die();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              String answer = backend.get("/channels/dying", "info", "subscription_count");
              // Until then the response is an error, and not a lower number.
              assertThat(answer).isEqualTo("200 {\"occupied\":true,\"subscription_count\":1}");
            });
    one.close();
  }
}
