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
  void whatOneNodeSaysIsHeardOnTheOther() {
    TestGateway here = cluster.startHere("features=[]");
    TestGateway there = cluster.startHere("features=[]");
    try (StompTestClient ear = client(here);
        StompTestClient mouth = client(there)) {
      ear.receipted("SUBSCRIBE\nid:p\ndestination:/topic/public.*\n\n\0");
      AtomicInteger said = new AtomicInteger();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                there.bus().publish("public.a", "number " + said.incrementAndGet());
                return ear.waiting() > 0;
              });
      StompTestClient.Received message = ear.message();
      assertThat(message.header("destination")).isEqualTo("/topic/public.a");
      assertThat(message.text()).startsWith("number ");
      ear.send("UNSUBSCRIBE\nid:p\nreceipt:u\n\n\0");
      await().atMost(PATIENCE).until(() -> ear.next().command().equals("RECEIPT"));

      mouth.receipted("SEND\ndestination:/queue/public.jobs\n\nkept there\0");
      ear.send("SUBSCRIBE\nid:q\ndestination:/queue/public.jobs\n\n\0");
      assertThat(ear.message().text()).isEqualTo("kept there");
    }
  }

  @Test
  void whatAFeatureSaysToItsOwnNodeOnlyIsHeardByPatternsOfThatNodeAlone() {
    TestGateway here = cluster.startHere("features=[]");
    TestGateway there = cluster.startHere("features=[]");
    try (StompTestClient ear = client(here);
        StompTestClient neighbour = client(there)) {
      ear.receipted("SUBSCRIBE\nid:p\ndestination:/topic/public.*\n\n\0");
      neighbour.receipted("SUBSCRIBE\nid:p\ndestination:/topic/public.*\n\n\0");
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                there.bus().publish("public.a", "for all");
                return ear.waiting() > 0;
              });
      there.bus().publish("public.a", "for us", new DeliveryOptions().setLocalOnly(true));
      there.bus().publish("public.a", "for all again");
      String heard = neighbour.message().text();
      while (heard.equals("for all")) {
        heard = neighbour.message().text();
      }
      assertThat(heard).isEqualTo("for us");
      assertThat(neighbour.message().text()).isEqualTo("for all again");
      heard = ear.message().text();
      while (heard.equals("for all")) {
        heard = ear.message().text();
      }
      assertThat(heard).isEqualTo("for all again");
    }
  }

  private static StompTestClient client(TestGateway gateway) {
    return StompTestClient.connected(TcpWire.connect(gateway.stompPort()), "1.2");
  }
}
