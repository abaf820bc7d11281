/** Checks connection state recovery with the standard client of version 4. */

import assert from 'node:assert/strict';
import {io} from 'socket.io-client';
import {afterwards, check, run, url} from './lib/checks.mjs';

function client(options = {}) {
  const socket = io(url, {forceNew: true, reconnectionDelay: 200, reconnectionDelayMax: 300, ...options});
  afterwards(() => socket.close());
  return socket;
}

function connected(socket) {
  return new Promise(resolve => socket.once('connect', resolve));
}

function asked(socket, ...event) {
  return new Promise(resolve => socket.emit(...event, (...answer) => resolve(answer)));
}

async function done(socket, ...event) {
  assert.equal((await asked(socket, ...event))[0], null);
}

/** Collects the bodies of the events of that name. */
function listen(socket, name, all = []) {
  socket.on(name, body => all.push(body));
  return all;
}

async function until(condition) {
  while (!condition()) await new Promise(resolve => setTimeout(resolve, 10));
}

/** Loses the connection without ending it. */
function lose(socket) {
  const lost = new Promise(resolve => socket.once('disconnect', resolve));
  socket.io.engine.close();
  return lost;
}

for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']]) {
  const way = transports.join(' and then ');

  check(`a client that lost its connection is who it was, over ${way}`, async () => {
    const socket = client({transports});
    const other = client();
    await Promise.all([connected(socket), connected(other)]);
    assert.equal(socket.recovered, false);
    const id = socket.id;
    const one = listen(socket, 'public.s1');
    const two = listen(socket, 'public.s2');
    await done(socket, 'subscribe', 'public.s1');
    await done(socket, 'subscribe', 'public.s2');
    const start = one.length;
    await done(other, 'publish', 'public.s1', `${way} a`);
    await done(other, 'publish', 'public.s2', `${way} b`);
    await until(() => one.length === start + 1 && two.length === 1);
    const back = connected(socket);
    await lose(socket);
    await done(other, 'publish', 'public.s2', `${way} c`);
    await done(other, 'publish', 'public.s1', `${way} d`);
    await done(other, 'publish', 'public.s2', `${way} e`);
    await back;
    assert.equal(socket.recovered, true);
    assert.equal(socket.id, id);
    await done(other, 'publish', 'public.s1', `${way} f`);
    await until(() => one.length === 3 && two.length === 3);
    assert.deepEqual(one, [`${way} a`, `${way} d`, `${way} f`]);
    assert.deepEqual(two, [`${way} b`, `${way} c`, `${way} e`]);
  });
}

check('a client that hears a channel without a history comes back as a new one', async () => {
  const socket = client();
  await connected(socket);
  const id = socket.id;
  await done(socket, 'subscribe', 'public.plain');
  const back = connected(socket);
  await lose(socket);
  await back;
  assert.equal(socket.recovered, false);
  assert.notEqual(socket.id, id);
});

check('a client that missed too much comes back as a new one', async () => {
  const socket = client();
  const other = client();
  await Promise.all([connected(socket), connected(other)]);
  await done(socket, 'subscribe', 'public.short');
  const back = connected(socket);
  await lose(socket);
  for (let i = 0; i < 5; i++) await done(other, 'publish', 'public.short', i);
  await back;
  assert.equal(socket.recovered, false);
});

check('who leaves by itself comes back as a new one', async () => {
  const socket = client();
  await connected(socket);
  await done(socket, 'subscribe', 'public.s1');
  const id = socket.id;
  socket.disconnect();
  const back = connected(socket);
  socket.connect();
  await back;
  assert.equal(socket.recovered, false);
  assert.notEqual(socket.id, id);
});

await run();
