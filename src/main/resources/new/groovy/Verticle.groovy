package com.example

import groovy.transform.CompileStatic
import io.vertx.core.Future
import io.vertx.core.VerticleBase
import io.vertx.core.eventbus.Message
import io.vertx.core.json.JsonArray
import io.vertx.core.json.JsonObject

/**
 * A poll. It answers each vote with all votes so far, and publishes them to all listeners. Vert.x
 * calls it on one event loop, so it needs no locks.
 */
@CompileStatic
final class {{Name}}Verticle extends VerticleBase {
  private final JsonObject results = new JsonObject()

  @Override
  Future<?> start() {
    // config() is the section config of busbar.yaml.
    JsonArray choices = config().getJsonArray('choices', JsonArray.of('pizza', 'salad'))
    choices.each { results.put(it.toString(), 0) }
    vertx.eventBus().<Object> consumer('{{name}}.vote', this::vote).completion()
  }

  /** Handles a vote. A request without a body gets the votes, and counts nothing. */
  private void vote(Message<Object> message) {
    Object choice = message.body()
    if (choice == null) {
      // The receiver may read the body later and on another thread, so it gets a copy.
      message.reply(results.copy())
    } else if (choice instanceof String && results.containsKey(choice)) {
      results.put(choice, results.getInteger(choice) + 1)
      vertx.eventBus().publish('{{name}}.results', results.copy())
      message.reply(results.copy())
    } else {
      // The client gets the code and the text as a failure.
      message.fail(400, 'choose one of ' + results.fieldNames().join(', '))
    }
  }
}
