package io.busbar.protocol.tcpbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.busbar.hub.WorkerFailure;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Workers of one address on two nodes. */
final class WorkersClusterTest {
  private static final DeliveryOptions NEVER = new DeliveryOptions().setSendTimeout(600_000);

  private final TestCluster cluster = new TestCluster();
  private final List<TcpBridgePeer> peers = new ArrayList<>();

  @AfterEach
  void end() {
    peers.forEach(TcpBridgePeer::close);
    cluster.close();
  }

  private TestGateway node() {
    return cluster.startHere(
        "tcp-bridge.enabled=true",
        "event-loops=1",
        "permissions=[{address: '#', allow: [subscribe, publish, send]}]",
        "workers=[{address: jobs, concurrency: 1}]");
  }

  private TcpBridgePeer worker(TestGateway node) {
    TcpBridgePeer worker = TcpBridgePeer.connect(node.tcpBridgePort());
    peers.add(worker);
    return worker.register("jobs");
  }

  private static void answer(TcpBridgePeer worker, JsonObject request) {
    worker.say(
        new JsonObject()
            .put("type", "send")
            .put("address", request.getString("replyAddress"))
            .put("body", request.getValue("body")));
  }

  @Test
  void waitingRequestMovesWhenTheLastWorkerOfANodeLeaves() {
    TestGateway first = node();
    TestGateway second = node();
    TcpBridgePeer leaving = worker(first);
    Future<Message<Object>> begun = second.bus().request("jobs", "begun", NEVER);
    JsonObject request = leaving.next();
    Future<Message<Object>> waits = second.bus().request("jobs", "waits", NEVER);
    TcpBridgePeer staying = worker(second);
    leaving.say("{\"type\":\"unregister\",\"address\":\"jobs\"}");
    answer(staying, staying.next());
    assertThat(TestGateway.await(waits).body()).isEqualTo("waits");
    answer(leaving, request);
    assertThat(TestGateway.await(begun).body()).isEqualTo("begun");
  }

  @Test
  void stoppingNodeMovesRetryableRequestsAndFailsOthers() throws Exception {
    TestGateway ending = node();
    TestGateway staying = node();
    TcpBridgePeer one = worker(ending);
    TcpBridgePeer two = worker(ending);
    DeliveryOptions retry = new DeliveryOptions(NEVER).addHeader("busbar-retry", "true");
    Future<Message<Object>> marked = staying.bus().request("jobs", "marked", retry);
    assertThat(one.next().getValue("body")).isEqualTo("marked");
    Future<Message<Object>> plain = staying.bus().request("jobs", "plain", NEVER);
    assertThat(two.next().getValue("body")).isEqualTo("plain");
    TcpBridgePeer other = worker(staying);
    CompletableFuture<Void> ended = CompletableFuture.runAsync(ending::close);
    assertThatThrownBy(() -> TestGateway.await(plain)).hasMessage(WorkerFailure.DIED.words());
    JsonObject moved = other.next();
    assertThat(moved.getJsonObject("headers")).isEmpty();
    // The node must not end before the last answer, however long that takes.
    assertThatThrownBy(() -> ended.get(3, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
    answer(other, moved);
    assertThat(TestGateway.await(marked).body()).isEqualTo("marked");
    ended.get(60, TimeUnit.SECONDS);
  }
}
