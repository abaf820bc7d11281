/** Checks a bridge client that sends too much. The gateway has `limits.messages-per-second=10`. */

import assert from 'node:assert/strict';
import {check, run} from './lib/checks.mjs';
import {WsClient} from './lib/ws-client.mjs';

check('more messages a second than allowed are refused, and later ones are heard: rate_limit_reached', async () => {
  const client = await WsClient.open('/eventbus/websocket');
  for (let i = 0; i < 50; i++) client.say({type: 'publish', address: 'public.a', body: i});
  const {message, ...error} = await client.json();
  assert.deepEqual(error, {type: 'err', body: 'rate_limit_reached', address: 'public.a'});
  assert.match(message, /too many messages/);

  client.say({type: 'register', address: 'public.b'});
  await client.inbox.find('what was said a second later', text => {
    const {type, body} = JSON.parse(text);
    if (body !== 'later') client.say({type: 'publish', address: 'public.b', body: 'later'});
    return type === 'rec' && body === 'later';
  });
});

check('another client is not held back by that', async () => {
  const loud = await WsClient.open('/eventbus/websocket');
  for (let i = 0; i < 50; i++) loud.say({type: 'publish', address: 'public.a', body: i});
  await loud.json();
  const quiet = await WsClient.open('/eventbus/websocket');
  quiet.say({type: 'send', address: 'echo', body: 'heard', replyAddress: 'r'});
  assert.equal((await quiet.json()).body, 'heard');
});

check('a client of a service endpoint is told in its way, too', async () => {
  const client = await WsClient.open('/echo');
  for (let i = 0; i < 50; i++) client.say('x');
  const refusal = await client.inbox.find('the refusal', text => text !== 'x');
  const {type, message} = JSON.parse(refusal);
  assert.equal(type, 'error');
  assert.match(message, /too many messages/);
});

await run();
