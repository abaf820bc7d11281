/** Checks the service endpoints over plain WebSockets: /echo, /chat and /stocks. */

import assert from 'node:assert/strict';
import {check, run} from './lib/checks.mjs';
import {joined, refused, told} from './lib/chat.mjs';
import {WsClient} from './lib/ws-client.mjs';

check('/echo returns text as text', async () => {
  const client = await WsClient.open('/echo');
  for (const text of ['hello', '', ' ', 'Grüße ✓ 漢字 \u2028\u2029 😀', '{"type":"not JSON for us"}', 'x'.repeat(100_000)]) {
    assert.equal(await client.exchange(text), text);
  }
});

check('/echo returns binary as binary', async () => {
  const client = await WsClient.open('/echo');
  for (const bytes of [Buffer.from([0, 1, 0xff, 0xfe]), Buffer.alloc(0), Buffer.alloc(100_000, 0xab)]) {
    assert.deepEqual(await client.exchange(bytes), bytes);
  }
});

check('/echo returns 1,000 numbered messages in order', async () => {
  const client = await WsClient.open('/echo');
  const sent = Array.from({length: 1000}, (_, i) => `message ${i}`);
  sent.forEach(text => client.say(text));
  assert.deepEqual(await client.inbox.take(sent.length), sent);
});

check('/chat tells everybody who joins, talks, changes the nickname and leaves', async () => {
  const ann = await WsClient.open('/chat');
  const first = await joined(ann);
  const bob = await WsClient.open('/chat');
  const second = await joined(bob);
  assert.equal(second.number, first.number + 1);
  assert.notEqual(second.id, first.id);
  assert.equal(await told(ann, 'notification', second.nickname, `${second.nickname} has connected`), second.id);

  ann.say('hello <b>you</b> 😀');
  for (const client of [ann, bob]) {
    assert.equal(await told(client, 'message', first.nickname, 'hello <b>you</b> 😀'), first.id);
  }

  bob.say('/nick Bob B.');
  for (const client of [ann, bob]) {
    const news = `Client ${second.nickname} changed to Bob B.`;
    assert.equal(await told(client, 'nick_update', 'Bob B.', news), second.id);
  }

  bob.socket.close(1000);
  assert.equal(await told(ann, 'notification', 'Bob B.', 'Bob B. has disconnected'), second.id);

  const cid = await WsClient.open('/chat');
  const third = await joined(cid);
  assert.ok(third.number > second.number, 'a number was used again');
});

check('/chat tells refusals to their sender alone', async () => {
  const ann = await WsClient.open('/chat');
  await joined(ann);
  ann.say('/nick Taken');
  await ann.inbox.find('her new name', text => JSON.parse(text).nickname === 'Taken');
  const bob = await WsClient.open('/chat');
  const {nickname} = await joined(bob);
  await ann.inbox.find('the notification of the other', text => text.includes(`${nickname} has connected`));

  bob.say('/nick taken');
  await refused(bob, 409, 'the nickname taken is taken');
  bob.say('/nick');
  await refused(bob, 400, 'a nickname must not be empty: /nick NAME');
  bob.say(`/nick ${'x'.repeat(31)}`);
  await refused(bob, 400, 'a nickname has at most 30 characters');
  bob.say('/nick a\u0007b');
  await refused(bob, 400, 'a nickname must not have control or invisible characters');
  bob.say(' ');
  await refused(bob, 400, 'a chat message must not be empty');
  bob.say('x'.repeat(4097));
  await refused(bob, 413, 'a chat message has at most 4096 bytes');
  bob.say(Buffer.from('bytes'));
  await refused(bob, 400, 'a chat message is text, not binary');

  bob.say('still here');
  await told(bob, 'message', nickname, 'still here');
  await told(ann, 'message', nickname, 'still here');
});

check('/stocks tells the prices at once and then again', async () => {
  const client = await WsClient.open('/stocks');
  client.say({stocks: ['AAPL', 'MSFT']});
  for (const prices of [await client.json(), await client.json(), await client.json()]) {
    assert.deepEqual(Object.keys(prices), ['AAPL', 'MSFT']);
    for (const price of Object.values(prices)) assert.ok(price >= 0.01, JSON.stringify(prices));
  }
});

check('/stocks replaces a request by the next one, and an empty one ends it', async () => {
  const client = await WsClient.open('/stocks');
  client.say({stocks: ['AAPL']});
  assert.deepEqual(Object.keys(await client.json()), ['AAPL']);
  client.say({stocks: ['GOOG', 'YHOO']});
  await client.inbox.find('the new stocks', text => Object.keys(JSON.parse(text)).join() === 'GOOG,YHOO');
  assert.deepEqual(Object.keys(await client.json()), ['GOOG', 'YHOO'], 'the old request goes on');

  client.say({stocks: []});
  client.say({stocks: ['FOO']});
  await client.inbox.find('the refusal', text => JSON.parse(text).type === 'error');
  const other = await WsClient.open('/stocks');
  other.say({stocks: ['AMZN']});
  await other.inbox.take(3);
  assert.deepEqual(client.inbox.waiting, [], 'told of stocks that nobody watches');
});

check('/stocks names unknown symbols, and the known ones still work', async () => {
  const client = await WsClient.open('/stocks');
  client.say({stocks: ['AAPL', 'FOO', 'BAR']});
  assert.deepEqual(await client.json(), {type: 'error', code: 404, message: 'unknown symbols: FOO, BAR'});
  assert.deepEqual(Object.keys(await client.json()), ['AAPL']);
  client.say('no JSON');
  const refusal = await client.inbox.find('the refusal', text => JSON.parse(text).type === 'error');
  assert.deepEqual(JSON.parse(refusal), {
    type: 'error',
    code: 400,
    message: 'to watch stocks send {"stocks":["AAPL","MSFT"]}',
  });
  assert.deepEqual(Object.keys(await client.json()), ['AAPL'], 'a bad request ends the good one');
});

await run();
