package com.example

import groovy.transform.CompileStatic
import io.vertx.core.Future
import io.vertx.core.VerticleBase
import io.vertx.core.eventbus.Message
import io.vertx.core.json.JsonArray
import io.vertx.core.json.JsonObject

/** A poll. Who votes is answered how it stands, and all who listen are told. */
@CompileStatic
final class {{Name}}Verticle extends VerticleBase {
  private final JsonObject results = new JsonObject()

  @Override
  Future<?> start() {
    JsonArray choices = config().getJsonArray('choices', JsonArray.of('pizza', 'salad'))
    choices.each { results.put(it.toString(), 0) }
    vertx.eventBus().<Object> consumer('{{name}}.vote', this::vote).completion()
  }

  /** Nothing as a vote asks how it stands. */
  private void vote(Message<Object> message) {
    Object choice = message.body()
    if (choice == null) {
      message.reply(results.copy())
    } else if (choice instanceof String && results.containsKey(choice)) {
      results.put(choice, results.getInteger(choice) + 1)
      vertx.eventBus().publish('{{name}}.results', results.copy())
      message.reply(results.copy())
    } else {
      message.fail(400, 'choose one of ' + results.fieldNames().join(', '))
    }
  }
}
