/**
 * Checks the standard clients of Socket.IO, versions 1 to 4, in the namespace of the bus and in one
 * of a feature.
 */

import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {createRequire} from 'node:module';
import {afterwards, check, run, url} from './lib/checks.mjs';
import {WsClient} from './lib/ws-client.mjs';

const require = createRequire(import.meta.url);

const LINES = {4: 'socket.io-client', 3: 'socket.io-client-3', 2: 'socket.io-client-2', 1: 'socket.io-client-1'};
const WAYS = {'a WebSocket': ['websocket'], polling: ['polling'], 'polling and a WebSocket after it': ['polling', 'websocket']};
const BODIES = [{a: [1, {b: null}]}, ['x', 2], 'Grüße \u2028 😀', '', 0, -1.5, true, false];

/** Returns the function that connects. In versions 1 and 2 the module is that function. */
function ioOf(line) {
  const module = require(LINES[line]);
  return module.io ?? module;
}

function address() {
  return `public.${randomUUID()}`;
}

/** Will return a client in the namespace. It leaves at the end of the check. */
async function entered(line, transports, namespace = '/', options = {}) {
  const socket = ioOf(line)(url + namespace, {transports, forceNew: true, reconnection: false, ...options});
  afterwards(() => socket.close());
  await new Promise((resolve, reject) => {
    socket.on('connect', resolve);
    socket.on('connect_error', reject);
    socket.on('error', reject);
  });
  return socket;
}

/** Will return the arguments of the acknowledgement. */
function asked(socket, ...event) {
  return new Promise(resolve => socket.emit(...event, (...answer) => resolve(answer)));
}

async function done(socket, ...event) {
  assert.deepEqual((await asked(socket, ...event))[0], null);
}

/** Will return the arguments of that many events of that name. */
function heard(socket, name, count = 1) {
  return new Promise(resolve => {
    const all = [];
    socket.on(name, (...args) => {
      all.push(args);
      if (all.length === count) resolve(all);
    });
  });
}

function checksOf(line, way, transports) {
  const who = `line ${line} over ${way}`;

  check(`${who}: what it publishes comes back as it was`, async () => {
    const socket = await entered(line, transports);
    const place = address();
    const all = heard(socket, place, BODIES.length);
    await done(socket, 'subscribe', place);
    for (const body of BODIES) socket.emit('publish', place, body);
    assert.deepEqual((await all).map(([body]) => body), BODIES);
  });

  check(`${who}: bytes stay bytes, also inside JSON`, async () => {
    const socket = await entered(line, transports);
    const place = address();
    const all = heard(socket, place, 2);
    await done(socket, 'subscribe', place);
    socket.emit('publish', place, Buffer.from([0, 1, 255]));
    socket.emit('publish', place, {deep: [Buffer.from('x'), Buffer.alloc(0)]});
    const [[plain], [deep]] = await all;
    assert.deepEqual([...plain], [0, 1, 255]);
    assert.deepEqual(deep.deep.map(each => each.toString()), ['x', '']);
  });

  check(`${who}: 300 numbered messages come in order`, async () => {
    const socket = await entered(line, transports);
    const place = address();
    const all = heard(socket, place, 300);
    await done(socket, 'subscribe', place);
    for (let i = 0; i < 300; i++) socket.emit('publish', place, i);
    assert.deepEqual((await all).map(([body]) => body), Array.from({length: 300}, (_, i) => i));
  });

  check(`${who}: an event is called by its header, and says where it was published`, async () => {
    const socket = await entered(line, transports);
    const place = address();
    const news = heard(socket, 'news');
    await done(socket, 'subscribe', place);
    socket.emit('publish', place, 'x', {name: 'news', mine: 'y'});
    assert.deepEqual(await news, [['x', {address: place, headers: {name: 'news', mine: 'y'}}]]);
  });

  check(`${who}: a request is answered, and one that nobody takes fails`, async () => {
    const socket = await entered(line, transports);
    assert.deepEqual((await asked(socket, 'request', 'echo', {q: 1})).slice(0, 2), [null, {q: 1}]);
    const [error] = await asked(socket, 'request', 'public.nobody', 1);
    assert.equal(error.code, 'NO_HANDLERS');
    const [denied] = await asked(socket, 'subscribe', 'secret');
    assert.match(denied.message, /denied/);
  });

  check(`${who}: clients of Socket.IO and of a plain WebSocket are in one room`, async () => {
    const socket = await entered(line, transports, '/chat');
    const told = heard(socket, 'message', 2);
    const renamed = heard(socket, 'nickname');
    const other = await WsClient.open('/chat');
    other.say('hello from next door');
    await other.inbox.find('what it said', text => text.includes('hello from next door'));
    const nickname = `n${randomUUID().slice(0, 8)}`;
    await asked(socket, 'nickname', {nickname});
    socket.send('hello from here');
    const said = await other.inbox.find('what the other said', text => text.includes('hello from here'));
    assert.equal(JSON.parse(said).nickname, nickname);
    assert.deepEqual((await told).map(([{message}]) => message), ['hello from next door', 'hello from here']);
    assert.match((await renamed)[0][0].message, new RegExp(`changed to ${nickname}$`));
  });

  check(`${who}: a namespace that does not exist is refused`, async () => {
    await assert.rejects(entered(line, transports, '/nowhere'), error => {
      assert.equal(error.message ?? error, 'Invalid namespace');
      return true;
    });
  });
}

check('line 4 with the MessagePack parser: JSON and bytes cross to clients without it', async () => {
  const packed = await entered(4, ['websocket'], '/', {parser: require('socket.io-msgpack-parser')});
  const plain = await entered(4, ['websocket']);
  const place = address();
  const all = [heard(packed, place, 2), heard(plain, place, 2)];
  await done(packed, 'subscribe', place);
  await done(plain, 'subscribe', place);
  packed.emit('publish', place, {n: 1, deep: [Buffer.from('x')]});
  await done(packed, 'publish', place, Buffer.from([0, 255]));
  for (const [[deep], [bytes]] of await Promise.all(all)) {
    assert.equal(deep.n, 1);
    assert.equal(Buffer.from(deep.deep[0]).toString(), 'x');
    assert.deepEqual([...Buffer.from(bytes)], [0, 255]);
  }
});

for (const line of Object.keys(LINES)) {
  for (const [way, transports] of Object.entries(WAYS)) checksOf(line, way, transports);
}

await run();
