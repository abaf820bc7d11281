package io.busbar.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.busbar.TestGateway;
import io.busbar.cluster.Owners;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the headers that a feature behind a queue gets when nodes come and go. */
final class BusTargetTest {
  private Vertx vertx;

  @BeforeEach
  void start() {
    vertx = Vertx.vertx();
    BusTarget.markLate(vertx.eventBus(), Owners.alone());
    vertx
        .eventBus()
        .consumer("feature", message -> message.reply(message.headers().entries().toString()));
  }

  @AfterEach
  void stop() {
    TestGateway.await(vertx.close());
  }

  private String ask(MultiMap headers) {
    DeliveryOptions options = new DeliveryOptions().setHeaders(headers);
    return TestGateway.await(vertx.eventBus().<String>request("feature", "", options)).body();
  }

  private static MultiMap from(String node) {
    return MultiMap.caseInsensitiveMultiMap()
        .set("busbar-queue", "orders")
        .set("busbar-queue-node", node);
  }

  @Test
  void requestFromTheQueueOwnerIsNotMarkedRedelivered() {
    assertThat(ask(from(Owners.alone().here()))).isEqualTo("[]");
  }

  @Test
  void requestFromAFormerOwnerIsMarkedRedelivered() {
    assertThat(ask(from("frozen"))).isEqualTo("[redelivered=true]");
  }

  @Test
  void requestFromNoQueueIsUnchanged() {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap().set("color", "red");
    assertThat(ask(headers)).isEqualTo("[color=red]");
  }
}
