/** Checks the client of the book's chat: it receives by pusher-js and sends by fetch. */

import assert from 'node:assert/strict';
import {afterwards, check, run, url} from './lib/checks.mjs';
import {Inbox} from './lib/inbox.mjs';
import {pusherOf} from './lib/pusher-client.mjs';
import {WsClient} from './lib/ws-client.mjs';

const Pusher = pusherOf(8);
const {hostname, port} = new URL(url);
const EVENTS = ['message', 'nickname', 'notification'];

/** Will return a client in the room. Its inbox has each event as `[event, data]`. */
async function room() {
  const pusher = new Pusher('chat-demo', {
    wsHost: hostname,
    wsPort: Number(port),
    forceTLS: false,
    enabledTransports: ['ws'],
    cluster: '',
  });
  afterwards(() => pusher.disconnect());
  const inbox = new Inbox();
  const channel = pusher.subscribe('chat');
  for (const event of EVENTS) channel.bind(event, data => inbox.put([event, data]));
  await new Promise((resolve, reject) => {
    channel.bind('pusher:subscription_succeeded', resolve);
    channel.bind('pusher:subscription_error', reject);
  });
  return {pusher, inbox};
}

/** Takes the next message that contains the text. Clients of the last check may still be leaving. */
function next(inbox, about) {
  return inbox.find(about, ([, {message}]) => message.includes(about));
}

async function post(path, body) {
  const headers = {'content-type': 'application/json'};
  const response = await fetch(`${url}${path}`, {method: 'POST', headers, body: JSON.stringify(body)});
  return {status: response.status, ...(await response.json())};
}

check('who logs in, is called something else and speaks is heard by events with names', async () => {
  const {inbox} = await room();
  const {status, id, nickname} = await post('/login');
  assert.equal(status, 200);
  assert.match(nickname, /^AnonymousUser\d+$/);
  const [came, notification] = await next(inbox, `${nickname} has connected`);
  assert.equal(came, 'notification');
  assert.equal(notification.nickname, nickname);
  assert.notEqual(notification.id, id);

  assert.deepEqual(await post('/nickname', {id, nickname: 'Lombardi'}), {status: 200, id, nickname: 'Lombardi'});
  const [changed, renamed] = await next(inbox, 'to Lombardi');
  assert.equal(changed, 'nickname');
  assert.equal(renamed.nickname, 'Lombardi');

  assert.deepEqual(await post('/chat', {id, message: 'Grüße, 世界'}), {status: 200});
  const [said, message] = await next(inbox, 'Grüße');
  assert.equal(said, 'message');
  assert.deepEqual(message, {type: 'message', id: notification.id, nickname: 'Lombardi', message: 'Grüße, 世界'});
});

check('what the room does not take is an error with a code and words', async () => {
  const {id} = await post('/login', {nickname: 'Hopper'});
  assert.deepEqual(await post('/login', {nickname: 'hopper'}), {
    status: 409,
    error: {code: 409, message: 'the nickname hopper is taken'},
  });
  assert.equal((await post('/chat', {id, message: ''})).error.code, 400);
  assert.equal((await post('/chat', {id: 'me', message: 'hi'})).error.code, 400);
});

check('who is in the room by a connection leaves with it', async () => {
  const {inbox} = await room();
  const {pusher} = await room();
  const {id} = await post('/login', {nickname: 'Perlman', socket_id: pusher.connection.socket_id});
  await next(inbox, 'Perlman has connected');
  pusher.disconnect();
  await next(inbox, 'Perlman has disconnected');
  const {error} = await post('/chat', {id, message: 'hi'});
  assert.deepEqual(error, {code: 410, message: 'you are not logged in any more: log in again'});
});

check('the WebSocket at the same path is in the same room', async () => {
  const {inbox} = await room();
  const {id} = await post('/login', {nickname: 'Liskov'});
  const other = await WsClient.open('/chat');
  await other.inbox.find('that it came', text => JSON.parse(text).type === 'notification');
  await post('/chat', {id, message: 'hello, WebSocket'});
  const heard = await other.inbox.find('the message', text => JSON.parse(text).type === 'message');
  assert.equal(JSON.parse(heard).message, 'hello, WebSocket');
  other.say('hello, Pusher');
  assert.equal((await next(inbox, 'hello, Pusher'))[0], 'message');
});

await run();
