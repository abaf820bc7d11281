/**
 * Checks the bridge over a plain WebSocket, and all its refusals. The gateway has
 * `limits.subscriptions=3`.
 */

import assert from 'node:assert/strict';
import {check, run} from './lib/checks.mjs';
import {WsClient} from './lib/ws-client.mjs';

const PATH = '/eventbus/websocket';
const LONG = `public.${'x'.repeat(300)}`;

/** Checks that the answer is an err with that code, address and text. */
async function refused(client, message, code, address) {
  client.say(message);
  const error = await client.json();
  assert.equal(error.type, 'err', JSON.stringify(error));
  assert.equal(error.body, code, JSON.stringify(error));
  assert.equal(error.address, address, JSON.stringify(error));
  assert.equal(typeof error.message, 'string', JSON.stringify(error));
  return error;
}

/** Checks that the client still works. */
async function works(client) {
  client.say({type: 'send', address: 'echo', body: 'still here', replyAddress: 'r'});
  assert.deepEqual((await client.json()).body, 'still here');
}

function refusal(sentence, code, messages) {
  check(`${sentence}: ${code}`, async () => {
    const client = await WsClient.open(PATH);
    for (const [message, address] of messages) {
      await refused(client, message, code, address);
    }
    await works(client);
  });
}

check('what comes over the plain WebSocket is text', async () => {
  const client = await WsClient.open(PATH);
  client.say({type: 'register', address: 'public.a'});
  client.say({type: 'publish', address: 'public.a', headers: {h: ['1', '2']}, body: {b: 1}});
  const message = await client.inbox.next();
  assert.equal(typeof message, 'string');
  const {type, address, body, headers} = JSON.parse(message);
  assert.deepEqual({type, address, body, h: headers.h}, {type: 'rec', address: 'public.a', body: {b: 1}, h: ['1', '2']});
});

check('a client may say its JSON in binary messages, and is still answered in text', async () => {
  const client = await WsClient.open(PATH);
  client.say(Buffer.from(JSON.stringify({type: 'send', address: 'echo', body: 'x', replyAddress: 'r'})));
  assert.deepEqual(await client.json(), {...(await replyToX(client)), address: 'r'});
});

async function replyToX(client) {
  client.say({type: 'send', address: 'echo', body: 'x', replyAddress: 's'});
  return client.json();
}

check('a ping is not answered', async () => {
  const client = await WsClient.open(PATH);
  client.say({type: 'ping'});
  await works(client);
});

