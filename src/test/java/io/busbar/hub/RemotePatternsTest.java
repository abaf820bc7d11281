package io.busbar.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.busbar.TestGateway;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests of the patterns of two nodes on one bus. */
final class RemotePatternsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final RemotePatterns one = patterns();
  private final RemotePatterns other = patterns();

  private RemotePatterns patterns() {
    return new RemotePatterns(vertx.eventBus(), () -> {});
  }

  @AfterEach
  void end() {
    TestGateway.await(vertx.close());
  }

  private void onLoop(Runnable task) {
    Promise<Void> done = Promise.promise();
    loop.runOnContext(
        nothing -> {
          task.run();
          done.complete();
        });
    TestGateway.await(done.future());
  }

  private void awaitHas(RemotePatterns books, String address, boolean has) {
    await().atMost(PATIENCE).until(() -> books.has(address) == has);
  }

  @Test
  void nodeReceivesEachChangeAndALaterNodeReceivesAll() {
    onLoop(() -> one.start(vertx));
    onLoop(() -> one.announceAdded("a.*"));
    onLoop(() -> one.announceAdded("b.#"));
    onLoop(() -> other.start(vertx));
    awaitHas(other, "a.x", true);
    awaitHas(other, "b", true);
    assertThat(one.has("a.x")).isFalse();
    onLoop(() -> one.announceRemoved("a.*"));
    awaitHas(other, "a.x", false);
    assertThat(other.has("b")).isTrue();
    onLoop(() -> one.announceRemoved("b.#"));
    await().atMost(PATIENCE).until(other::isEmpty);
    onLoop(() -> one.announceAdded("c.*"));
    awaitHas(other, "c.x", true);
  }

  @Test
  void nodeThatMissedAChangeRequestsAll() {
    onLoop(() -> one.start(vertx));
    onLoop(() -> other.start(vertx));
    onLoop(() -> one.announceAdded("a.*"));
    awaitHas(other, "a.x", true);
    AtomicInteger lost = new AtomicInteger();
    Handler<DeliveryContext<Object>> loses = delivery -> lost.incrementAndGet();
    vertx.eventBus().addOutboundInterceptor(loses);
    onLoop(() -> one.announceAdded("b.*"));
    onLoop(() -> one.announceRemoved("a.*"));
    vertx.eventBus().removeOutboundInterceptor(loses);
    assertThat(lost).hasPositiveValue();
    assertThat(other.has("b.x")).isFalse();
    awaitHas(other, "b.x", true);
    awaitHas(other, "a.x", false);
  }
}
