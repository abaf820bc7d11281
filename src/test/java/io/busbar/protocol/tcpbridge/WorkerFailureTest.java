package io.busbar.protocol.tcpbridge;

import static io.busbar.protocol.tcpbridge.WorkersNode.PATIENCE;
import static io.busbar.protocol.tcpbridge.WorkersNode.answer;
import static io.busbar.protocol.tcpbridge.WorkersNode.answered;
import static io.busbar.protocol.tcpbridge.WorkersNode.failed;
import static io.busbar.protocol.tcpbridge.WorkersNode.halfASecondLater;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.hub.WorkerFailure;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests whose worker is late, hangs, dies or leaves, and those that are too many. */
final class WorkerFailureTest {
  private WorkersNode node;

  @AfterEach
  void end() {
    node.close();
  }

  @Test
  void requestThatWaitsTooLongFails() {
    node = WorkersNode.start(", concurrency: 1, timeout: 1s");
    TcpBridgePeer worker = node.worker();
    node.ask("first");
    node.ask("second");
    Future<Message<Object>> waits = node.ask("waits");
    JsonObject first = worker.next();
    halfASecondLater();
    answer(worker, first);
    assertThat(worker.next().getValue("body")).isEqualTo("second");
    failed(waits, WorkerFailure.TIMED_OUT);
    assertThat(node.counters().waitingCount()).isZero();
    assertThat(node.counters().unansweredCount()).isEqualTo(1);
  }

  @Test
  void lateReplyIsDroppedAndItsWorkerContinues() {
    node = WorkersNode.start(", timeout: 500ms");
    TcpBridgePeer worker = node.worker();
    Future<Message<Object>> late = node.ask("late");
    JsonObject request = worker.next();
    worker.say("{\"type\":\"ping\"}");
    assertThat(worker.next().getString("type")).isEqualTo("pong");
    failed(late, WorkerFailure.TIMED_OUT);
    answer(worker, request);
    worker.settle();
    Future<Message<Object>> next = node.ask("next");
    answer(worker, worker.next());
    assertThat(answered(next)).isEqualTo("next");
  }

  @Test
  void hangingWorkerIsClosedAndItsRequestsGoToAnother() {
    node = WorkersNode.start(", timeout: 1s, retry: true");
    TcpBridgePeer hanging = node.worker();
    Future<Message<Object>> late = node.ask("late");
    hanging.next();
    Future<Message<Object>> other = requestAfterHalfASecond(hanging);
    TcpBridgePeer living = node.worker();
    failed(late, WorkerFailure.TIMED_OUT);
    JsonObject lastMessage = hanging.next();
    assertThat(lastMessage.getString("message")).isEqualTo("closing");
    assertThat(lastMessage.getInteger("code")).isEqualTo(4408);
    JsonObject moved = living.next();
    assertThat(moved.getValue("body")).isEqualTo("other");
    answer(living, moved);
    assertThat(answered(other)).isEqualTo("other");
    assertThat(node.counters().retriedCount()).isEqualTo(1);
  }

  /** Its own time is not over when that of the one before is. */
  private Future<Message<Object>> requestAfterHalfASecond(TcpBridgePeer worker) {
    halfASecondLater();
    Future<Message<Object>> other = node.ask("other");
    assertThat(worker.next().getValue("body")).isEqualTo("other");
    return other;
  }

  @Test
  void totalSizeOfWaitingRequestsIsLimited() {
    node = WorkersNode.start(", concurrency: 1");
    TcpBridgePeer worker = node.worker();
    node.ask("begun");
    worker.next();
    String large = "x".repeat(256 << 10);
    for (int i = 0; i < 63; i++) {
      node.ask(large);
    }
    Future<Message<Object>> tooLarge = node.ask(large + large);
    failed(tooLarge, WorkerFailure.TOO_MANY_WAIT);
    assertThat(node.counters().waitingCount()).isEqualTo(63);
  }

  @Test
  void requestFailsAfterThreeDeadWorkers() {
    node = WorkersNode.start("");
    List<TcpBridgePeer> workers =
        List.of(node.worker(), node.worker(), node.worker(), node.worker());
    Future<Message<Object>> request = node.ask("deadly", "busbar-retry", "true");
    for (TcpBridgePeer worker : workers.subList(0, 3)) {
      assertThat(worker.next().getValue("body")).isEqualTo("deadly");
      assertThat(request.isComplete()).isFalse();
      worker.close();
    }
    failed(request, WorkerFailure.DIED);
    assertThat(node.counters().failedCount(WorkerFailure.DIED)).isEqualTo(1);
    assertThat(node.counters().retriedCount()).isEqualTo(2);
    workers.get(3).settle();
  }

  @Test
  void requestsOfADeadWorkerPrecedeWaitingRequests() {
    node = WorkersNode.start(", concurrency: 2, retry: true");
    TcpBridgePeer dying = node.worker();
    for (int i = 0; i < 5; i++) {
      node.ask(i);
    }
    dying.next();
    dying.next();
    await().atMost(PATIENCE).until(() -> node.counters().waitingCount() == 3);
    TcpBridgePeer next = node.worker();
    assertThat(next.next().getValue("body")).isEqualTo(2);
    JsonObject three = next.next();
    dying.close();
    await().atMost(PATIENCE).until(() -> node.counters().retriedCount() == 2);
    answer(next, three);
    JsonObject back = next.next();
    assertThat(back.getValue("body")).isEqualTo(0);
    answer(next, back);
    assertThat(next.next().getValue("body")).isEqualTo(1);
  }

  @Test
  void clientCannotMakeItsRequestRetryable() {
    node = WorkersNode.start("");
    TcpBridgePeer dying = node.worker();
    JsonObject headers = new JsonObject().put("busbar-retry", "true");
    TcpBridgePeer client = node.client();
    client.say(
        new JsonObject()
            .put("type", "send")
            .put("address", "jobs")
            .put("replyAddress", "r")
            .put("headers", headers));
    dying.next();
    node.worker();
    dying.close();
    JsonObject error = client.next();
    assertThat(error.getInteger("failureCode")).isEqualTo(502);
    assertThat(error.getString("message")).isEqualTo(WorkerFailure.DIED.words());
  }

  @Test
  void waitingRequestFailsWhenTheLastWorkerLeaves() {
    node = WorkersNode.start(", concurrency: 1");
    TcpBridgePeer last = node.worker();
    Future<Message<Object>> begun = node.ask("begun");
    JsonObject request = last.next();
    Future<Message<Object>> waits = node.ask("waits");
    last.say("{\"type\":\"unregister\",\"address\":\"jobs\"}");
    assertThat(failed(waits).failureType()).isEqualTo(ReplyFailure.NO_HANDLERS);
    answer(last, request);
    assertThat(answered(begun)).isEqualTo("begun");
  }

  @Test
  void stoppingNodeFailsItsPendingRequests() {
    node = WorkersNode.start("");
    TcpBridgePeer worker = node.worker();
    List<Future<Message<Object>>> requests = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      requests.add(node.ask(i));
      worker.next();
    }
    node.gateway().close();
    requests.forEach(request -> failed(request, WorkerFailure.DIED));
  }
}
