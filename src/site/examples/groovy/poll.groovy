// A poll: one vote for each session, by a request on the bus or by HTTP. All hear each result.
import groovy.transform.Field
import io.vertx.core.json.JsonObject

@Field static final int MOST_VOTES = 100_000
@Field Map<String, String> votes = [:]  // options, by session

def options() {
  config.options ?: ['yes', 'no']
}

def results() {
  def totals = options().collectEntries { option -> [option, votes.values().count(option)] }
  new JsonObject([title: config.title ?: 'Well?', totals: totals])
}

def vote(message) {
  def option = message.body() instanceof JsonObject ? message.body().getValue('option') : null
  if (!(option in options())) {
    message.fail(400, 'vote for one of ' + options().join(', '))
  } else if (votes.size() >= MOST_VOTES) {
    message.fail(409, 'the poll is full')
  } else {
    votes[message.headers().get('session')] = option
    vertx.eventBus().publish('example.poll.results', results())
    message.reply(results())
  }
}

vertx.eventBus().localConsumer('example.poll') { message -> vote(message) }
vertx.eventBus().localConsumer('example.poll.http') { message ->
  message.headers().get('method') == 'GET' ? message.reply(results()) : vote(message)
}
