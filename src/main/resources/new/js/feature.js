// A poll. It answers each vote with all votes so far, and publishes them to all listeners.
// `config` is the section config of busbar.yaml.
const results = Object.fromEntries((config.choices ?? ['pizza', 'salad']).map(choice => [choice, 0]));

vertx.eventBus().consumer('{{name}}.vote', message => {
  const choice = message.body ?? null;
  if (choice === null) {
    // A request without a body gets the votes, and counts nothing.
    message.reply(results);
  } else if (typeof choice === 'string' && Object.hasOwn(results, choice)) {
    results[choice]++;
    vertx.eventBus().publish('{{name}}.results', results);
    message.reply(results);
  } else {
    // The client gets the code and the text as a failure.
    message.fail(400, `choose one of ${Object.keys(results).join(', ')}`);
  }
});
