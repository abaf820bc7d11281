/**
 * Checks the HTTP API of Pusher with npm's `pusher`, the library for backends. The clients are
 * plain WebSockets.
 */

import assert from 'node:assert/strict';
import {Agent} from 'node:http';
import Pusher from 'pusher';
import {check, run, url} from './lib/checks.mjs';
import {WsClient} from './lib/ws-client.mjs';

const {hostname, port} = new URL(url);
const agent = new Agent({keepAlive: true, maxSockets: 1});
const app = {
  appId: '3',
  key: 'demo-key',
  secret: 'demo-secret',
  host: hostname,
  port,
  useTLS: false,
  agent,
  encryptionMasterKeyBase64: Buffer.alloc(32, 7).toString('base64'),
};
const pusher = new Pusher(app);
const name = kind => `${kind}${Math.random().toString(36).slice(2)}`;

/** Returns a client of the app. It subscribes and signs in with the signatures of its backend. */
async function client() {
  const ws = await WsClient.open('/app/demo-key?protocol=7&client=test&version=1.0');
  const next = async event => {
    const said = await ws.json();
    assert.equal(said.event, event, JSON.stringify(said));
    return said;
  };
  const socketId = JSON.parse((await next('pusher:connection_established')).data).socket_id;
  return {
    socketId,
    next,
    closed: ws.closed,
    async subscribe(channel, user) {
      const signed = /^(private|presence)-/.test(channel) ? pusher.authorizeChannel(socketId, channel, user) : {};
      const {auth, channel_data} = signed;
      ws.say({event: 'pusher:subscribe', data: {channel, auth, channel_data}});
      await next('pusher_internal:subscription_succeeded');
    },
    async signIn(id) {
      const {auth, user_data} = pusher.authenticateUser(socketId, {id});
      ws.say({event: 'pusher:signin', data: {auth, user_data}});
      await next('pusher:signin_success');
    },
  };
}

const answer = async response => (await response).json();

/** Returns the error that the library throws for a refusal. */
async function refusal(response) {
  const {status, body} = await response.then(
    () => assert.fail('it was not refused'),
    error => error,
  );
  return [status, body];
}

check('an event is heard with its data, character by character', async () => {
  const channel = name('chat');
  const listener = await client();
  await listener.subscribe(channel);
  assert.deepEqual(await answer(pusher.trigger(channel, 'said', {text: 'Grüße 😀', n: 1.0})), {});
  assert.equal((await listener.next('said')).data, '{"text":"Grüße 😀","n":1}');
  assert.deepEqual(await answer(pusher.trigger(channel, 'App\\Events\\Said', '{ "n": 1.0 }')), {});
  const {data, channel: where} = await listener.next('App\\Events\\Said');
  assert.deepEqual([data, where], ['{ "n": 1.0 }', channel]);
});

check('an event is for several channels, and not for the connection that caused it', async () => {
  const [a, b] = [name('a'), name('b')];
  const [one, two] = [await client(), await client()];
  await one.subscribe(a);
  await two.subscribe(a);
  await two.subscribe(b);
  await pusher.trigger([a, b], 'first', '1', {socket_id: one.socketId});
  await pusher.trigger(a, 'second', '2');
  await one.next('second');
  const heard = [await two.next('first'), await two.next('first')].map(event => event.channel);
  assert.deepEqual(heard.sort(), [a, b].sort());
  await two.next('second');
});

check('a batch is several events, and says what is known of their channels', async () => {
  const channel = name('batch');
  const listener = await client();
  await listener.subscribe(channel);
  const batch = [
    {channel, name: 'one', data: {n: 1}, info: 'subscription_count'},
    {channel: name('nobody'), name: 'two', data: {n: 2}},
  ];
  assert.deepEqual(await answer(pusher.triggerBatch(batch)), {batch: [{subscription_count: 1}, {}]});
  await listener.next('one');
});

check('what is encrypted is handed on as it is', async () => {
  const channel = name('private-encrypted-');
  const listener = await client();
  await listener.subscribe(channel);
  await pusher.trigger(channel, 'secret', {text: 'hidden'});
  const {nonce, ciphertext} = JSON.parse((await listener.next('secret')).data);
  assert.ok(nonce && ciphertext);
});

check('channels and users are as they are', async () => {
  const [room, chat] = [name('presence-room'), name('chat')];
  const [one, two, three] = [await client(), await client(), await client()];
  await one.subscribe(room, {user_id: 'ann', user_info: {}});
  await two.subscribe(room, {user_id: 'ann', user_info: {}});
  await three.subscribe(chat);
  const params = {filter_by_prefix: room, info: 'user_count'};
  assert.deepEqual(await answer(pusher.get({path: '/channels', params})), {channels: {[room]: {user_count: 1}}});
  assert.deepEqual(await answer(pusher.get({path: `/channels/${room}/users`})), {users: [{id: 'ann'}]});
  assert.deepEqual(
    await answer(pusher.get({path: `/channels/${room}`, params: {info: 'user_count,subscription_count'}})),
    {occupied: true, user_count: 1, subscription_count: 2},
  );
  const {channels} = await answer(pusher.get({path: '/channels'}));
  assert.deepEqual([channels[room], channels[chat]], [{}, {}]);
});

check('a user is spoken to, and sent away', async () => {
  const [one, two, other] = [await client(), await client(), await client()];
  const user = name('user');
  await one.signIn(user);
  await two.signIn(user);
  await other.signIn(name('other'));
  for (const each of [one, two]) await each.subscribe(`#server-to-user-${user}`);
  assert.deepEqual(await answer(pusher.sendToUser(user, 'said', {n: 1})), {});
  for (const each of [one, two]) assert.equal((await each.next('said')).data, '{"n":1}');
  assert.deepEqual(await answer(pusher.terminateUserConnections(user)), {});
  for (const each of [one, two]) assert.equal((await each.closed).code, 4009);
  const chat = name('chat');
  await other.subscribe(chat);
  await pusher.trigger(chat, 'still', 'here');
  await other.next('still');
});

check('what is wrong is said in words', async () => {
  const wrong = new Pusher({...app, secret: 'another'});
  const [status, words] = await refusal(wrong.trigger('chat', 'said', '1'));
  assert.equal(status, 401);
  assert.match(words, /^Invalid signature: you should have sent HmacSHA256Hex/);
  assert.deepEqual(await refusal(new Pusher({...app, appId: '4'}).trigger('chat', 'said', '1')), [404, 'Unknown app\n']);
  const large = 'x'.repeat(10_241);
  assert.deepEqual(await refusal(pusher.trigger('chat', 'said', large)), [
    413,
    'The data content of this event exceeds the allowed maximum (10240 bytes)\n',
  ]);
  assert.deepEqual(await refusal(pusher.get({path: '/channels/chat/users'})), [
    400,
    'Users can only be retrieved for presence channels\n',
  ]);
});

check('a thousand events go over one connection', async () => {
  const channel = name('many');
  const listener = await client();
  await listener.subscribe(channel);
  const sent = Array.from({length: 1000}, (_, n) => pusher.trigger(channel, 'n', {n}));
  const heard = [];
  for (let i = 0; i < 1000; i++) heard.push(JSON.parse((await listener.next('n')).data).n);
  await Promise.all(sent);
  assert.deepEqual(
    heard,
    Array.from({length: 1000}, (_, n) => n),
  );
});

await run();
