/** Checks the standard client of the TCP event-bus bridge. The port is the second argument. */

import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {createRequire} from 'node:module';
import {afterwards, check, run} from './lib/checks.mjs';
import {Inbox} from './lib/inbox.mjs';

const EventBus = createRequire(import.meta.url)('vertx3-tcp-eventbus-client/lib/tcp-vertx-eventbus.js');
const PORT = Number(process.argv[3]);
const BODIES = [{a: [1, {b: null}]}, ['x', 2], 'Grüße \u2028 😀', '', 0, -1.5, 1e300, true, false, null];

// The client has no handler for the answers to its pings, and warns each time.
console.warn = () => {};

async function connect(options) {
  const opened = new Inbox();
  const bus = new EventBus('127.0.0.1', PORT, options);
  const client = {bus, errors: new Inbox(), closed: new Inbox()};
  bus.onerror = error => client.errors.put(error);
  bus.onopen = () => opened.put(true);
  bus.onclose = () => client.closed.put(true);
  // Its own close() calls a method that sockets of Node do not have.
  afterwards(() => bus.transport.destroy());
  await opened.next('the connection');
  return client;
}

function hear(bus, address) {
  const inbox = new Inbox();
  inbox.handler = (error, message) => inbox.put(error ?? message);
  bus.registerHandler(address, inbox.handler);
  return inbox;
}

function request(bus, address, body, headers = {}) {
  return new Promise((resolve, reject) => {
    bus.send(address, body, headers, (error, message) => (error ? reject(error) : resolve(message)));
  });
}

function address() {
  return `public.${randomUUID()}`;
}

check('a question is answered, whatever its body', async () => {
  const {bus} = await connect();
  for (const body of BODIES) assert.deepEqual((await request(bus, 'echo', body)).body, body);
});

check('it hears what it publishes right after it registered', async () => {
  const {bus} = await connect();
  const place = address();
  const inbox = hear(bus, place);
  bus.publish(place, {n: 1}, {h: 'v'});
  const message = await inbox.next();
  assert.deepEqual(
    [message.type, message.address, message.body, message.send, message.headers],
    ['message', place, {n: 1}, false, {h: 'v'}]);
});

check('500 numbered messages come in order', async () => {
  const [speaker, listener] = [await connect(), await connect()];
  const place = address();
  const inbox = hear(listener.bus, place);
  await request(listener.bus, 'echo', 'registered');
  for (let i = 0; i < 500; i++) speaker.bus.publish(place, i);
  const heard = await inbox.take(500);
  assert.deepEqual(heard.map(message => message.body), Array.from({length: 500}, (_, i) => i));
});

check('one client answers another', async () => {
  const [asking, answering] = [await connect(), await connect()];
  const place = address();
  answering.bus.registerHandler(place, (error, message) => message.reply({got: message.body}));
  await request(answering.bus, 'echo', 'registered');
  assert.deepEqual((await request(asking.bus, place, 7)).body, {got: 7});
});

check('who unregistered hears no more', async () => {
  const {bus} = await connect();
  const place = address();
  const inbox = hear(bus, place);
  bus.unregisterHandler(place, inbox.handler);
  bus.publish(place, 'lost');
  await request(bus, 'echo', 'done');
  assert.deepEqual(inbox.waiting, []);
});

check('a question that nobody takes fails', async () => {
  const {bus} = await connect();
  await assert.rejects(request(bus, address(), '?'), {failureCode: -1, failureType: 'NO_HANDLERS'});
});

check('a question that is refused fails, and the client goes on', async () => {
  const {bus} = await connect();
  await assert.rejects(
    request(bus, 'secret', '?'),
    {failureCode: -1, failureType: 'RECIPIENT_FAILURE', message: 'access_denied'});
  assert.equal((await request(bus, 'echo', 'on')).body, 'on');
});

check('an error that belongs to nothing is heard', async () => {
  const {bus, errors} = await connect();
  bus.publish('secret', 1);
  const error = await errors.next();
  assert.deepEqual([error.type, error.message, error.address], ['err', 'access_denied', 'secret']);
});

check('it pings and stays', async () => {
  const {bus, closed} = await connect({vertxbus_ping_interval: 10});
  const pongs = new Inbox();
  console.warn = (words, message) => pongs.put(message);
  afterwards(() => (console.warn = () => {}));
  for (const pong of await pongs.take(20)) assert.deepEqual(pong, {type: 'pong'});
  assert.equal((await request(bus, 'echo', 'here')).body, 'here');
  assert.deepEqual(closed.waiting, []);
});

await run();
