// A poll: one vote for each session, by a request on the bus or by HTTP. All hear each result.
const options = config.options || ['yes', 'no'];
const MOST_VOTES = 100000;
const votes = new Map(); // options, by session

function results() {
  const totals = Object.fromEntries(options.map(option => [option, 0]));
  votes.forEach(option => totals[option]++);
  return { title: config.title || 'Well?', totals };
}

function vote(message) {
  const option = message.body && message.body.option;
  if (!options.includes(option)) {
    message.fail(400, `vote for one of ${options.join(', ')}`);
  } else if (votes.size >= MOST_VOTES) {
    message.fail(409, 'the poll is full');
  } else {
    votes.set(message.headers.session, option);
    vertx.eventBus().publish('example.poll.results', results());
    message.reply(results());
  }
}

vertx.eventBus().localConsumer('example.poll', vote);
vertx.eventBus().localConsumer('example.poll.http', message => {
  if (message.headers.method === 'GET') {
    message.reply(results());
  } else {
    vote(message);
  }
});
