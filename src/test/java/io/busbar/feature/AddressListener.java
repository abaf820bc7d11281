package io.busbar.feature;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Collects the messages that are published to an address, in order. Any thread may take them. */
final class AddressListener {
  private final BlockingQueue<JsonObject> received = new LinkedBlockingQueue<>();

  AddressListener(Vertx vertx, String address) throws Exception {
    Waiting.await(
        vertx
            .eventBus()
            .<JsonObject>consumer(address, message -> received.add(message.body()))
            .completion());
  }

  JsonObject next() throws Exception {
    JsonObject next = received.poll(Waiting.MOST_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nothing was published");
    }
    return next;
  }

  String nextText() throws Exception {
    return next().getString("message");
  }
}
