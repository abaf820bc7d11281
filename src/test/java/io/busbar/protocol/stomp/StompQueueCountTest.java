package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.config.Config;
import io.busbar.config.ConfigLoader;
import io.busbar.hub.Hub;
import io.busbar.net.Connections;
import io.busbar.net.TcpVerticle;
import io.busbar.protocol.stomp.StompTestClient.Received;
import io.busbar.queue.Queues;
import io.busbar.queue.store.QueueStore;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The number of queues on a node is limited, and unused queues are removed. */
final class StompQueueCountTest {
  private static final String TOO_MANY = "a node has at most 2 queues (queues.count)";

  private final Vertx vertx = Vertx.vertx();
  private final List<StompTestClient> clients = new ArrayList<>();
  private Queues queues;
  private int port;

  @BeforeEach
  void start() {
    Config config =
        ConfigLoader.load(
            null,
            Map.of(),
            List.of(
                "permissions=[{address: '#', allow: [subscribe, publish, send]}]",
                "features=[]",
                "queues.count=2",
                "queues.rules=[{name: handled, to: handled}]"));
    Hub hub = new Hub(vertx, config);
    queues = new Queues(vertx, hub, config.queues(), null, QueueStore.inMemory(), null);
    TestGateway.await(queues.start());
    StompProtocol protocol = new StompProtocol(vertx, hub, config, null, queues);
    TcpVerticle verticle =
        new TcpVerticle(
            protocol::accept, config.stomp(), 0, null, new Connections(config.limits()));
    TestGateway.await(vertx.deployVerticle(verticle));
    port = verticle.actualPort();
  }

  @AfterEach
  void stop() {
    clients.forEach(StompTestClient::close);
    TestGateway.await(vertx.close());
  }

  private StompTestClient client() {
    StompTestClient client = StompTestClient.connected(TcpStompConnection.connect(port), "1.2");
    clients.add(client);
    return client;
  }

  private static String send(String queue) {
    return "SEND\nreceipt:s\ndestination:/queue/" + queue + "\n\nbody\0";
  }

  private static String subscribe(String queue) {
    return "SUBSCRIBE\nreceipt:s\nid:" + queue + "\nack:client\ndestination:/queue/" + queue;
  }

  private void confirmed(StompTestClient client, String frame) {
    client.send(frame);
    assertThat(client.next().command()).isEqualTo("RECEIPT");
  }

  @Test
  void tooManyQueuesAreAnErrorForSendersAndConsumers() {
    StompTestClient client = client();
    confirmed(client, send("a"));
    confirmed(client, subscribe("b") + "\n\n\0");
    confirmed(client, send("a"));
    StompTestClient sender = client();
    sender.send(send("c"));
    Received error = sender.error();
    assertThat(error.header("message") + error.header("receipt-id")).isEqualTo(TOO_MANY + "s");
    StompTestClient consumer = client();
    consumer.send(subscribe("c") + "\n\n\0");
    assertThat(consumer.error().header("message")).isEqualTo(TOO_MANY);
    assertThat(queues.count()).isEqualTo(2);
    client.send("SEND\ndestination:/queue/b\n\nstill served\0");
    assertThat(client.message().text()).isEqualTo("still served");
  }

  @Test
  void deadLetterWaitsUntilItsQueueCanBeCreated() {
    StompTestClient client = client();
    confirmed(client, subscribe("a") + "\n\n\0");
    confirmed(client, subscribe("b") + "\n\n\0");
    client.send("SEND\ndestination:/queue/a\n\npoison\0");
    String ack = client.message().header("ack");
    confirmed(client, "NACK\nreceipt:n\nrequeue:false\nid:" + ack + "\n\n\0");
    confirmed(client, "UNSUBSCRIBE\nreceipt:u\nid:a\n\n\0");
    assertThat(queues.count()).isEqualTo(2);
    confirmed(client, "UNSUBSCRIBE\nreceipt:u\nid:b\n\n\0");
    StompTestClient undertaker = client();
    confirmed(undertaker, subscribe("dead-letter.a") + "\n\n\0");
    assertThat(undertaker.message().text()).isEqualTo("poison");
    await().until(() -> queues.count() == 1);
  }

  @Test
  void idleQueuesAreRemoved() {
    StompTestClient client = client();
    confirmed(client, send("a"));
    confirmed(client, subscribe("b") + "\n\n\0");
    client.send(subscribe("a").replace("receipt:s\n", "") + "\n\n\0");
    confirmed(client, "ACK\nreceipt:a\nid:" + client.message().header("ack") + "\n\n\0");
    assertThat(queues.count()).isEqualTo(2);
    client.connection().die();
    await().until(() -> queues.count() == 0);
    confirmed(client(), send("c"));
  }

  @Test
  void emptyQueueWithoutConsumersIsRemoved() {
    vertx.eventBus().consumer("handled", message -> message.reply("taken"));
    confirmed(client(), send("handled"));
    await().until(() -> queues.count() == 0);
  }

  @Test
  void lateAcknowledgementCreatesNoQueue() {
    StompTestClient client = client();
    confirmed(client, send("a"));
    client.send(subscribe("a").replace("receipt:s\n", "") + "\n\n\0");
    String ack = client.message().header("ack");
    confirmed(client, "ACK\nreceipt:a\nid:" + ack + "\n\n\0");
    confirmed(client, "UNSUBSCRIBE\nreceipt:u\nid:a\n\n\0");
    confirmed(client, "ACK\nreceipt:a\nid:" + ack + "\n\n\0");
    assertThat(queues.count()).isZero();
  }
}
