package example

import io.vertx.core.Future
import io.vertx.core.VerticleBase
import io.vertx.core.eventbus.Message
import io.vertx.core.json.JsonObject

/** A poll: one vote for each session, by a request on the bus or by HTTP. All hear each result. */
class Poll extends VerticleBase {
  private static final int MOST_VOTES = 100_000

  private final Map<String, String> votes = [:]  // options, by session
  private List<String> options

  @Override
  Future<?> start() {
    options = config().getJsonArray('options')?.list ?: ['yes', 'no']
    def bus = vertx.eventBus()
    Future.all(
        bus.localConsumer('example.poll', this.&vote).completion(),
        bus.localConsumer('example.poll.http', this.&answer).completion())
  }

  private JsonObject results() {
    def totals = options.collectEntries { option -> [option, votes.values().count(option)] }
    new JsonObject([title: config().getString('title', 'Well?'), totals: totals])
  }

  private void answer(Message<Object> message) {
    message.headers().get('method') == 'GET' ? message.reply(results()) : vote(message)
  }

  private void vote(Message<Object> message) {
    def option = message.body() instanceof JsonObject ? message.body().getValue('option') : null
    if (!(option in options)) {
      message.fail(400, 'vote for one of ' + options.join(', '))
    } else if (votes.size() >= MOST_VOTES) {
      message.fail(409, 'the poll is full')
    } else {
      votes[message.headers().get('session')] = option
      vertx.eventBus().publish('example.poll.results', results())
      message.reply(results())
    }
  }
}
