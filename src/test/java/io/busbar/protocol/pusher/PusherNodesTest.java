package io.busbar.protocol.pusher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.TestGateway;
import io.busbar.config.PusherConfig;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Queries to another node, which the test simulates with answers or without. */
final class PusherNodesTest {
  private static final PusherApp APP = new PusherApp(PusherConfig.App.of("3", "key", "secret"));

  private static TestGateway gateway;

  private volatile Set<String> there = Set.of("here", "other");
  private MessageConsumer<JsonObject> other;

  @BeforeAll
  static void start() {
    gateway = TestGateway.start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @AfterEach
  void forget() {
    if (other != null) {
      TestGateway.await(other.unregister());
    }
  }

  private PusherNodes nodes(long patienceMillis) {
    NodeClients own = new NodeClients(gateway.hub(), new PusherUsers());
    return new PusherNodes(
        gateway.vertx(), own, "here", () -> there, name -> true, patienceMillis, 200);
  }

  private void other(Consumer<Message<JsonObject>> answers) {
    other = gateway.bus().consumer("busbar.pusher.other", answers::accept);
    TestGateway.await(other.completion());
  }

  private static JsonObject count(int count) {
    return new JsonObject().put("count", count);
  }

  private static int ask(PusherNodes nodes) {
    return TestGateway.await(nodes.subscribers(APP, "chat"));
  }

  @Test
  void countsOfAllNodesAreAdded() {
    other(message -> message.reply(count(5)));
    assertThat(ask(nodes(1_000))).isEqualTo(5);
  }

  @Test
  void nodeThatDoesNotAnswerIsAskedAgain() {
    AtomicInteger asked = new AtomicInteger();
    other(
        message -> {
          if (asked.incrementAndGet() > 1) {
            message.reply(count(5));
          }
        });
    assertThat(ask(nodes(20_000))).isEqualTo(5);
  }

  @Test
  void missingAnswerOfALivingNodeIsAFailure() {
    other(message -> {});
    assertThatThrownBy(() -> ask(nodes(300))).hasMessageContaining("Timed out");
  }

  @Test
  void nodeThatLeavesMeanwhileHasNoClients() {
    other(message -> there = Set.of("here"));
    assertThat(ask(nodes(20_000))).isZero();
  }

  @Test
  void nodeWithoutAGatewayHasNoClients() {
    assertThat(ask(nodes(20_000))).isZero();
  }

  @Test
  void missingGatewayOfAKnownNodeIsAFailure() {
    other(message -> message.reply(count(5)));
    PusherNodes nodes = nodes(500);
    assertThat(ask(nodes)).isEqualTo(5);
    TestGateway.await(other.unregister());
    other = null;
    assertThatThrownBy(() -> ask(nodes)).hasMessageContaining("No handlers");
  }

  @Test
  void channelListsOfAllNodesAreMerged() {
    JsonObject channels = new JsonObject().put("a", 1).put("b", 2);
    other(message -> message.reply(new JsonObject().put("channels", channels)));
    assertThat(TestGateway.await(nodes(1_000).channels(APP, ""))).isEqualTo(Map.of("a", 1, "b", 2));
  }

  @Test
  void tooLongListIsAFailure() {
    other(message -> message.fail(NodeClients.TOO_MANY, "too many"));
    assertThatThrownBy(() -> TestGateway.await(nodes(1_000).channels(APP, "")))
        .hasMessage("too many");
  }

  @Test
  void unknownQueryOfANodeIsAFailure() {
    PusherNodes nodes = nodes(1_000);
    TestGateway.await(nodes.start());
    assertThatThrownBy(
            () ->
                TestGateway.await(
                    gateway.bus().request("busbar.pusher.here", new JsonObject().put("what", 7))))
        .hasMessage("a node does not understand what another one says");
    assertThat(
            TestGateway.await(
                    gateway
                        .bus()
                        .<JsonObject>request("busbar.pusher.here", NodeClients.list(APP, "")))
                .body())
        .isEqualTo(new JsonObject("{\"channels\":{}}"));
  }
}
