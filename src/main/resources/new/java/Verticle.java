package com.example;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A poll. Who votes is answered how it stands, and all who listen are told. */
public final class {{Name}}Verticle extends VerticleBase {
  private final JsonObject results = new JsonObject();

  @Override
  public Future<?> start() {
    JsonArray choices = config().getJsonArray("choices", JsonArray.of("pizza", "salad"));
    choices.forEach(choice -> results.put(choice.toString(), 0));
    return vertx.eventBus().consumer("{{name}}.vote", this::vote).completion();
  }

  /** Nothing as a vote asks how it stands. */
  private void vote(Message<Object> message) {
    if (message.body() == null) {
      message.reply(results.copy());
    } else if (message.body() instanceof String choice && results.containsKey(choice)) {
      results.put(choice, results.getInteger(choice) + 1);
      vertx.eventBus().publish("{{name}}.results", results.copy());
      message.reply(results.copy());
    } else {
      message.fail(400, "choose one of " + String.join(", ", results.fieldNames()));
    }
  }
}
