package example

import io.vertx.core.Future
import io.vertx.core.VerticleBase
import io.vertx.core.eventbus.Message

/** What a client sends comes back: text, JSON or bytes. */
class Echo : VerticleBase() {
  override fun start(): Future<*> =
      vertx.eventBus().consumer<Any>("example.echo", ::echo).completion()

  private fun echo(message: Message<Any>) {
    val event = message.headers()["event"]
    message.reply(if (event == null || event == "message") message.body() else null)
  }
}
