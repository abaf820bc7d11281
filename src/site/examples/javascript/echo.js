// What a client sends comes back: text, JSON or bytes.
vertx.eventBus().consumer('example.echo', message => {
  const { event } = message.headers;
  const said = event === undefined || event === 'message';
  message.reply(said ? message.body : null);
});
