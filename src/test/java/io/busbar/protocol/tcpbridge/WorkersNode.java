package io.busbar.protocol.tcpbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.auth.TestTokens;
import io.busbar.hub.WorkerCounters;
import io.busbar.hub.WorkerFailure;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A node with the address {@code jobs}, which clients answer, and these clients. */
final class WorkersNode implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  /** A time-out in milliseconds that no test reaches. */
  static final long NEVER = 600_000;

  private final List<TcpBridgePeer> peers = new ArrayList<>();
  private final TestGateway gateway;

  private WorkersNode(TestGateway gateway) {
    this.gateway = gateway;
  }

  /** Starts a node with these members in the rule for the address {@code jobs}. */
  static WorkersNode start(String rule, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "tcp-bridge.enabled=true",
                "event-loops=2",
                "auth.jwt.secret=" + SECRET,
                "permissions=[{address: '#', allow: [subscribe, publish, send]}]",
                "workers=[{address: jobs" + rule + "}, {address: more, concurrency: 800}]"));
    settings.addAll(List.of(more));
    return new WorkersNode(TestGateway.start(settings.toArray(String[]::new)));
  }

  TestGateway gateway() {
    return gateway;
  }

  TcpBridgePeer client() {
    TcpBridgePeer peer = TcpBridgePeer.connect(gateway.tcpBridgePort());
    peers.add(peer);
    return peer;
  }

  TcpBridgePeer worker() {
    long before = counters().workerCount();
    TcpBridgePeer worker = client().say("{\"type\":\"register\",\"address\":\"jobs\"}");
    await().atMost(PATIENCE).until(() -> counters().workerCount() == before + 1);
    return worker;
  }

  WorkerCounters counters() {
    return gateway.hub().workers().counters("jobs");
  }

  Future<Message<Object>> ask(Object body, String... headers) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(NEVER);
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return gateway.bus().request("jobs", body, options);
  }

  static void answer(TcpBridgePeer worker, JsonObject request) {
    worker.say(
        new JsonObject()
            .put("type", "send")
            .put("address", request.getString("replyAddress"))
            .put("body", request.getValue("body")));
  }

  static Object answered(Future<Message<Object>> request) {
    return TestGateway.await(request).body();
  }

  static ReplyException failed(Future<Message<Object>> request) {
    await().atMost(PATIENCE).until(request::isComplete);
    assertThat(request.failed()).isTrue();
    return (ReplyException) request.cause();
  }

  static void failed(Future<Message<Object>> request, WorkerFailure why) {
    ReplyException failure = failed(request);
    assertThat(failure.failureType()).isEqualTo(ReplyFailure.RECIPIENT_FAILURE);
    assertThat(failure.failureCode()).isEqualTo(why.code());
    assertThat(failure).hasMessage(why.words());
  }

  private static String token(String user, String role) {
    JsonObject claims =
        new JsonObject()
            .put("sub", user)
            .put("roles", new JsonArray().add(role))
            .put("exp", Instant.now().plusSeconds(3600).getEpochSecond());
    return TestTokens.hs256(SECRET, claims);
  }

  static JsonObject login(String user, String role) {
    return new JsonObject().put("type", "login").put("token", token(user, role));
  }

  static void halfASecondLater() {
    Instant half = Instant.now().plusMillis(500);
    await().atMost(PATIENCE).until(() -> Instant.now().isAfter(half));
  }

  @Override
  public void close() {
    peers.forEach(TcpBridgePeer::close);
    gateway.close();
  }
}
