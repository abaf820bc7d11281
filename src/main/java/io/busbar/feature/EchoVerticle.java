package io.busbar.feature;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;

/**
 * The feature at {@code echo}. It returns each message unchanged: text as text, and bytes as bytes.
 * A message without the header {@code event} is a request on the bus and gets the same answer.
 * Owned by its event loop.
 */
public final class EchoVerticle extends VerticleBase {
  @Override
  public Future<?> start() {
    return vertx.eventBus().localConsumer("echo", this::echo).completion();
  }

  private void echo(Message<Object> message) {
    String event = message.headers().get("event");
    boolean isMessage = event == null || event.equals("message");
    message.reply(isMessage ? message.body() : null);
  }
}
