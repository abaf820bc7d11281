/** Checks sockjs-client over each of its transports in Node. */

import assert from 'node:assert/strict';
import {ask, check, run, url} from './lib/checks.mjs';
import {joined, refused, told} from './lib/chat.mjs';
import {SockJsConnection, TRANSPORTS} from './lib/sockjs-connection.mjs';
import {WsClient} from './lib/ws-client.mjs';

const UNICODE = [
  'Grüße ✓ 漢字',
  'astral: 😀 𝒳 𐍈',
  'line ends: \u2028 \u2029 \u0085',
  'controls: \u0000 \u0007 \u001f \u007f',
  'marks: \u200c\u200d\u200e\u200f \u2060 \ufeff \ufff0 \uffff',
  'quotes: " \\ / \' </script><!-- \\u0041',
  '',
  ' ',
];

check('the info says what there is', async () => {
  const info = await (await fetch(`${url}/echo/info`)).json();
  assert.equal(info.websocket, true);
  assert.equal(info.cookie_needed, false);
  assert.ok(Number.isInteger(info.entropy));
  assert.notEqual(info.entropy, (await (await fetch(`${url}/echo/info`)).json()).entropy);
});

for (const transport of TRANSPORTS) {
  check(`${transport}: 1,000 numbered messages come back in order, each once`, async () => {
    const connection = await SockJsConnection.open('/echo', transport);
    assert.equal(connection.transport, transport);
    const sent = Array.from({length: 1000}, (_, i) => `message ${i}`);
    sent.forEach(text => connection.say(text));
    assert.deepEqual(await connection.inbox.take(sent.length), sent);
    connection.say('end');
    assert.equal(await connection.inbox.next(), 'end');
  });

  check(`${transport}: 50 questions and answers, one after the other`, async () => {
    const connection = await SockJsConnection.open('/echo', transport);
    for (let i = 0; i < 50; i++) {
      connection.say(`question ${i}`);
      assert.equal(await connection.inbox.next(), `question ${i}`);
    }
  });

  check(`${transport}: characters of every kind come back as they were`, async () => {
    const connection = await SockJsConnection.open('/echo', transport);
    UNICODE.forEach(text => connection.say(text));
    assert.deepEqual(await connection.inbox.take(UNICODE.length), UNICODE);
  });

  check(`${transport}: messages of 100 KB come back`, async () => {
    const connection = await SockJsConnection.open('/echo', transport);
    for (const letter of ['x', '"', 'ü']) {
      const text = letter.repeat(100_000 / Buffer.byteLength(letter));
      connection.say(text);
      assert.equal(await connection.inbox.next(), text);
    }
  });

  check(`${transport}: a burst of 2,000 messages of 1 KB comes back, though it is much more than one message may be`, async () => {
    const connection = await SockJsConnection.open('/echo', transport);
    const sent = Array.from({length: 2000}, (_, i) => `${i} ${'x'.repeat(1000)}`);
    sent.forEach(text => connection.say(text));
    assert.deepEqual(await connection.inbox.take(sent.length), sent);
  });

  check(`${transport}: a message that is too big closes with 1009`, async () => {
    const connection = await SockJsConnection.open('/echo', transport);
    connection.say('x'.repeat(300_000));
    assert.equal((await connection.closed).code, 1009);
    const other = await SockJsConnection.open('/echo', transport);
    other.say('still here');
    assert.equal(await other.inbox.next(), 'still here');
  });

  check(`${transport}: a session that the client closes is over for the feature, too`, async () => {
    const watcher = await WsClient.open('/chat');
    await joined(watcher);
    const connection = await SockJsConnection.open('/chat', transport);
    const {nickname} = await joined(connection);
    await told(watcher, 'notification', nickname, `${nickname} has connected`);
    connection.sock.close();
    await told(watcher, 'notification', nickname, `${nickname} has disconnected`);
    assert.equal((await connection.closed).code, 1000);
  });

  check(`${transport}: chats with a client of another transport`, async () => {
    const other = TRANSPORTS[(TRANSPORTS.indexOf(transport) + 1) % TRANSPORTS.length];
    await chat(await SockJsConnection.open('/chat', transport), () => SockJsConnection.open('/chat', other));
  });

  check(`${transport}: chats with a plain WebSocket`, async () => {
    await chat(await SockJsConnection.open('/chat', transport), () => WsClient.open('/chat'));
  });

  check(`${transport}: is told the prices of stocks, again and again`, async () => {
    const connection = await SockJsConnection.open('/stocks', transport);
    connection.say({stocks: ['AAPL', 'GOOG']});
    for (let i = 0; i < 3; i++) assert.deepEqual(Object.keys(await connection.json()), ['AAPL', 'GOOG']);
  });
}

/** Checks all messages of the room. Both clients get them, and only one gets its refusal. */
async function chat(ann, openBob) {
  const first = await joined(ann);
  const bob = await openBob();
  const second = await joined(bob);
  assert.equal(second.number, first.number + 1);
  await told(ann, 'notification', second.nickname, `${second.nickname} has connected`);

  ann.say('hello');
  for (const client of [ann, bob]) {
    assert.equal(await told(client, 'message', first.nickname, 'hello'), first.id);
  }
  const nick = `Bob ${first.number}`;
  bob.say(`/nick ${nick}`);
  for (const client of [ann, bob]) {
    assert.equal(await told(client, 'nick_update', nick, `Client ${second.nickname} changed to ${nick}`), second.id);
  }
  ann.say(`/nick ${nick.toUpperCase()}`);
  await refused(ann, 409, `the nickname ${nick.toUpperCase()} is taken`);
  ann.say('/nick \u200b');
  await refused(ann, 400, 'a nickname must not have control or invisible characters');

  (bob.sock ?? bob.socket).close();
  assert.equal(await told(ann, 'notification', nick, `${nick} has disconnected`), second.id);
  ann.say(`/nick ${nick}`);
  await told(ann, 'nick_update', nick, `Client ${first.nickname} changed to ${nick}`);
}

check('every transport notices that the gateway was killed, and a new connection works when it is back', async () => {
  const connections = [];
  for (const transport of TRANSPORTS) connections.push(await SockJsConnection.open('/echo', transport));
  await ask('restart');
  // In Node, sockjs-client does not notice that its stream was cut until it sends.
  connections[TRANSPORTS.indexOf('xhr-streaming')].say('anybody there?');
  for (const [i, transport] of TRANSPORTS.entries()) {
    assert.equal((await connections[i].closed).code, 1006, transport);
    const again = await SockJsConnection.open('/echo', transport);
    again.say('back again');
    assert.equal(await again.inbox.next(), 'back again', transport);
  }
});

await run();
