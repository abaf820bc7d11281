package io.busbar.rabbitmq;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;

/**
 * A feature that writes a line for each message at {@code recorder}, before it answers. The line is
 * {@code took BODY}, and {@code again} follows for a redelivered message. Only the first {@code
 * answers} messages get an answer. Owned by its event loop.
 */
public final class Recorder extends VerticleBase {
  static final String TOOK = "took ";
  static final String AGAIN = " again";

  private int answers;

  @Override
  public Future<?> start() {
    answers = config().getInteger("answers");
    return vertx.eventBus().consumer("recorder", this::take).completion();
  }

  private void take(Message<Object> message) {
    boolean again = message.headers().contains("redelivered");
    System.out.println(TOOK + message.body() + (again ? AGAIN : ""));
    if (answers-- > 0) {
      message.reply(null);
    }
  }
}
