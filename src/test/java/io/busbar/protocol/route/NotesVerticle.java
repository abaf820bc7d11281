package io.busbar.protocol.route;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;

/** The example of features.md. */
public final class NotesVerticle extends VerticleBase {
  private final JsonArray notes = new JsonArray();

  @Override
  public Future<?> start() {
    return vertx.eventBus().localConsumer("notes.http", this::answer).completion();
  }

  private void answer(Message<Object> request) {
    if (request.headers().get("method").equals("GET")) {
      request.reply(notes);
    } else if (request.body() instanceof String note && notes.size() < 100) {
      notes.add(note);
      request.reply(null, new DeliveryOptions().addHeader("status", "201"));
    } else {
      request.fail(400, "a note is text");
    }
  }
}
