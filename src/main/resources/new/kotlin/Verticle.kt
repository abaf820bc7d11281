package com.example

import io.vertx.core.Future
import io.vertx.core.VerticleBase
import io.vertx.core.eventbus.Message
import io.vertx.core.json.JsonArray
import io.vertx.core.json.JsonObject

/** A poll. Who votes is answered how it stands, and all who listen are told. */
class {{Name}}Verticle : VerticleBase() {
  private val results = JsonObject()

  override fun start(): Future<*> {
    val choices = config().getJsonArray("choices") ?: JsonArray.of("pizza", "salad")
    choices.forEach { results.put(it.toString(), 0) }
    return vertx.eventBus().consumer<Any>("{{name}}.vote") { vote(it) }.completion()
  }

  /** Nothing as a vote asks how it stands. */
  private fun vote(message: Message<Any>) {
    val choice: Any? = message.body()
    when {
      choice == null -> message.reply(results.copy())
      choice is String && results.containsKey(choice) -> {
        results.put(choice, results.getInteger(choice) + 1)
        vertx.eventBus().publish("{{name}}.results", results.copy())
        message.reply(results.copy())
      }
      else -> message.fail(400, "choose one of " + results.fieldNames().joinToString())
    }
  }
}
