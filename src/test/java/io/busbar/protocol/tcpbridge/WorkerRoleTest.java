package io.busbar.protocol.tcpbridge;

import static io.busbar.protocol.tcpbridge.WorkersNode.answer;
import static io.busbar.protocol.tcpbridge.WorkersNode.answered;
import static io.busbar.protocol.tcpbridge.WorkersNode.login;
import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.hub.Refusal;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.stomp.StompClient;
import io.vertx.ext.stomp.StompClientConnection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may be a worker where the rule has a role, and who hears what it is told. */
final class WorkerRoleTest {
  private WorkersNode node;

  @AfterEach
  void end() {
    node.close();
  }

  @Test
  void onlyUsersWithTheRoleMayBeWorkers() {
    node = WorkersNode.start(", role: worker");
    TcpBridgePeer nobody = node.client().say("{\"type\":\"register\",\"address\":\"jobs\"}");
    assertThat(nobody.next().getString("message")).isEqualTo("not_logged_in");
    TcpBridgePeer trader = node.client().say(login("ann", "trader"));
    assertThat(trader.next().getString("type")).isEqualTo("login");
    trader.say("{\"type\":\"register\",\"address\":\"jobs\"}");
    assertThat(trader.next().getString("message")).isEqualTo("rejected");
    assertThat(node.gateway().counters().refusedCount(Refusal.REJECTED)).isEqualTo(1);
    TcpBridgePeer worker = node.client().say(login("bob", "worker"));
    assertThat(worker.next().getString("type")).isEqualTo("login");
    worker.register("jobs");
    trader.ask("jobs", "for the worker", "r");
    JsonObject request = worker.next();
    assertThat(request.getJsonObject("headers").getString("user")).isEqualTo("ann");
    answer(worker, request);
    assertThat(trader.next().getValue("body")).isEqualTo("for the worker");
  }

  @Test
  void workerWithTheRoleNeedsNoOtherPermission() {
    node = WorkersNode.start(", role: worker", "permissions=[{address: echo, allow: [send]}]");
    TcpBridgePeer worker = node.client().say(login("bob", "worker"));
    assertThat(worker.next().getString("type")).isEqualTo("login");
    worker.register("jobs");
    Future<Message<Object>> request = node.ask(1);
    answer(worker, worker.next());
    assertThat(answered(request)).isEqualTo(1);
  }

  @Test
  void patternsDoNotReceiveMessagesForWorkersOfARole() throws Exception {
    node = WorkersNode.start(", role: worker");
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    StompClient client = StompClient.create(node.gateway().vertx());
    StompClientConnection all =
        TestGateway.await(client.connect(node.gateway().stompPort(), "127.0.0.1"));
    TestGateway.await(all.subscribe("/topic/#", frame -> received.add(frame.getBodyAsString())));
    node.gateway().bus().publish("jobs", "secret");
    node.gateway().bus().publish("public", "for all");
    assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("for all");
  }
}
