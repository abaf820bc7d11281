/**
 * Checks the pages' own pusher-client.js. It must behave as pusher-js where both have a feature.
 */

import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import WebSocket from 'ws';
import {BusClient, PACKAGES} from './lib/bus-client.mjs';
import {afterwards, ask, check, run, url} from './lib/checks.mjs';
import {Inbox} from './lib/inbox.mjs';
import {webroot} from './lib/webroot.mjs';

const {Pusher} = await import(webroot('pusher-client.js'));
const {hostname, port} = new URL(url);

/** What the client sends and receives, as `[direction, event]`. */
const frames = new Inbox();

class HeardWebSocket extends WebSocket {
  constructor(...options) {
    super(...options);
    this.on('message', data => frames.put(['in', JSON.parse(data).event]));
  }

  send(message) {
    frames.put(['out', JSON.parse(message).event]);
    super.send(message);
  }
}

function open(key = 'demo-key') {
  const pusher = new Pusher(key, {
    wsHost: hostname,
    wsPort: Number(port),
    forceTLS: false,
    WebSocket: HeardWebSocket,
    backoff: {min: 50, max: 100},
  });
  afterwards(() => pusher.disconnect());
  const states = new Inbox();
  pusher.connection.bind('state_change', change => states.put(change));
  return {pusher, states};
}

function become(states, state) {
  return states.find(state, ({current}) => current === state);
}

/** Will return the channel and the inbox of these events when the client is in it. */
async function subscribed(pusher, name, ...events) {
  const channel = pusher.subscribe(name);
  const inbox = new Inbox();
  for (const event of [...events, 'pusher:subscription_succeeded']) channel.bind(event, data => inbox.put([event, data]));
  await inbox.find('that it is in', ([event]) => event === 'pusher:subscription_succeeded');
  return {channel, inbox};
}

const fresh = () => `public.${randomUUID()}`;
const bus = async () => (await BusClient.open(PACKAGES[0])).bus;

check('it connects, subscribes, hears events by name, and no more when it has unsubscribed', async () => {
  const {pusher, states} = open();
  assert.equal(pusher.connection.state, 'initialized');
  const [first, last] = [fresh(), fresh()];
  // subscribes before it is connected
  const {channel, inbox} = await subscribed(pusher, first, 'said', 'other');
  assert.deepEqual(await states.take(2), [
    {previous: 'initialized', current: 'connecting'},
    {previous: 'connecting', current: 'connected'},
  ]);
  assert.match(pusher.connection.socket_id, /^\d+\.\d+$/);
  assert.equal(channel.name, first);
  assert.equal(channel.subscribed, true);
  assert.equal(pusher.channel(first), channel);

  const publisher = await bus();
  for (const body of [{a: [1, null]}, 'text', 5]) publisher.publish(first, body, {name: 'said'});
  const values = (await inbox.take(3)).map(([, data]) => data);
  assert.deepEqual(values, [{a: [1, null]}, 'text', 5]);

  const other = await subscribed(pusher, last, 'said');
  pusher.unsubscribe(first);
  assert.equal(pusher.channel(first), undefined);
  publisher.publish(first, 1, {name: 'said'});
  publisher.publish(last, 2, {name: 'said'});
  assert.deepEqual(await other.inbox.next(), ['said', 2]);
  assert.deepEqual(inbox.waiting, []);
});

check('a handler that is unbound is not called', async () => {
  const {pusher} = open();
  const {channel, inbox} = await subscribed(pusher, fresh(), 'said');
  const heard = [];
  const handler = data => heard.push(data);
  channel.bind('said', handler).bind('gone', handler);
  channel.unbind('said', handler).unbind('gone');
  const publisher = await bus();
  for (const name of ['gone', 'said']) publisher.publish(channel.name, 1, {name});
  await inbox.next();
  assert.deepEqual(heard, []);
});

check('a channel that it may not hear is an error of the channel', async () => {
  const {pusher} = open();
  const refused = new Promise(resolve => pusher.subscribe('private-x').bind('pusher:subscription_error', resolve));
  assert.equal((await refused).status, 401);
});

check('it answers when it is asked', async () => {
  const {pusher} = open();
  const {channel} = await subscribed(pusher, fresh());
  const publisher = await bus();
  // it gets messages all the time, so it has no reason to ping
  const again = () => publisher.publish(channel.name, 1, {name: 'said'});
  channel.bind('said', again);
  again();
  await frames.find('the question', ([way, event]) => way === 'in' && event === 'pusher:ping');
  await frames.find('its answer', ([way, event]) => way === 'out' && event === 'pusher:pong');
  channel.unbind('said');
});

check('it asks when nothing comes', async () => {
  const {pusher, states} = open();
  await become(states, 'connected');
  await frames.find('its question', ([way, event]) => way === 'out' && event === 'pusher:ping');
  await frames.find('the answer', ([way, event]) => way === 'in' && event === 'pusher:pong');
  assert.equal(pusher.connection.state, 'connected');
});

check('it does not come back to an app that is not there', async () => {
  const {pusher, states} = open('nobody');
  await become(states, 'failed');
  assert.equal(pusher.connection.socket_id, null);
});

check('what ends it is told', async () => {
  const {pusher, states} = open();
  await become(states, 'connected');
  pusher.disconnect();
  await become(states, 'disconnected');
});

check('it comes back when the gateway restarts, with its channels', async () => {
  const {pusher, states} = open();
  const {channel, inbox} = await subscribed(pusher, fresh(), 'said');
  await become(states, 'connected');
  const before = pusher.connection.socket_id;
  const back = ask('restart');
  await become(states, 'unavailable');
  assert.equal(channel.subscribed, false);
  await back;
  await become(states, 'connected');
  assert.notEqual(pusher.connection.socket_id, before);
  await inbox.find('that it is in again', ([event]) => event === 'pusher:subscription_succeeded');
  (await bus()).publish(channel.name, 'again', {name: 'said'});
  assert.deepEqual(await inbox.next(), ['said', 'again']);
});

await run();
