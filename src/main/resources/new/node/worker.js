// A poll. Who votes is answered how it stands, and all who listen are told.
import {setTimeout as pause} from 'node:timers/promises';
import {connect} from './bus.js';

const [host, port] = (process.env.TCP_BRIDGE ?? '127.0.0.1:7000').split(':');
const results = {pizza: 0, salad: 0};

/** Nothing as a vote asks how it stands. */
function vote(bus, question) {
  const choice = question.body ?? null;
  if (choice === null) {
    bus.answer(question, results);
  } else if (typeof choice === 'string' && Object.hasOwn(results, choice)) {
    results[choice]++;
    bus.publish('{{name}}.results', results);
    bus.answer(question, results);
  } else {
    bus.fail(question, 400, `choose one of ${Object.keys(results).join(', ')}`);
  }
}

process.on('SIGTERM', () => process.exit(0));

for (;;) {
  try {
    const bus = await connect(host, Number(port));
    bus.register('{{name}}.vote', question => vote(bus, question));
    console.log('answering at {{name}}.vote');
    await bus.closed;
    console.error('the gateway is gone; again in a second');
  } catch (e) {
    console.error(`${e.message}; again in a second`);
  }
  await pause(1000);
}
