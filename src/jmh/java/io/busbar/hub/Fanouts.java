package io.busbar.hub;

import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import java.util.concurrent.CompletableFuture;

/** Messages as they come from a bus, for the benchmarks of encoders. */
public final class Fanouts {
  private Fanouts() {}

  /** One of that body, published on a bus of its own. */
  public static Fanout published(String address, Object body) {
    Vertx vertx = Vertx.vertx();
    try {
      CompletableFuture<Message<Object>> received = new CompletableFuture<>();
      vertx.eventBus().<Object>consumer(address, received::complete);
      vertx.eventBus().publish(address, body);
      Message<Object> message = received.join();
      return new Fanout(address, Payload.ofBody(message.body()), message);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
