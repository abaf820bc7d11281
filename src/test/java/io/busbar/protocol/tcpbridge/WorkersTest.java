package io.busbar.protocol.tcpbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.auth.TestTokens;
import io.busbar.hub.Refusal;
import io.busbar.hub.WorkerCounters;
import io.busbar.hub.WorkerFailure;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.stomp.StompClient;
import io.vertx.ext.stomp.StompClientConnection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests to an address that clients answer, each over its own connection. */
final class WorkersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  /** A time-out in milliseconds that no test reaches. */
  private static final long NEVER = 600_000;

  private final List<TcpBridgePeer> peers = new ArrayList<>();
  private TestGateway gateway;

  @AfterEach
  void end() {
    peers.forEach(TcpBridgePeer::close);
    gateway.close();
  }

  /** Starts a gateway with these members in the rule for the address {@code jobs}. */
  private void start(String rule, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "tcp-bridge.enabled=true",
                "event-loops=2",
                "auth.jwt.secret=" + SECRET,
                "permissions=[{address: '#', allow: [subscribe, publish, send]}]",
                "workers=[{address: jobs" + rule + "}, {address: more, concurrency: 800}]"));
    settings.addAll(List.of(more));
    gateway = TestGateway.start(settings.toArray(String[]::new));
  }

  private TcpBridgePeer client() {
    TcpBridgePeer peer = TcpBridgePeer.connect(gateway.tcpBridgePort());
    peers.add(peer);
    return peer;
  }

  private TcpBridgePeer worker() {
    long before = counters().workerCount();
    TcpBridgePeer worker = client().say("{\"type\":\"register\",\"address\":\"jobs\"}");
    await().atMost(PATIENCE).until(() -> counters().workerCount() == before + 1);
    return worker;
  }

  private WorkerCounters counters() {
    return gateway.hub().workers().counters("jobs");
  }

  private Future<Message<Object>> ask(Object body, String... headers) {
    DeliveryOptions options = new DeliveryOptions().setSendTimeout(NEVER);
    for (int i = 0; i < headers.length; i += 2) {
      options.addHeader(headers[i], headers[i + 1]);
    }
    return gateway.bus().request("jobs", body, options);
  }

  private static void answer(TcpBridgePeer worker, JsonObject request) {
    worker.say(
        new JsonObject()
            .put("type", "send")
            .put("address", request.getString("replyAddress"))
            .put("body", request.getValue("body")));
  }

  private static Object answered(Future<Message<Object>> request) {
    return TestGateway.await(request).body();
  }

  private static ReplyException failed(Future<Message<Object>> request) {
    await().atMost(PATIENCE).until(request::isComplete);
    assertThat(request.failed()).isTrue();
    return (ReplyException) request.cause();
  }

  private static void failed(Future<Message<Object>> request, WorkerFailure why) {
    ReplyException failure = failed(request);
    assertThat(failure.failureType()).isEqualTo(ReplyFailure.RECIPIENT_FAILURE);
    assertThat(failure.failureCode()).isEqualTo(why.code());
    assertThat(failure).hasMessage(why.words());
  }

  @Test
  void aRequestGoesToWhoHasTheFewest() {
    start("");
    TcpBridgePeer busy = worker();
    Future<Message<Object>> first = ask(1);
    Future<Message<Object>> second = ask(2);
    JsonObject one = busy.next();
    JsonObject two = busy.next();
    TcpBridgePeer free = worker();
    ask(3);
    ask(4);
    assertThat(free.next().getValue("body")).isEqualTo(3);
    assertThat(free.next().getValue("body")).isEqualTo(4);
    answer(busy, two);
    assertThat(answered(second)).isEqualTo(2);
    ask(5);
    assertThat(busy.next().getValue("body")).isEqualTo(5);
    answer(busy, one);
    assertThat(answered(first)).isEqualTo(1);
  }

  @Test
  void equalsHaveTheirTurn() {
    start("");
    List<TcpBridgePeer> workers = List.of(worker(), worker(), worker());
    for (int round = 0; round < 3; round++) {
      List<Future<Message<Object>>> requests = List.of(ask(1), ask(1), ask(1));
      workers.forEach(worker -> answer(worker, worker.next()));
      requests.forEach(WorkersTest::answered);
    }
  }

  @Test
  void hundredsShareTheWork() {
    start(", concurrency: 2", "limits.connections-per-address=1000");
    List<TcpBridgePeer> workers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      workers.add(worker());
    }
    List<Future<Message<Object>>> requests = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      requests.add(ask(i));
    }
    for (TcpBridgePeer each : workers) {
      answer(each, each.next());
      answer(each, each.next());
    }
    requests.forEach(WorkersTest::answered);
  }

  @Test
  void whatNoWorkerIsFreeForWaitsInItsOrder() {
    start(", concurrency: 1, waiting: 3");
    TcpBridgePeer worker = worker();
    List<Future<Message<Object>>> requests = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      requests.add(ask(i));
    }
    JsonObject first = worker.next();
    failed(ask("too many"), WorkerFailure.TOO_MANY_WAIT);
    assertThat(counters().waitingCount()).isEqualTo(3);
    assertThat(counters().unansweredCount()).isEqualTo(1);
    answer(worker, first);
    for (int i = 1; i < 4; i++) {
      JsonObject next = worker.next();
      assertThat(next.getValue("body")).isEqualTo(i);
      answer(worker, next);
    }
    for (int i = 0; i < 4; i++) {
      assertThat(answered(requests.get(i))).isEqualTo(i);
    }
    assertThat(counters().waitingCount()).isZero();
    assertThat(counters().failedCount(WorkerFailure.TOO_MANY_WAIT)).isEqualTo(1);
    assertThat(counters().requestCount()).isEqualTo(5);
  }

  @Test
  void whereThereIsNoWorkerNobodyIsAsked() {
    start("");
    assertThat(failed(ask(1)).failureType()).isEqualTo(ReplyFailure.NO_HANDLERS);
  }

  @Test
  void aWorkerIsToldWhoAsks() {
    start("");
    TcpBridgePeer worker = worker();
    JsonObject headers = new JsonObject().put("colour", "green").put("user", "forged");
    client()
        .say(new JsonObject().put("type", "login").put("token", token("ann", "trader")))
        .say(
            new JsonObject()
                .put("type", "send")
                .put("address", "jobs")
                .put("replyAddress", "r")
                .put("headers", headers));
    JsonObject told = worker.next().getJsonObject("headers");
    assertThat(told.getString("session")).hasSize(36);
    assertThat(told)
        .contains(
            java.util.Map.entry("user", "ann"),
            java.util.Map.entry("roles", "trader"),
            java.util.Map.entry("protocol", "tcp-bridge"),
            java.util.Map.entry("colour", "green"));
    gateway.bus().publish("jobs", 1, whoAsks());
    gateway.bus().send("jobs", 2, whoAsks());
    for (int i = 0; i < 2; i++) {
      told = worker.next().getJsonObject("headers");
      assertThat(told).isEqualTo(new JsonObject().put("session", "s").put("event", "open"));
    }
  }

  private static DeliveryOptions whoAsks() {
    return new DeliveryOptions()
        .addHeader("session", "s")
        .addHeader("event", "open")
        .addHeader("busbar-retry", "true");
  }

  @Test
  void aRequestThatWaitsTooLongFails() {
    start(", concurrency: 1, timeout: 1s");
    TcpBridgePeer worker = worker();
    ask("first");
    ask("second");
    Future<Message<Object>> waits = ask("waits");
    JsonObject first = worker.next();
    halfASecondLater();
    answer(worker, first);
    assertThat(worker.next().getValue("body")).isEqualTo("second");
    failed(waits, WorkerFailure.TIMED_OUT);
    assertThat(counters().waitingCount()).isZero();
    assertThat(counters().unansweredCount()).isEqualTo(1);
  }

  @Test
  void anAnswerThatIsLateIsDroppedAndItsWorkerGoesOn() {
    start(", timeout: 500ms");
    TcpBridgePeer worker = worker();
    Future<Message<Object>> late = ask("late");
    JsonObject request = worker.next();
    worker.say("{\"type\":\"ping\"}");
    assertThat(worker.next().getString("type")).isEqualTo("pong");
    failed(late, WorkerFailure.TIMED_OUT);
    answer(worker, request);
    worker.settle();
    Future<Message<Object>> next = ask("next");
    answer(worker, worker.next());
    assertThat(answered(next)).isEqualTo("next");
  }

  @Test
  void aWorkerThatLetsTheTimePassAndSaysNothingIsClosedAndWhatItHasGoesToOthers() {
    start(", timeout: 1s, retry: true");
    TcpBridgePeer hanging = worker();
    Future<Message<Object>> late = ask("late");
    hanging.next();
    Future<Message<Object>> other = askedAtHalfTime(hanging);
    TcpBridgePeer living = worker();
    failed(late, WorkerFailure.TIMED_OUT);
    JsonObject goodbye = hanging.next();
    assertThat(goodbye.getString("message")).isEqualTo("closing");
    assertThat(goodbye.getInteger("code")).isEqualTo(4408);
    JsonObject moved = living.next();
    assertThat(moved.getValue("body")).isEqualTo("other");
    answer(living, moved);
    assertThat(answered(other)).isEqualTo("other");
    assertThat(counters().retriedCount()).isEqualTo(1);
  }

  /** Sends a second request, whose time-out ends later than that of the first one. */
  private Future<Message<Object>> askedAtHalfTime(TcpBridgePeer worker) {
    halfASecondLater();
    Future<Message<Object>> other = ask("other");
    assertThat(worker.next().getValue("body")).isEqualTo("other");
    return other;
  }

  private static void halfASecondLater() {
    Instant half = Instant.now().plusMillis(500);
    await().atMost(PATIENCE).until(() -> Instant.now().isAfter(half));
  }

  @Test
  void whatWaitsIsBoundedByItsBytes() {
    start(", concurrency: 1");
    TcpBridgePeer worker = worker();
    ask("begun");
    worker.next();
    String large = "x".repeat(256 << 10);
    for (int i = 0; i < 63; i++) {
      ask(large);
    }
    Future<Message<Object>> tooLarge = ask(large + large);
    failed(tooLarge, WorkerFailure.TOO_MANY_WAIT);
    assertThat(counters().waitingCount()).isEqualTo(63);
  }

  @Test
  void threeWorkersMayDieWithARequestAndNoMore() {
    start("");
    List<TcpBridgePeer> workers = List.of(worker(), worker(), worker(), worker());
    Future<Message<Object>> request = ask("deadly", "busbar-retry", "true");
    for (TcpBridgePeer worker : workers.subList(0, 3)) {
      assertThat(worker.next().getValue("body")).isEqualTo("deadly");
      assertThat(request.isComplete()).isFalse();
      worker.close();
    }
    failed(request, WorkerFailure.DIED);
    assertThat(counters().failedCount(WorkerFailure.DIED)).isEqualTo(1);
    assertThat(counters().retriedCount()).isEqualTo(2);
    workers.get(3).settle();
  }

  @Test
  void whatComesBackFromADeadWorkerIsBeforeAllThatWait() {
    start(", concurrency: 2, retry: true");
    TcpBridgePeer dying = worker();
    for (int i = 0; i < 5; i++) {
      ask(i);
    }
    dying.next();
    dying.next();
    await().atMost(PATIENCE).until(() -> counters().waitingCount() == 3);
    TcpBridgePeer next = worker();
    assertThat(next.next().getValue("body")).isEqualTo(2);
    JsonObject three = next.next();
    dying.close();
    await().atMost(PATIENCE).until(() -> counters().retriedCount() == 2);
    answer(next, three);
    JsonObject back = next.next();
    assertThat(back.getValue("body")).isEqualTo(0);
    answer(next, back);
    assertThat(next.next().getValue("body")).isEqualTo(1);
  }

  @Test
  void noClientLetsItsOwnRequestGoToAnotherWorker() {
    start("");
    TcpBridgePeer dying = worker();
    JsonObject headers = new JsonObject().put("busbar-retry", "true");
    TcpBridgePeer client = client();
    client.say(
        new JsonObject()
            .put("type", "send")
            .put("address", "jobs")
            .put("replyAddress", "r")
            .put("headers", headers));
    dying.next();
    worker();
    dying.close();
    JsonObject error = client.next();
    assertThat(error.getInteger("failureCode")).isEqualTo(502);
    assertThat(error.getString("message")).isEqualTo(WorkerFailure.DIED.words());
  }

  @Test
  void whatWaitsFailsWhenTheLastWorkerLeaves() {
    start(", concurrency: 1");
    TcpBridgePeer last = worker();
    Future<Message<Object>> begun = ask("begun");
    JsonObject request = last.next();
    Future<Message<Object>> waits = ask("waits");
    last.say("{\"type\":\"unregister\",\"address\":\"jobs\"}");
    assertThat(failed(waits).failureType()).isEqualTo(ReplyFailure.NO_HANDLERS);
    answer(last, request);
    assertThat(answered(begun)).isEqualTo("begun");
  }

  @Test
  void whatIsSentGoesToOneAndWhatIsPublishedToAll() {
    start("");
    TcpBridgePeer one = worker();
    TcpBridgePeer two = worker();
    gateway.bus().publish("jobs", "all");
    assertThat(one.next().getValue("body")).isEqualTo("all");
    assertThat(two.next().getValue("body")).isEqualTo("all");
    gateway.bus().send("jobs", "one");
    gateway.bus().send("jobs", "one");
    assertThat(one.next(1).get(0).getValue("body")).isEqualTo("one");
    assertThat(two.next(1).get(0).getValue("body")).isEqualTo("one");
  }

  @Test
  void aWorkerMayFailWithWordsOfItsOwn() {
    start("");
    TcpBridgePeer worker = worker();
    Future<Message<Object>> request = ask(1);
    worker.say(
        new JsonObject()
            .put("type", "send")
            .put("address", worker.next().getString("replyAddress"))
            .put("failureCode", 409)
            .put("message", "taken"));
    assertThat(failed(request)).hasMessage("taken");
    assertThat(failed(request).failureCode()).isEqualTo(409);
    assertThat(counters().unansweredCount()).isZero();
  }

  @Test
  void aWorkerMayAskBack() {
    start("");
    TcpBridgePeer worker = worker();
    Future<Message<Object>> request = ask("buy");
    worker.ask(worker.next().getString("replyAddress"), "how many?", "r");
    Message<Object> question = TestGateway.await(request);
    assertThat(question.body()).isEqualTo("how many?");
    question.reply(7);
    assertThat(worker.next().getValue("body")).isEqualTo(7);
  }

  /** Other sessions may owe at most 1,000 answers, and the oldest one is dropped. */
  @Test
  void noRequestIsForgottenOfOneWhoWorksAtManyAddresses() {
    start(", concurrency: 800");
    TcpBridgePeer worker = worker().register("more");
    List<Future<Message<Object>>> requests = new ArrayList<>();
    for (int i = 0; i < 800; i++) {
      requests.add(ask(i));
      DeliveryOptions never = new DeliveryOptions().setSendTimeout(NEVER);
      requests.add(gateway.bus().request("more", i, never));
    }
    List<JsonObject> asked = new ArrayList<>();
    for (int i = 0; i < 1600; i++) {
      asked.add(worker.next());
    }
    asked.forEach(request -> answer(worker, request));
    requests.forEach(WorkersTest::answered);
  }

  private static String token(String user, String role) {
    JsonObject claims =
        new JsonObject()
            .put("sub", user)
            .put("roles", new JsonArray().add(role))
            .put("exp", Instant.now().plusSeconds(3600).getEpochSecond());
    return TestTokens.hs256(SECRET, claims);
  }

  @Test
  void onlyWhoHasTheRoleIsAWorkerWhateverTheRulesSay() {
    start(", role: worker");
    TcpBridgePeer nobody = client().say("{\"type\":\"register\",\"address\":\"jobs\"}");
    assertThat(nobody.next().getString("message")).isEqualTo("not_logged_in");
    TcpBridgePeer trader = client().say(login("ann", "trader"));
    assertThat(trader.next().getString("type")).isEqualTo("login");
    trader.say("{\"type\":\"register\",\"address\":\"jobs\"}");
    assertThat(trader.next().getString("message")).isEqualTo("rejected");
    assertThat(gateway.counters().refusedCount(Refusal.REJECTED)).isEqualTo(1);
    TcpBridgePeer worker = client().say(login("bob", "worker"));
    assertThat(worker.next().getString("type")).isEqualTo("login");
    worker.register("jobs");
    trader.ask("jobs", "for the worker", "r");
    JsonObject request = worker.next();
    assertThat(request.getJsonObject("headers").getString("user")).isEqualTo("ann");
    answer(worker, request);
    assertThat(trader.next().getValue("body")).isEqualTo("for the worker");
  }

  @Test
  void whoHasTheRoleNeedsNoOtherRule() {
    start(", role: worker", "permissions=[{address: echo, allow: [send]}]");
    TcpBridgePeer worker = client().say(login("bob", "worker"));
    assertThat(worker.next().getString("type")).isEqualTo("login");
    worker.register("jobs");
    Future<Message<Object>> request = ask(1);
    answer(worker, worker.next());
    assertThat(answered(request)).isEqualTo(1);
  }

  @Test
  void noPatternHearsWhatIsForWorkersOfARole() throws Exception {
    start(", role: worker");
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    StompClient client = StompClient.create(gateway.vertx());
    StompClientConnection all = TestGateway.await(client.connect(gateway.stompPort(), "127.0.0.1"));
    TestGateway.await(all.subscribe("/topic/#", frame -> heard.add(frame.getBodyAsString())));
    gateway.bus().publish("jobs", "secret");
    gateway.bus().publish("public", "for all");
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("for all");
  }

  private static JsonObject login(String user, String role) {
    return new JsonObject().put("type", "login").put("token", token(user, role));
  }

  @Test
  void aNodeThatEndsLeavesNoRequestWithoutAWord() {
    start("");
    TcpBridgePeer worker = worker();
    List<Future<Message<Object>>> requests = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      requests.add(ask(i));
      worker.next();
    }
    gateway.close();
    requests.forEach(request -> failed(request, WorkerFailure.DIED));
  }

  @Test
  void aServiceThatWouldHearWhatIsForWorkersDoesNotStart() {
    assertThatThrownBy(() -> start("", "services=[{path: /a, address: echo, channel: jobs}]"))
        .hasMessageContaining("services[0].channel")
        .hasMessageContaining("is that of workers[0].address, too");
    start("");
  }
}
