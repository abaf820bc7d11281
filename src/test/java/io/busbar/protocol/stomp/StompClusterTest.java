package io.busbar.protocol.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.busbar.cluster.TestCluster;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Patterns and queues work across two nodes. */
final class StompClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void patternsAndQueuesWorkAcrossNodes() {
    TestGateway here = cluster.startHere("features=[]");
    TestGateway there = cluster.startHere("features=[]");
    try (StompTestClient listener = client(here);
        StompTestClient mouth = client(there)) {
      listener.receipted("SUBSCRIBE\nid:p\ndestination:/topic/public.*\n\n\0");
      AtomicInteger said = new AtomicInteger();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                there.bus().publish("public.a", "number " + said.incrementAndGet());
                return listener.waiting() > 0;
              });
      StompTestClient.Received message = listener.message();
      assertThat(message.header("destination")).isEqualTo("/topic/public.a");
      assertThat(message.text()).startsWith("number ");
      listener.send("UNSUBSCRIBE\nid:p\nreceipt:u\n\n\0");
      await().atMost(PATIENCE).until(() -> listener.next().command().equals("RECEIPT"));

      mouth.receipted("SEND\ndestination:/queue/public.jobs\n\nkept there\0");
      listener.send("SUBSCRIBE\nid:q\ndestination:/queue/public.jobs\n\n\0");
      assertThat(listener.message().text()).isEqualTo("kept there");
    }
  }

  @Test
  void localPublicationReachesPatternsOfItsNodeOnly() {
    TestGateway here = cluster.startHere("features=[]");
    TestGateway there = cluster.startHere("features=[]");
    try (StompTestClient listener = client(here);
        StompTestClient neighbour = client(there)) {
      listener.receipted("SUBSCRIBE\nid:p\ndestination:/topic/public.*\n\n\0");
      neighbour.receipted("SUBSCRIBE\nid:p\ndestination:/topic/public.*\n\n\0");
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                there.bus().publish("public.a", "for all");
                return listener.waiting() > 0;
              });
      there.bus().publish("public.a", "for us", new DeliveryOptions().setLocalOnly(true));
      there.bus().publish("public.a", "for all again");
      String received = neighbour.message().text();
      while (received.equals("for all")) {
        received = neighbour.message().text();
      }
      assertThat(received).isEqualTo("for us");
      assertThat(neighbour.message().text()).isEqualTo("for all again");
      received = listener.message().text();
      while (received.equals("for all")) {
        received = listener.message().text();
      }
      assertThat(received).isEqualTo("for all again");
    }
  }

  private static StompTestClient client(TestGateway gateway) {
    return StompTestClient.connected(TcpStompConnection.connect(gateway.stompPort()), "1.2");
  }
}
