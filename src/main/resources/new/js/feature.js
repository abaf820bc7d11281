// A poll. Who votes is answered how it stands, and all who listen are told.
const results = Object.fromEntries((config.choices ?? ['pizza', 'salad']).map(choice => [choice, 0]));

vertx.eventBus().consumer('{{name}}.vote', message => {
  const choice = message.body ?? null;
  if (choice === null) {
    // Nothing as a vote asks how it stands.
    message.reply(results);
  } else if (typeof choice === 'string' && Object.hasOwn(results, choice)) {
    results[choice]++;
    vertx.eventBus().publish('{{name}}.results', results);
    message.reply(results);
  } else {
    message.fail(400, `choose one of ${Object.keys(results).join(', ')}`);
  }
});
