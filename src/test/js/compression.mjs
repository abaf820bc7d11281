/** permessage-deflate. The gateway has `http.websocket.compression=true`. */

import assert from 'node:assert/strict';
import {check, run} from './lib/checks.mjs';
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
        assert.equal(!!agreed.server_no_context_takeover, serverNoContextTakeover);
        assert.equal(!!agreed.client_no_context_takeover, clientNoContextTakeover);
        for (const size of sizes) {
          const message = Buffer.alloc(size);
          // What comes again comes from as far away as there may be.
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

await run();
