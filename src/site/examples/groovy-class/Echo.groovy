package example

import io.vertx.core.Future
import io.vertx.core.VerticleBase
import io.vertx.core.eventbus.Message

/** What a client sends comes back: text, JSON or bytes. */
class Echo extends VerticleBase {
  @Override
  Future<?> start() {
    vertx.eventBus().consumer('example.echo', this.&echo).completion()
  }

  private void echo(Message<Object> message) {
    def event = message.headers().get('event')
    def said = event == null || event == 'message'
    message.reply(said ? message.body() : null)
  }
}
