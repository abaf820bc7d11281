package example

import io.vertx.core.Future
import io.vertx.core.VerticleBase
import io.vertx.core.eventbus.Message
import io.vertx.core.json.JsonArray
import io.vertx.core.json.JsonObject

/** A poll: one vote for each session, by a request on the bus or by HTTP. All hear each result. */
class Poll : VerticleBase() {
  private val votes = HashMap<String, String>() // options, by session
  private val options by lazy {
    config().getJsonArray("options", JsonArray.of("yes", "no")).map { it.toString() }
  }

  override fun start(): Future<*> {
    val bus = vertx.eventBus()
    return Future.all(
        bus.localConsumer<Any>("example.poll", ::vote).completion(),
        bus.localConsumer<Any>("example.poll.http", ::answer).completion())
  }

  private fun results(): JsonObject {
    val totals = JsonObject()
    for (option in options) totals.put(option, votes.values.count { it == option })
    return JsonObject().put("title", config().getString("title", "Well?")).put("totals", totals)
  }

  private fun answer(message: Message<Any>) {
    if (message.headers()["method"] == "GET") message.reply(results()) else vote(message)
  }

  private fun vote(message: Message<Any>) {
    val option = (message.body() as? JsonObject)?.getValue("option")
    if (option !in options) {
      message.fail(400, "vote for one of " + options.joinToString())
    } else if (votes.size >= MOST_VOTES) {
      message.fail(409, "the poll is full")
    } else {
      votes[message.headers()["session"]] = option.toString()
      vertx.eventBus().publish("example.poll.results", results())
      message.reply(results())
    }
  }

  private companion object {
    const val MOST_VOTES = 100_000
  }
}
