/**
 * Checks permessage-deflate. The gateway has `http.websocket.compression=true`. Its answer always
 * has server_no_context_takeover.
 */

import assert from 'node:assert/strict';
import {io} from 'socket.io-client';
import {afterwards, check, run, url} from './lib/checks.mjs';
import {RawSocket, TEXT} from './lib/raw-socket.mjs';
import {WsClient} from './lib/ws-client.mjs';

const COMPRESSED = 0x40;
const LONG = 'the same words again and again, '.repeat(2000);

check('a client that offers it gets it, and its messages come back as they were', async () => {
  const client = await WsClient.open('/echo', {perMessageDeflate: true});
  assert.match(client.socket.extensions, /permessage-deflate/);
  for (const text of ['short', '', LONG, 'Grüße 😀']) assert.equal(await client.exchange(text), text);
  assert.deepEqual(await client.exchange(Buffer.from(LONG)), Buffer.from(LONG));
});

check('its offer with a window or without a context is taken, too', async () => {
  for (const perMessageDeflate of [
    {serverNoContextTakeover: true},
    {clientNoContextTakeover: true},
    {serverMaxWindowBits: 10},
    {clientMaxWindowBits: 10},
  ]) {
    const client = await WsClient.open('/echo', {perMessageDeflate});
    for (let i = 0; i < 3; i++) assert.equal(await client.exchange(LONG), LONG);
  }
});

check('each window and context that can be agreed upon carries messages of all sizes, and no more than the window is used', async () => {
  const sizes = [0, 1, 100, 255, 256, 257, 1000, 5000, 40_000, 131_072];
  for (const serverMaxWindowBits of [8, 9, 10, 11, 12, 13, 14, 15]) {
    for (const serverNoContextTakeover of [false, true]) {
      for (const clientNoContextTakeover of [false, true]) {
        const perMessageDeflate = {serverMaxWindowBits, clientMaxWindowBits: 15, serverNoContextTakeover, clientNoContextTakeover, threshold: 0};
        const client = await WsClient.open('/echo', {perMessageDeflate});
        const agreed = client.socket._extensions['permessage-deflate'].params;
        assert.equal(agreed.server_max_window_bits, serverMaxWindowBits);
        assert.equal(agreed.server_no_context_takeover, true);
        assert.equal(!!agreed.client_no_context_takeover, clientNoContextTakeover);
        for (const size of sizes) {
          const message = Buffer.alloc(size);
          // Repeated bytes refer back as far as the format allows.
          for (let i = 0; i < size; i++) message[i] = i < 300 ? (i * 7919) >> 3 : i % 331 ? message[i - 257] : i;
          assert.ok((await client.exchange(message)).equals(message), `${size} bytes with ${JSON.stringify(perMessageDeflate)}`);
        }
        client.socket.close();
        assert.equal((await client.closed).code, 1005);
      }
    }
  }
});

check('what the gateway sends is smaller then', async () => {
  const socket = await RawSocket.webSocket('/echo', {'Sec-WebSocket-Extensions': 'permessage-deflate'});
  socket.frame(TEXT, LONG);
  const {first, payload} = await socket.inbox.next();
  assert.equal(first & COMPRESSED, COMPRESSED);
  assert.ok(payload.length < LONG.length / 10, `${payload.length} bytes`);
});

check('a client that does not offer it does not get it', async () => {
  const socket = await RawSocket.webSocket('/echo');
  socket.frame(TEXT, LONG);
  const {first, payload} = await socket.inbox.next();
  assert.equal(first & COMPRESSED, 0);
  assert.equal(payload.toString(), LONG);
});

check('a client without it that sets the bit for compressed messages is closed with 1002', async () => {
  const socket = await RawSocket.webSocket('/echo');
  socket.frame(TEXT, 'x', {reserved: 4});
  assert.equal((await socket.closeFrame()).code, 1002);
});

