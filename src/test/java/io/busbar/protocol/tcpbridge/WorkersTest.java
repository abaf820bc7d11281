package io.busbar.protocol.tcpbridge;

import static io.busbar.protocol.tcpbridge.WorkersNode.NEVER;
import static io.busbar.protocol.tcpbridge.WorkersNode.answer;
import static io.busbar.protocol.tcpbridge.WorkersNode.answered;
import static io.busbar.protocol.tcpbridge.WorkersNode.failed;
import static io.busbar.protocol.tcpbridge.WorkersNode.login;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.busbar.TestGateway;
import io.busbar.hub.WorkerFailure;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which worker has a request to an address that clients answer, and what it says to it. */
final class WorkersTest {
  private WorkersNode node;

  @AfterEach
  void end() {
    node.close();
  }

  @Test
  void requestGoesToTheWorkerWithTheFewestRequests() {
    node = WorkersNode.start("");
    TcpBridgePeer busy = node.worker();
    Future<Message<Object>> first = node.ask(1);
    Future<Message<Object>> second = node.ask(2);
    JsonObject one = busy.next();
    JsonObject two = busy.next();
    TcpBridgePeer free = node.worker();
    node.ask(3);
    node.ask(4);
    assertThat(free.next().getValue("body")).isEqualTo(3);
    assertThat(free.next().getValue("body")).isEqualTo(4);
    answer(busy, two);
    assertThat(answered(second)).isEqualTo(2);
    node.ask(5);
    assertThat(busy.next().getValue("body")).isEqualTo(5);
    answer(busy, one);
    assertThat(answered(first)).isEqualTo(1);
  }

  @Test
  void equallyBusyWorkersTakeTurns() {
    node = WorkersNode.start("");
    List<TcpBridgePeer> workers = List.of(node.worker(), node.worker(), node.worker());
    for (int round = 0; round < 3; round++) {
      List<Future<Message<Object>>> requests = List.of(node.ask(1), node.ask(1), node.ask(1));
      workers.forEach(worker -> answer(worker, worker.next()));
      requests.forEach(WorkersNode::answered);
    }
  }