refusal('a message that is no JSON object', 'invalid_json', [
  ['{"type":', undefined],
  ['', undefined],
  ['[]', undefined],
  ['[{"type":"ping"}]', undefined],
  ['"text"', undefined],
  ['7', undefined],
  ['null', undefined],
  ['{"type":"ping"} {"type":"ping"}', undefined],
]);
refusal('a message without a type', 'missing_type', [
  ['{}', undefined],
  [{address: 'public.a', body: 1}, 'public.a'],
  [{type: null, address: 'public.a'}, 'public.a'],
]);
refusal('a message without an address', 'missing_address', [
  [{type: 'register'}, undefined],
  [{type: 'publish', body: 1}, undefined],
  [{type: 'send', address: null}, undefined],
]);
refusal('a type that does not exist', 'invalid_type', [
  [{type: 'shout', address: 'public.a'}, 'public.a'],
  [{type: 'rec', address: 'public.a'}, 'public.a'],
]);
refusal('what no rule allows', 'access_denied', [
  [{type: 'register', address: 'secret'}, 'secret'],
  [{type: 'unregister', address: 'secret'}, 'secret'],
  [{type: 'publish', address: 'secret', body: 1}, 'secret'],
  [{type: 'send', address: 'secret', body: 1}, 'secret'],
  [{type: 'publish', address: 'echo', body: 1}, 'echo'],
  [{type: 'register', address: 'public.a.b'}, 'public.a.b'],
  [{type: 'register', address: '__vertx.subs'}, '__vertx.subs'],
]);
refusal('an address that is too long', 'max_address_length_reached', [
  [{type: 'register', address: LONG}, LONG],
  [{type: 'publish', address: LONG, body: 1}, LONG],
  [{type: 'send', address: LONG, body: 1}, LONG],
]);
refusal('a reply address of more than 36 characters', 'invalid_reply_address', [
  [{type: 'send', address: 'echo', body: 1, replyAddress: 'x'.repeat(37)}, 'echo'],
]);
refusal('headers that are not text, numbers and booleans', 'invalid_headers', [
  [{type: 'publish', address: 'public.a', headers: {h: null}}, 'public.a'],
  [{type: 'publish', address: 'public.a', headers: {h: {nested: 1}}}, 'public.a'],
  [{type: 'publish', address: 'public.a', headers: {h: ['a', null]}}, 'public.a'],
  [{type: 'publish', address: 'public.a', headers: {h: [['a']]}}, 'public.a'],
  [{type: 'publish', address: 'public.a', headers: 'text'}, 'public.a'],
  [{type: 'publish', address: 'public.a', headers: ['text']}, 'public.a'],
  ['{"type":"publish","address":"public.a","headers":{"h":1e400}}', 'public.a'],
]);
refusal('a body that no message can hold', 'invalid_body', [
  ['{"type":"publish","address":"public.a","body":1e400}', 'public.a'],
  ['{"type":"send","address":"echo","body":{"a":[-1e999999999]}}', 'echo'],
]);

check('who asks with bad headers is answered where the answer is awaited: invalid_headers', async () => {
  const client = await WsClient.open(PATH);
  const message = {type: 'send', address: 'echo', headers: {h: null}, body: 1, replyAddress: 'r'};
  const error = await refused(client, message, 'invalid_headers', 'r');
  assert.equal(error.sourceAddress, 'echo');
  assert.equal(error.failureType, 'RECIPIENT_FAILURE');
});

check('who asks where it may not is answered where the answer is awaited: access_denied', async () => {
  const client = await WsClient.open(PATH);
  const error = await refused(client, {type: 'send', address: 'secret', body: 1, replyAddress: 'r'}, 'access_denied', 'r');
  assert.equal(error.sourceAddress, 'secret');
  assert.equal(error.failureType, 'RECIPIENT_FAILURE');
});

check('a second registration at the same address: address_already_registered', async () => {
  const client = await WsClient.open(PATH);
  client.say({type: 'register', address: 'public.a'});
  await refused(client, {type: 'register', address: 'public.a'}, 'address_already_registered', 'public.a');
  client.say({type: 'publish', address: 'public.a', body: 'once'});
  assert.equal((await client.json()).body, 'once');
  await works(client);
});

check('more registrations than allowed: max_handlers_reached', async () => {
  const client = await WsClient.open(PATH);
  for (const name of ['a', 'b', 'c']) client.say({type: 'register', address: `public.${name}`});
  await refused(client, {type: 'register', address: 'public.d'}, 'max_handlers_reached', 'public.d');
  client.say({type: 'unregister', address: 'public.a'});
  client.say({type: 'register', address: 'public.d'});
  client.say({type: 'publish', address: 'public.d', body: 'room again'});
  assert.equal((await client.json()).body, 'room again');
});

check('an address that nobody listens at is a reply failure: NO_HANDLERS', async () => {
  const client = await WsClient.open(PATH);
  client.say({type: 'send', address: 'public.nobody', body: 1, replyAddress: 'r'});
  const {message, ...error} = await client.json();
  assert.deepEqual(error, {
    type: 'err',
    address: 'r',
    sourceAddress: 'public.nobody',
    failureCode: -1,
    failureType: 'NO_HANDLERS',
  });
  assert.match(message, /public\.nobody/);
});

await run();