check('many messages to many clients of the bridge come whole', async () => {
  const clients = [];
  for (let i = 0; i < 5; i++) {
    clients.push(await WsClient.open('/eventbus/websocket', {perMessageDeflate: true}));
    clients[i].say({type: 'register', address: 'public.many'});
    clients[i].say({type: 'publish', address: 'public.many', body: `here ${i}`});
    await clients[i].inbox.find('its own message', text => JSON.parse(text).body === `here ${i}`);
  }
  const sender = clients[0];
  for (let i = 0; i < 100; i++) sender.say({type: 'publish', address: 'public.many', body: {i, LONG: LONG.slice(0, 1000)}});
  for (const client of clients) {
    const heard = (await client.inbox.take(104 - clients.indexOf(client))).map(text => JSON.parse(text).body);
    assert.deepEqual(heard.filter(body => body.i !== undefined).map(body => body.i), Array.from({length: 100}, (_, i) => i));
  }
});

check('one publication comes to clients of all windows, to those without it, and through SockJS', async () => {
  const ways = [false, true, {serverNoContextTakeover: true}, {clientNoContextTakeover: true}];
  for (const serverMaxWindowBits of [8, 9, 12, 15]) ways.push({serverMaxWindowBits});
  const clients = await Promise.all(ways.map(perMessageDeflate => WsClient.open('/eventbus/websocket', {perMessageDeflate})));
  const sockjs = await WsClient.open('/eventbus/000/compressed/websocket', {perMessageDeflate: true});
  assert.match(sockjs.socket.extensions, /permessage-deflate/);
  assert.equal(await sockjs.inbox.next(), 'o');
  sockjs.say([JSON.stringify({type: 'register', address: 'public.windows'})]);
  for (const client of clients) {
    client.say({type: 'register', address: 'public.windows'});
    client.say({type: 'send', address: 'echo', body: 1, replyAddress: 'there'});
    assert.equal((await client.json()).address, 'there');
  }
  sockjs.say([JSON.stringify({type: 'send', address: 'echo', body: 1, replyAddress: 'there'})]);
  assert.equal(JSON.parse(JSON.parse((await sockjs.inbox.next()).slice(1))[0]).address, 'there');
  for (const size of [0, 300, 511, 512, 513, 5000, 100_000]) {
    const body = LONG.repeat(2).slice(0, size);
    clients[0].say({type: 'publish', address: 'public.windows', body});
    for (const client of clients) assert.equal((await client.json()).body, body);
    assert.equal(JSON.parse(JSON.parse((await sockjs.inbox.next()).slice(1))[0]).body, body);
  }
});

check('two subscriptions of one STOMP client have each its name in what is compressed', async () => {
  const client = await WsClient.open('/stomp', {perMessageDeflate: true, protocols: ['v12.stomp']});
  client.say('CONNECT\naccept-version:1.2\nhost:here\n\n\0');
  assert.match(String(await client.inbox.next()), /^CONNECTED/);
  for (const id of ['first', 'the-second']) client.say(`SUBSCRIBE\nid:${id}\ndestination:/topic/public.labels\n\n\0`);
  for (const body of ['short', LONG]) {
    client.say(`SEND\ndestination:/topic/public.labels\ncontent-type:text/plain\n\n${body}\0`);
    const frames = (await client.inbox.take(2)).map(String);
    assert.deepEqual(frames.map(frame => /\nsubscription:(.*)/.exec(frame)[1]).sort(), ['first', 'the-second']);
    for (const frame of frames) assert.equal(frame.slice(frame.indexOf('\n\n') + 2).replace(/\0\n*$/, ''), body);
  }
});

check('a client of Socket.IO that polled first is compressed after its change to a WebSocket', async () => {
  const socket = io(url, {perMessageDeflate: {threshold: 0}, forceNew: true});
  afterwards(() => socket.close());
  await new Promise((resolve, reject) => socket.on('connect', resolve).on('connect_error', reject));
  if (socket.io.engine.transport.name !== 'websocket') await new Promise(resolve => socket.io.engine.once('upgrade', resolve));
  const {ws} = socket.io.engine.transport;
  assert.match(ws.extensions, /permessage-deflate/);
  await new Promise((resolve, reject) => socket.emit('subscribe', 'public.upgraded', error => (error ? reject(error) : resolve())));
  const before = ws._socket.bytesRead;
  for (const body of [LONG, {LONG, n: 1}]) {
    const heard = new Promise(resolve => socket.once('public.upgraded', resolve));
    socket.emit('publish', 'public.upgraded', body);
    assert.deepEqual(await heard, body);
  }
  assert.ok(ws._socket.bytesRead - before < LONG.length / 10, `${ws._socket.bytesRead - before} bytes`);
});

await run();
