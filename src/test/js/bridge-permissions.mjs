/**
 * Checks what the standard clients hear when they have no permission. The gateway has these
 * permissions: `team.{user}` for users who are logged in, `orders` for traders, `public.secret`
 * denied before `public.*`, and `bids` for messages with `{"kind":"bid"}`.
 */

import assert from 'node:assert/strict';
import {once} from 'node:events';
import WebSocket from 'ws';
import {check, run, wsUrl} from './lib/checks.mjs';
import {BusClient, PACKAGES} from './lib/bus-client.mjs';
import {WsClient} from './lib/ws-client.mjs';

async function refused(client, code, address, act) {
  act();
  const error = await client.errors.next(code);
  assert.deepEqual([error.type, error.body, error.address], ['err', code, address], JSON.stringify(error));
  assert.ok(error.message.includes(address), error.message);
  assert.ok(!error.message.includes('permissions'), error.message);
}

/** Checks that the client may not subscribe, publish or send. */
async function refusedAll(client, code, address) {
  // without a handler, because a handler would get only the text and not the code
  await refused(client, code, address, () => say(client, {type: 'register', address}));
  await refused(client, code, address, () => client.bus.publish(address, 1));
  await refused(client, code, address, () => client.bus.send(address, 1));
  const failure = await client.request(address, 1).then(
    () => assert.fail('was answered'),
    error => error,
  );
  assert.equal(failure.failureType, 'RECIPIENT_FAILURE');
}

/** Sends a message for which the standard clients have no call. */
function say(client, message) {
  client.bus.sockJSConn.send(JSON.stringify(message));
}

function logIn(client) {
  say(client, {type: 'login', username: 'demo', password: 'demo'});
}

for (const name of PACKAGES) {
  check(`${name}: what no rule is about is access_denied`, async () => {
    await refusedAll(await BusClient.open(name), 'access_denied', 'nowhere');
  });

  check(`${name}: what a login could allow is not_logged_in, and allowed after it`, async () => {
    const client = await BusClient.open(name);
    await refusedAll(client, 'not_logged_in', 'team.demo');
    logIn(client);
    const inbox = client.hear('team.demo');
    client.bus.publish('team.demo', 'mine');
    assert.equal((await inbox.next()).body, 'mine');
  });

  check(`${name}: what the login does not allow is access_denied`, async () => {
    const client = await BusClient.open(name);
    logIn(client);
    await refusedAll(client, 'access_denied', 'team.other');
    await refusedAll(client, 'access_denied', 'orders');
  });

  check(`${name}: what a rule denies is rejected`, async () => {
    const client = await BusClient.open(name);
    await refusedAll(client, 'rejected', 'public.secret');
    const inbox = client.hear('public.open');
    client.bus.publish('public.open', 1);
    assert.equal((await inbox.next()).body, 1);
  });

  check(`${name}: a message without what the rule asks for is access_denied`, async () => {
    const client = await BusClient.open(name);
    await refused(client, 'access_denied', 'bids', () => client.bus.publish('bids', {kind: 'ask'}));
    await refused(client, 'access_denied', 'bids', () => client.bus.publish('bids', 'bid'));
    const inbox = client.hear('bids');
    client.bus.publish('bids', {kind: 'bid', price: 7});
    assert.deepEqual((await inbox.next()).body, {kind: 'bid', price: 7});
  });
}

check('a user and a password in the URL of a WebSocket log in', async () => {
  const client = new WsClient(new WebSocket(`${wsUrl.replace('//', '//demo:demo@')}/eventbus/websocket`));
  await once(client.socket, 'open');
  client.say({type: 'register', address: 'team.demo'});
  client.say({type: 'publish', address: 'team.demo', body: 'mine'});
  assert.equal((await client.json()).body, 'mine');
});

await run();
