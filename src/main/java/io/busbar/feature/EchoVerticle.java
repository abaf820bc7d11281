package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;

/**
 * The feature at {@code echo}: each message comes back as it came, text as text and bytes as bytes.
 * Without the header {@code event} it is somebody's request on the bus, and answered alike.
 */
public final class EchoVerticle extends VerticleBase {
  @Override
  public Future<?> start() {
    return vertx.eventBus().localConsumer("echo", this::echo).completion();
  }

  private void echo(Message<Object> message) {
    String event = message.headers().get("event");
    boolean said = event == null || event.equals("message");
    message.reply(said ? message.body() : null);
  }
}
