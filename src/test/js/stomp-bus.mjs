/** Checks the pages' own stomp-bus.js, with the stompjs of npm. */

import assert from 'node:assert/strict';
import {createRequire} from 'node:module';
import WebSocket from 'ws';
import {StompBus} from '../../webroot/stomp-bus.js';
import {afterwards, ask, check, run, url} from './lib/checks.mjs';
import {Inbox} from './lib/inbox.mjs';

const require = createRequire(import.meta.url);
const {Client} = require('@stomp/stompjs');
const SockJS = require('sockjs-client');

/** Starts a client, which ends after the checks. */
function start(options) {
  const bus = new StompBus(`${url}/stomp`, {
    login: 'demo',
    passcode: 'demo',
    Client,
    WebSocket,
    SockJS,
    transport: 'websocket',
    backoff: {min: 50, max: 100},
    ...options,
  });
  afterwards(() => bus.close());
  return bus;
}

/** Will open a client. `states` and `errors` get its events. */
async function open(options) {
  const bus = start(options);
  const states = new Inbox();
  const errors = new Inbox();
  bus.on('state', status => states.put(status));
  bus.on('error', error => errors.put(error));
  await opened(states);
  return {bus, states, errors};
}

function opened(states) {
  return states.find('open', ({state}) => state === 'open');
}

/**
 * Will send a request after the subscriptions. The gateway handles frames in order, so the answer
 * proves them.
 */
function settled(bus) {
  return bus.request('echo', 'settled');
}

for (const transport of ['websocket', 'sockjs']) {
  check(`over ${transport}: hears, publishes, asks`, async () => {
    const {bus} = await open({transport});
    const inbox = new Inbox();
    const end = bus.subscribe('public.bus', message => inbox.put(message));
    await settled(bus);
    bus.publish('public.bus', 'Grüße ✓');
    bus.publish('public.bus', {deep: ['JSON', null, 1]}, {key: 'value:1'});
    assert.equal((await inbox.next()).body, 'Grüße ✓');
    const {body, headers} = await inbox.next();
    assert.deepEqual(body, {deep: ['JSON', null, 1]});
    assert.equal(headers.key, 'value:1');
    assert.equal((await bus.request('echo', '{"text":"that looks like JSON"}')).body, '{"text":"that looks like JSON"}');
    assert.deepEqual((await bus.request('echo', {a: 1})).body, {a: 1});
    end();
    bus.publish('public.bus', 'nobody listens');
    await settled(bus);
    assert.deepEqual(inbox.waiting, []);
  });
}

check('a client that publishes as soon as it is open gets its own message', async () => {
  const bus = start();
  const inbox = new Inbox();
  bus.subscribe('public.bus-first', ({body}) => inbox.put(body));
  bus.on('state', ({state}) => state === 'open' && bus.publish('public.bus-first', 'at once'));
  assert.equal(await inbox.next(), 'at once');
  await settled(bus);
  assert.deepEqual(inbox.waiting, []);
});

check('what is sent reaches one of those who listen', async () => {
  const {bus} = await open();
  const inbox = new Inbox();
  for (const listener of [bus, (await open()).bus]) {
    listener.subscribe('public.bus-jobs', ({body}) => inbox.put(body));
    await settled(listener);
  }
  bus.send('public.bus-jobs', {job: 1});
  assert.deepEqual(await inbox.next(), {job: 1});
  bus.publish('public.bus-jobs', 'to both');
  assert.deepEqual(await inbox.take(2), ['to both', 'to both']);
});

check('a question that nobody can answer is rejected, and the connection stays', async () => {
  const {bus} = await open();
  await assert.rejects(bus.request('public.nobody', 'hello'), {name: 'BusbarError', failureType: 'NO_HANDLERS', address: 'public.nobody'});
  await settled(bus);
});

check('a subscription that is refused is told once, and the others come back', async () => {
  const {bus, states, errors} = await open();
  const inbox = new Inbox();
  bus.subscribe('public.kept', message => inbox.put(message));
  bus.subscribe('secret', () => assert.fail('heard'));
  assert.match((await errors.next()).message, /secret/);
  await opened(states);
  await settled(bus);
  bus.publish('public.kept', 'still here');
  assert.equal((await inbox.next()).body, 'still here');
  assert.deepEqual(errors.waiting, []);
});

check('a question that is refused is rejected', async () => {
  const {bus, errors} = await open();
  await assert.rejects(bus.request('secret', 'hello'), {failureType: 'DISCONNECTED'});
  assert.match((await errors.next()).message, /secret/);
});

check('a connection without a sign of life is given up for a new one', async () => {
  const clients = [];
  class Watched extends Client {
    constructor(options) {
      super(options);
      clients.push(this);
    }
  }
  const {bus, states} = await open({Client: Watched});
  clients[0].forceDisconnect(); // as if the heart-beats had stopped
  assert.equal((await states.next()).reason, 'no sign of life');
  await opened(states);
  assert.equal(clients.length, 2);
  await settled(bus);
});

check('subscriptions survive a restart of the gateway; nothing waits meanwhile', async () => {
  const {bus, states} = await open();
  const inbox = new Inbox();
  bus.subscribe('public.bus', message => inbox.put(message));
  await settled(bus);
  await ask('restart');
  await states.find('the loss', ({state}) => state === 'waiting');
  await opened(states);
  await settled(bus);
  bus.publish('public.bus', 'after');
  assert.equal((await inbox.next()).body, 'after');
});

check('a closed bus stays closed', async () => {
  const {bus, states} = await open();
  const question = bus.request('public.nobody-yet', 'hello');
  bus.close();
  await assert.rejects(question, {failureType: 'CLOSED'});
  assert.equal((await states.next()).state, 'closed');
  assert.throws(() => bus.publish('public.bus', 'late'), {name: 'BusbarError', failureType: 'DISCONNECTED'});
  assert.deepEqual(states.waiting, []);
});

await run();
