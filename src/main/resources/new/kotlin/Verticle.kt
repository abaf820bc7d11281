package com.example

import io.vertx.core.Future
import io.vertx.core.VerticleBase
import io.vertx.core.eventbus.Message
import io.vertx.core.json.JsonArray
import io.vertx.core.json.JsonObject

/**
 * A poll. It answers each vote with all votes so far, and publishes them to all listeners. Vert.x
 * calls it on one event loop, so it needs no locks.
 */
class {{Name}}Verticle : VerticleBase() {
  private val results = JsonObject()

  override fun start(): Future<*> {
    // config() is the section config of busbar.yaml.
    val choices = config().getJsonArray("choices") ?: JsonArray.of("pizza", "salad")
    choices.forEach { results.put(it.toString(), 0) }
    return vertx.eventBus().consumer<Any>("{{name}}.vote") { vote(it) }.completion()
  }

  /** Handles a vote. A request without a body gets the votes, and counts nothing. */
  private fun vote(message: Message<Any>) {
    val choice: Any? = message.body()
    when {
      // The receiver may read the body later and on another thread, so it gets a copy.
      choice == null -> message.reply(results.copy())
      choice is String && results.containsKey(choice) -> {
        results.put(choice, results.getInteger(choice) + 1)
        vertx.eventBus().publish("{{name}}.results", results.copy())
        message.reply(results.copy())
      }
      // The client gets the code and the text as a failure.
      else -> message.fail(400, "choose one of " + results.fieldNames().joinToString())
    }
  }
}