  @Tag("long")
  @Test
  void hundredsOfWorkersShareTheRequests() {
    node = WorkersNode.start(", concurrency: 2", "limits.connections-per-address=1000");
    List<TcpBridgePeer> workers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      workers.add(node.worker());
    }
    List<Future<Message<Object>>> requests = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      requests.add(node.ask(i));
    }
    for (TcpBridgePeer each : workers) {
      answer(each, each.next());
      answer(each, each.next());
    }
    requests.forEach(WorkersNode::answered);
  }

  @Test
  void requestsWaitInOrderForAFreeWorker() {
    node = WorkersNode.start(", concurrency: 1, waiting: 3");
    TcpBridgePeer worker = node.worker();
    List<Future<Message<Object>>> requests = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      requests.add(node.ask(i));
    }
    JsonObject first = worker.next();
    failed(node.ask("too many"), WorkerFailure.TOO_MANY_WAIT);
    assertThat(node.counters().waitingCount()).isEqualTo(3);
    assertThat(node.counters().unansweredCount()).isEqualTo(1);
    answer(worker, first);
    for (int i = 1; i < 4; i++) {
      JsonObject next = worker.next();
      assertThat(next.getValue("body")).isEqualTo(i);
      answer(worker, next);
    }
    for (int i = 0; i < 4; i++) {
      assertThat(answered(requests.get(i))).isEqualTo(i);
    }
    assertThat(node.counters().waitingCount()).isZero();
    assertThat(node.counters().failedCount(WorkerFailure.TOO_MANY_WAIT)).isEqualTo(1);
    assertThat(node.counters().requestCount()).isEqualTo(5);
  }

  @Test
  void requestWithoutWorkersHasNoHandlers() {
    node = WorkersNode.start("");
    assertThat(failed(node.ask(1)).failureType()).isEqualTo(ReplyFailure.NO_HANDLERS);
  }

  @Test
  void workerReceivesTheSenderOfARequest() {
    node = WorkersNode.start("");
    TcpBridgePeer worker = node.worker();
    JsonObject headers = new JsonObject().put("colour", "green").put("user", "forged");
    node.client()
        .say(login("ann", "trader"))
        .say(
            new JsonObject()
                .put("type", "send")
                .put("address", "jobs")
                .put("replyAddress", "r")
                .put("headers", headers));
    JsonObject messageHeaders = worker.next().getJsonObject("headers");
    assertThat(messageHeaders.getString("session")).hasSize(36);
    assertThat(messageHeaders)
        .contains(
            java.util.Map.entry("user", "ann"),
            java.util.Map.entry("roles", "trader"),
            java.util.Map.entry("protocol", "tcp-bridge"),
            java.util.Map.entry("colour", "green"));
    node.gateway().bus().publish("jobs", 1, senderHeaders());
    node.gateway().bus().send("jobs", 2, senderHeaders());
    for (int i = 0; i < 2; i++) {
      messageHeaders = worker.next().getJsonObject("headers");
      assertThat(messageHeaders)
          .isEqualTo(new JsonObject().put("session", "s").put("event", "open"));
    }
  }

  private static DeliveryOptions senderHeaders() {
    return new DeliveryOptions()
        .addHeader("session", "s")
        .addHeader("event", "open")
        .addHeader("busbar-retry", "true");
  }

  @Test
  void sendReachesOneWorkerAndPublishAllWorkers() {
    node = WorkersNode.start("");
    TcpBridgePeer one = node.worker();
    TcpBridgePeer two = node.worker();
    node.gateway().bus().publish("jobs", "all");
    assertThat(one.next().getValue("body")).isEqualTo("all");
    assertThat(two.next().getValue("body")).isEqualTo("all");
    node.gateway().bus().send("jobs", "one");
    node.gateway().bus().send("jobs", "one");
    assertThat(one.next(1).get(0).getValue("body")).isEqualTo("one");
    assertThat(two.next(1).get(0).getValue("body")).isEqualTo("one");
  }

  @Test
  void workerMayFailWithItsOwnMessage() {
    node = WorkersNode.start("");
    TcpBridgePeer worker = node.worker();
    Future<Message<Object>> request = node.ask(1);
    worker.say(
        new JsonObject()
            .put("type", "send")
            .put("address", worker.next().getString("replyAddress"))
            .put("failureCode", 409)
            .put("message", "taken"));
    assertThat(failed(request)).hasMessage("taken");
    assertThat(failed(request).failureCode()).isEqualTo(409);
    assertThat(node.counters().unansweredCount()).isZero();
  }

  @Test
  void workerMayReplyWithARequest() {
    node = WorkersNode.start("");
    TcpBridgePeer worker = node.worker();
    Future<Message<Object>> request = node.ask("buy");
    worker.ask(worker.next().getString("replyAddress"), "how many?", "r");
    Message<Object> question = TestGateway.await(request);
    assertThat(question.body()).isEqualTo("how many?");
    question.reply(7);
    assertThat(worker.next().getValue("body")).isEqualTo(7);
  }

  /** Other sessions may owe at most 1,000 answers, and the oldest one is dropped. */
  @Test
  void workerOfSeveralAddressesKeepsAllItsRequests() {
    node = WorkersNode.start(", concurrency: 800");
    TcpBridgePeer worker = node.worker().register("more");
    List<Future<Message<Object>>> requests = new ArrayList<>();
    for (int i = 0; i < 800; i++) {
      requests.add(node.ask(i));
      DeliveryOptions never = new DeliveryOptions().setSendTimeout(NEVER);
      requests.add(node.gateway().bus().request("more", i, never));
    }
    List<JsonObject> asked = new ArrayList<>();
    for (int i = 0; i < 1600; i++) {
      asked.add(worker.next());
    }
    asked.forEach(request -> answer(worker, request));
    requests.forEach(WorkersNode::answered);
  }

  @Test
  void serviceOnAWorkersAddressIsAConfigError() {
    assertThatThrownBy(
            () ->
                node = WorkersNode.start("", "services=[{path: /a, address: echo, channel: jobs}]"))
        .hasMessageContaining("services[0].channel")
        .hasMessageContaining("is that of workers[0].address, too");
    node = WorkersNode.start("");
  }
}
