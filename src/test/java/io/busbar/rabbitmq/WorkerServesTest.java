package io.busbar.rabbitmq;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import io.busbar.TestGateway;
import io.busbar.WorkerProcess;
import io.busbar.WorkerProcess.Language;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests that a worker outside answers like a feature: the one in Python. */
final class WorkerServesTest {
  private final String queue = "q-" + UUID.randomUUID();
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private TestGateway gateway;
  private WorkerProcess worker;

  /** Kept in a field, because Vert.x closes a client that is garbage-collected. */
  private WebSocketClient client;

  private void start(String... settings) {
    Language.PYTHON.assumeThere();
    String[] all = new String[settings.length + 3];
    System.arraycopy(settings, 0, all, 3, settings.length);
    all[0] = "tcp-bridge.enabled=true";
    all[1] = "permissions=[{address: jobs, allow: [subscribe]}]";
    all[2] = "workers=[{address: jobs}]";
    gateway = TestGateway.start(all);
    worker = Language.PYTHON.start(gateway.tcpBridgePort(), "jobs");
    await()
        .atMost(Bridge.PATIENCE)
        .until(() -> gateway.hub().workers().counters("jobs").workerCount() == 1);
  }

  @AfterEach
  void end() {
    if (worker != null) {
      worker.close();
      gateway.close();
    }
  }

  private WebSocket connect(String path) {
    client = gateway.vertx().createWebSocketClient();
    return TestGateway.await(
        client
            .connect(gateway.httpPort(), "127.0.0.1", path)
            .map(
                socket -> {
                  socket.textMessageHandler(received::add);
                  return socket;
                }));
  }

  private String next() throws InterruptedException {
    String text = received.poll(20, TimeUnit.SECONDS);
    assertThat(text).as("a message").isNotNull();
    return text;
  }

  @Test
  void workerServesClientsOfAServiceEndpoint() throws Exception {
    start("services=[{path: /jobs, address: jobs}]");
    WebSocket socket = connect("/jobs");
    socket.writeTextMessage("this");
    assertThat(next()).isEqualTo("did this");
    socket.writeTextMessage("");
    assertThat(next())
        .isEqualTo("{\"type\":\"error\",\"code\":400,\"message\":\"there is nothing to do\"}");
    worker.signal("KILL");
    worker.exitCode();
    await().atMost(Bridge.PATIENCE).until(() -> gateway.counters().subscriptionCount() == 0);
    worker = Language.PYTHON.start(gateway.tcpBridgePort(), "jobs");
    await()
        .atMost(Bridge.PATIENCE)
        .until(() -> gateway.hub().workers().counters("jobs").workerCount() == 1);
    socket.writeTextMessage("that");
    assertThat(next()).isEqualTo("did that");
  }

  @Test
  void workerServesClientsOfANamespace() throws Exception {
    start("socketio.namespaces=[{name: /jobs, address: jobs}]");
    WebSocket socket = connect("/socket.io/?EIO=4&transport=websocket");
    assertThat(next()).startsWith("0{");
    socket.writeTextMessage("40/jobs,");
    assertThat(next()).startsWith("40/jobs,{\"sid\":");
    socket.writeTextMessage("42/jobs,7[\"do\",\"this\"]");
    assertThat(next()).isEqualTo("43/jobs,7[\"did this\"]");
    socket.writeTextMessage("42/jobs,8[\"do\",\"\"]");
    assertThat(next()).contains("there is nothing to do").contains("400");
  }

  @Test
  void workerServesMessagesOfARabbitMqQueue() {
    Broker broker = Broker.any();
    String dead = queue + ".dead";
    broker.on(channel -> channel.queueDeclare(dead, false, false, true, null));
    String arguments =
        "{x-dead-letter-exchange: '', x-dead-letter-routing-key: %s}".formatted(dead);
    start(
        "rabbitmq.uri=" + broker.uri(),
        "rabbitmq.routes=[{queue: %s, address: jobs, deliver: request, tries: 1, arguments: %s}]"
            .formatted(queue, arguments));
    try {
      await()
          .atMost(Bridge.PATIENCE)
          .until(() -> Bridge.route(gateway.bus(), 0).getBoolean("open"));
      broker.on(
          channel -> {
            channel.basicPublish("", queue, null, "this".getBytes(UTF_8));
            channel.basicPublish("", queue, null, new byte[0]);
            return null;
          });
      await().atMost(Bridge.PATIENCE).until(() -> worker.handled().contains("this"));
      GetResponse[] deadLettered = new GetResponse[1];
      await()
          .atMost(Bridge.PATIENCE)
          .until(
              () -> (deadLettered[0] = broker.on(channel -> channel.basicGet(dead, true))) != null);
      assertThat(deadLettered[0].getBody()).isEmpty();
      await()
          .atMost(Bridge.PATIENCE)
          .until(() -> Bridge.route(gateway.bus(), 0).getInteger("confirmed") >= 1);
    } finally {
      broker.deleteQueues(queue, dead);
    }
  }
}
