// A poll. It answers each vote with all votes so far, and publishes them to all listeners.
import {setTimeout as pause} from 'node:timers/promises';
import {connect} from './bus.js';

const [host, port] = (process.env.TCP_BRIDGE ?? '127.0.0.1:7000').split(':');
const results = {pizza: 0, salad: 0};

/** Handles a vote. A request without a body gets the votes, and counts nothing. */
function vote(bus, request) {
  const choice = request.body ?? null;
  if (choice === null) {
    bus.reply(request, results);
  } else if (typeof choice === 'string' && Object.hasOwn(results, choice)) {
    results[choice]++;
    bus.publish('{{name}}.results', results);
    bus.reply(request, results);
  } else {
    bus.fail(request, 400, `choose one of ${Object.keys(results).join(', ')}`);
  }
}

// Without a handler, SIGTERM would end the program with the status of a failure.
process.on('SIGTERM', () => process.exit(0));

// Connects, and connects again whenever the connection ends.
for (;;) {
  try {
    const bus = await connect(host, Number(port));
    bus.register('{{name}}.vote', request => vote(bus, request));
    console.log('answering at {{name}}.vote');
    await bus.closed;
    console.error('the gateway has closed the connection; the next try is in a second');
  } catch (error) {
    console.error(`${error.message}; the next try is in a second`);
  }
  await pause(1000);
}
