// What a client sends comes back: text, JSON or bytes.
vertx.eventBus().consumer('example.echo') { message ->
  def event = message.headers().get('event')
  def said = event == null || event == 'message'
  message.reply(said ? message.body() : null)
}
