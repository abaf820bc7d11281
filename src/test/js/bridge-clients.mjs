/** Checks both standard clients of the Vert.x event-bus bridge, at /eventbus. */

import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {ask, check, run} from './lib/checks.mjs';
import {BusClient, PACKAGES} from './lib/bus-client.mjs';
import {joined, told} from './lib/chat.mjs';
import {TRANSPORTS} from './lib/sockjs-connection.mjs';
import {WsClient} from './lib/ws-client.mjs';

const BODIES = [{a: [1, {b: null}]}, ['x', 2], 'Grüße \u2028 😀', '', 0, -1.5, 1e300, true, false, null];

function address() {
  return `public.${randomUUID()}`;
}

function checksOf(name) {
  check(`${name} hears what it publishes right after it registered`, async () => {
    const client = await BusClient.open(name);
    const place = address();
    const inbox = client.hear(place);
    client.bus.publish(place, {n: 1});
    const message = await inbox.next();
    assert.deepEqual([message.type, message.address, message.body], ['rec', place, {n: 1}]);
    assert.equal(message.replyAddress, undefined);
  });

  for (const transport of TRANSPORTS) {
    check(`${name} hears 200 numbered messages in order over ${transport}`, async () => {
      const client = await BusClient.open(name, {transports: [transport]});
      assert.equal(client.bus.sockJSConn.transport, transport);
      const place = address();
      const inbox = client.hear(place);
      for (let i = 0; i < 200; i++) client.bus.publish(place, i);
      const heard = await inbox.take(200);
      assert.deepEqual(heard.map(message => message.body), Array.from({length: 200}, (_, i) => i));
    });
  }

  check(`${name} hears bodies of every JSON type as they were sent`, async () => {
    const client = await BusClient.open(name);
    const place = address();
    const inbox = client.hear(place);
    for (const body of BODIES) client.bus.publish(place, body);
    assert.deepEqual((await inbox.take(BODIES.length)).map(message => message.body), BODIES);
    for (const body of BODIES) assert.deepEqual((await client.request('echo', body)).body, body);
  });

  check(`${name} publishes to everybody and sends to one in turn`, async () => {
    const clients = [await BusClient.open(name), await BusClient.open(name)];
    const place = address();
    const inboxes = clients.map(client => client.hear(place));
    await heardByAll(clients[0], place, inboxes);
    clients[0].bus.publish(place, 'all');
    for (const inbox of inboxes) assert.equal((await inbox.next()).body, 'all');

    for (let i = 0; i < 10; i++) clients[0].bus.send(place, i);
    clients[0].bus.publish(place, 'end');
    const heard = await Promise.all(inboxes.map(untilEnd));
    assert.deepEqual(heard.map(bodies => bodies.length), [5, 5], JSON.stringify(heard));
    assert.deepEqual(heard.flat().sort(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  check(`${name} asks the feature echo and gets the answer`, async () => {
    const client = await BusClient.open(name);
    const answer = await client.request('echo', {hello: 'you'});
    assert.deepEqual(answer.body, {hello: 'you'});
  });

  check(`${name} answers what another client asks, and is answered in turn`, async () => {
    const [asking, answering] = [await BusClient.open(name), await BusClient.open(name)];
    const place = address();
    const thanks = new Promise(resolve => {
      answering.bus.registerHandler(place, (error, message) => {
        message.reply(`${message.body} yourself`, {tone: 'kind'}, (failure, next) => resolve(failure ?? next));
      });
    });
    const answer = await untilThere(() => asking.request(place, 'greet'));
    assert.equal(answer.body, 'greet yourself');
    assert.equal(answer.headers.tone, 'kind');
    answer.reply('thank you');
    assert.equal((await thanks).body, 'thank you');
  });

  check(`${name} hears headers, those with many values as arrays`, async () => {
    const client = await BusClient.open(name);
    const place = address();
    const inbox = client.hear(place);
    client.bus.publish(place, 1, {one: 'a', number: 7, flag: true, many: ['b', 'c'], single: ['d']});
    const {headers} = await inbox.next();
    assert.equal(headers.one, 'a');
    assert.equal(headers.number, '7');
    assert.equal(headers.flag, 'true');
    assert.deepEqual(headers.many, ['b', 'c']);
    assert.equal(headers.single, 'd');
  });

  check(`${name} is not told who sent a message`, async () => {
    const client = await BusClient.open(name);
    const place = address();
    const inbox = client.hear(place);
    client.bus.publish(place, 1, {session: 'forged', User: 'root', PROTOCOL: 'none', other: 'kept'});
    assert.deepEqual((await inbox.next()).headers, {other: 'kept'});
  });

  check(`${name} cannot speak as somebody else by headers`, async () => {
    const [ann, bob] = [await BusClient.open(name), await BusClient.open(name)];
    const room = ann.hear('chat.room');
    ann.bus.publish('chat.say', {message: `/nick Ann ${name.length}`});
    const {body} = await room.find('its new nickname', message => message.body.type === 'nick_update');
    bob.bus.publish('chat.say', {message: 'I am Ann'}, {session: body.id, Session: [body.id, body.id]});
    const forged = await room.find('what the other one says', message => message.body.message === 'I am Ann');
    assert.notEqual(forged.body.id, body.id);
    assert.match(forged.body.nickname, /^AnonymousUser/);
  });

  check(`${name} is told that nobody listens: NO_HANDLERS`, async () => {
    const client = await BusClient.open(name);
    await assert.rejects(client.request('public.nobody', 1), error => {
      assert.equal(error.failureType, 'NO_HANDLERS');
      assert.equal(error.failureCode, -1);
      assert.match(error.message, /public\.nobody/);
      return true;
    });
  });

  check(`${name} is told that the recipient failed: its code and words`, async () => {
    const client = await BusClient.open(name);
    await assert.rejects(client.request('chat.say', 'no object'), error => {
      assert.deepEqual({...error}, {
        failureCode: 400,
        failureType: 'RECIPIENT_FAILURE',
        message: 'to say something send {"message":"text"}',
      });
      return true;
    });
  });

  check(`${name} is told in onerror that it may not publish or send, and in the callback that it may not ask`, async () => {
    const client = await BusClient.open(name);
    client.bus.publish('secret', 1);
    assertDenied(await client.errors.next(), 'secret');
    client.bus.send('secret.too', 1);
    assertDenied(await client.errors.next(), 'secret.too');
    await assert.rejects(client.request('secret', 1), error => error.message === 'access denied: secret (send)');
  });

  check(`${name} is told that it may not register, and hears nothing there`, async () => {
    const client = await BusClient.open(name);
    const inbox = client.hear('echo');
    const refusal = await Promise.race([inbox.next(), client.errors.next()]);
    assert.match(refusal.message, /access denied: echo/);
    await client.request('echo', 'for me alone');
    assert.deepEqual(inbox.waiting, []);
  });

  check(`${name} hears nothing after it unregistered, and can register again`, async () => {
    const client = await BusClient.open(name);
    const [place, other] = [address(), address()];
    const inbox = client.hear(place);
    const control = client.hear(other);
    inbox.end();
    client.bus.publish(place, 'too late');
    client.bus.publish(other, 'control');
    await control.next();
    assert.deepEqual(inbox.waiting, []);
    const again = client.hear(place);
    client.bus.publish(place, 'again');
    assert.equal((await again.next()).body, 'again');
  });

  check(`${name} talks in the chat, and a plain client of /chat hears it`, async () => {
    const plain = await WsClient.open('/chat');
    await joined(plain);
    const client = await BusClient.open(name);
    const room = client.hear('chat.room');
    client.bus.publish('chat.say', {message: 'from the bridge'});
    const {nickname} = await joined(plain);
    await told(plain, 'message', nickname, 'from the bridge');
    await room.find('to have joined', message => message.body.message === `${nickname} has connected`);
    const {body} = await room.next();
    assert.deepEqual([body.type, body.nickname, body.message], ['message', nickname, 'from the bridge']);

    plain.say('from the plain client');
    assert.equal((await room.next()).body.message, 'from the plain client');
    await plain.inbox.next('its own words');
    client.bus.close();
    await told(plain, 'notification', nickname, `${nickname} has disconnected`);
  });

  check(`${name} reconnects after the gateway was killed, registers again and hears`, async () => {
    const client = await BusClient.open(name, {vertxbus_reconnect_delay_min: 100, vertxbus_reconnect_delay_max: 500});
    client.bus.enableReconnect(true);
    client.hear('public.before');
    await ask('restart');
    await client.lost.next('the end of the connection');
    await client.opened.find('the reconnection', isReconnection => isReconnection);
    const inbox = client.hear('public.before');
    client.bus.publish('public.before', 'back again');
    assert.equal((await inbox.next()).body, 'back again');
  });
}

function assertDenied(error, place) {
  assert.equal(error.type, 'err');
  assert.equal(error.body, 'access_denied');
  assert.equal(error.address, place);
  assert.match(error.message, /^access denied: .* \((publish|send)\)$/);
  assert.ok(error.message.includes(`: ${place} (`));
}

/**
 * Publishes until all clients hear it, because no other client sees when a registration is
 * complete.
 */
async function heardByAll(client, place, inboxes) {
  const awaited = new Set(inboxes);
  for (let round = 0; awaited.size > 0; round++) {
    client.bus.publish(place, `round ${round}`);
    await client.request('echo', round);
    for (const inbox of awaited) {
      if (inbox.waiting.length > 0) awaited.delete(inbox);
    }
  }
  client.bus.publish(place, 'all are here');
  for (const inbox of inboxes) await inbox.find('the last round', ({body}) => body === 'all are here');
}

async function untilEnd(inbox) {
  const bodies = [];
  for (let message = await inbox.next(); message.body !== 'end'; message = await inbox.next()) bodies.push(message.body);
  return bodies;
}

async function untilThere(request) {
  for (;;) {
    try {
      return await request();
    } catch (error) {
      if (error.failureType !== 'NO_HANDLERS') throw error;
    }
  }
}

PACKAGES.forEach(checksOf);
await run();
