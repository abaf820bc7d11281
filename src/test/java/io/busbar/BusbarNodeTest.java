package io.busbar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.config.ConfigException;
import io.busbar.test.BusClient;
import io.busbar.test.BusbarExtension;
import io.busbar.test.BusbarNode;
import io.busbar.test.NodeConfig;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests busbar-test as the tests of a feature use it. */
final class BusbarNodeTest {
  private static final String MAY_ALL = "[{address: poll.*, allow: [subscribe, send, publish]}]";

  /** Publishes the requests that it gets, and answers with a word from its configuration. */
  public static final class Poll extends VerticleBase {
    @Override
    public Future<?> start() {
      return vertx.eventBus().consumer("poll.vote", this::vote).completion();
    }

    private void vote(Message<Object> vote) {
      if (vote.body() == null) {
        vote.fail(400, "for what?");
      } else {
        vertx.eventBus().publish("poll.results", vote.body());
        vote.reply(config().getString("word", "thanks"));
      }
    }
  }

  @Test
  void clientSendsRequestsAndReceivesMessages() {
    try (BusbarNode node = BusbarNode.start("permissions: " + MAY_ALL)) {
      node.deploy(new Poll());
      BusClient client = node.client();
      client.subscribe("poll.results");
      assertThat(client.request("poll.vote", "pizza")).isEqualTo("thanks");
      assertThat(client.next("poll.results")).isEqualTo("pizza");
      assertThatThrownBy(() -> client.request("poll.vote", null))
          .isInstanceOfSatisfying(
              ReplyException.class, e -> assertThat(e.failureCode()).isEqualTo(400))
          .hasMessageContaining("for what?");
    }
  }

  @Test
  void configurationMayBeAMapAndAFeatureAClass() {
    Map<String, ?> config =
        Map.of("permissions", List.of(Map.of("address", "poll.vote", "allow", List.of("send"))));
    try (BusbarNode node = BusbarNode.start(config)) {
      JsonObject word = new JsonObject().put("word", "noted");
      node.deploy(Poll.class, new DeploymentOptions().setConfig(word));
      BusClient client = node.client();
      assertThat(client.request("poll.vote", 1)).isEqualTo("noted");
      client.subscribe("poll.results");
      assertThatThrownBy(() -> client.next("poll.results")).hasMessageContaining("access denied");
      assertThatThrownBy(() -> client.request("poll.results", 1))
          .hasMessageContaining("access denied");
    }
  }

  @Test
  void configurationMayBeAFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("node.yaml"), "permissions: " + MAY_ALL);
    try (BusbarNode node = BusbarNode.start(file, "tcp-bridge.enabled=true")) {
      node.deploy(Poll.class);
      assertThat(node.client().request("poll.vote", 1)).isEqualTo("thanks");
      assertThat(node.tcpBridgePort()).isPositive();
    }
  }

  @Test
  void invalidConfigurationIsAClearError() {
    assertThatThrownBy(() -> BusbarNode.start("permission: []"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("did you mean permissions?");
  }

  @Test
  void closedNodeRefusesConnections() throws Exception {
    BusbarNode node = BusbarNode.start();
    HttpRequest page = HttpRequest.newBuilder(URI.create(node.url("/echo.html"))).build();
    HttpClient http = HttpClient.newHttpClient();
    assertThat(http.send(page, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    node.close();
    node.close();
    assertThatThrownBy(() -> HttpClient.newHttpClient().send(page, BodyHandlers.ofString()))
        .isInstanceOf(ConnectException.class);
  }

  /** One node for a class. */
  @Nested
  @ExtendWith({VertxExtension.class, BusbarExtension.class})
  @NodeConfig("permissions: " + MAY_ALL)
  final class Extended {
    private static BusbarNode shared;

    @BeforeAll
    static void deploy(BusbarNode node) {
      shared = node;
      node.deploy(Poll.class);
    }

    @Test
    void testsOfAClassShareItsNode(BusbarNode node) {
      assertThat(node).isSameAs(shared);
      assertThat(node.client().request("poll.vote", 1)).isEqualTo("thanks");
    }

    @Test
    void futuresWorkBesideVertxExtension(BusbarNode node, VertxTestContext context) {
      node.vertx()
          .eventBus()
          .request("poll.vote", 1)
          .onComplete(context.succeeding(answer -> context.completeNow()));
    }

    @Test
    @NodeConfig("permissions: []")
    void testWithItsOwnConfigurationHasItsOwnNode(BusbarNode node) {
      assertThat(node).isNotSameAs(shared);
      assertThatThrownBy(() -> node.client().request("poll.vote", 1))
          .hasMessageContaining("access denied");
    }
  }

  /** A node for each test. */
  @Nested
  @ExtendWith(BusbarExtension.class)
  final class EachHasItsOwn {
    private static BusbarNode before;

    @Test
    void firstTestHasItsOwnNode(BusbarNode node) {
      assertNewNode(node);
    }

    @Test
    void secondTestHasItsOwnNode(BusbarNode node) {
      assertNewNode(node);
    }

    private static void assertNewNode(BusbarNode node) {
      assertThat(node).isNotSameAs(before);
      if (before != null) {
        assertThatThrownBy(() -> before.deploy(new Poll())).isInstanceOf(RuntimeException.class);
      }
      before = node;
    }
  }
}
