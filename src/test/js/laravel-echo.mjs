/**
 * Checks Laravel Echo with pusher-js, as Laravel's pages use it: with the broadcasters pusher and
 * reverb.
 */

import assert from 'node:assert/strict';
import Echo from 'laravel-echo';
import {BusClient, PACKAGES} from './lib/bus-client.mjs';
import {afterwards, check, run} from './lib/checks.mjs';
import {Inbox} from './lib/inbox.mjs';
import {fresh, options, pusherOf} from './lib/pusher-client.mjs';

const NOTIFICATION = 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated';

function echo(broadcaster, user) {
  const echo = new Echo({
    ...options(user, broadcaster === 'reverb' ? {cluster: undefined} : {}),
    broadcaster,
    Pusher: pusherOf(8),
    key: 'demo-key',
  });
  afterwards(() => echo.disconnect());
  return echo;
}

function subscribed(channel) {
  return new Promise((resolve, reject) => channel.subscribed(resolve).error(reject));
}

/** Broadcasts an event as a Laravel application does. */
async function broadcast(channel, event, data) {
  const {bus} = await BusClient.open(PACKAGES[0]);
  bus.publish(channel, data, {name: event});
}

for (const broadcaster of ['pusher', 'reverb']) {
  check(`${broadcaster}: events of a public channel are heard`, async () => {
    const name = fresh('public.');
    const heard = new Inbox();
    const channel = echo(broadcaster).channel(name);
    channel.listen('OrderShipped', data => heard.put(data)).listen('.plain', data => heard.put(data));
    await subscribed(channel);
    await broadcast(name, 'App\\Events\\OrderShipped', {order: 1});
    assert.deepEqual(await heard.next(), {order: 1});
    await broadcast(name, 'plain', {order: 2});
    assert.deepEqual(await heard.next(), {order: 2});
  });

  check(`${broadcaster}: those in a private channel whisper, and are notified`, async () => {
    const name = fresh('');
    const heard = new Inbox();
    const one = echo(broadcaster, 'one').private(name);
    const two = echo(broadcaster, 'two').private(name);
    two.listenForWhisper('typing', data => heard.put(data)).notification(data => heard.put(data));
    await Promise.all([subscribed(one), subscribed(two)]);
    one.whisper('typing', {name: 'one'});
    assert.deepEqual(await heard.next(), {name: 'one'});
    await broadcast(`private-${name}`, NOTIFICATION, {id: 'x', type: 'y'});
    assert.deepEqual(await heard.next(), {id: 'x', type: 'y'});
  });

  check(`${broadcaster}: those in a presence channel know who is here, joining and leaving`, async () => {
    const name = fresh('');
    const heard = new Inbox();
    const first = echo(broadcaster, 'first').join(name);
    first
      .here(members => heard.put(['here', members]))
      .joining(member => heard.put(['joining', member]))
      .leaving(member => heard.put(['leaving', member]))
      .listenForWhisper('hi', data => heard.put(['whisper', data]));
    assert.deepEqual(await heard.next(), ['here', [{name: 'Name of first'}]]);
    const other = echo(broadcaster, 'second');
    const second = other.join(name);
    await subscribed(second);
    assert.deepEqual(await heard.next(), ['joining', {name: 'Name of second'}]);
    second.whisper('hi', {x: 1});
    assert.deepEqual(await heard.next(), ['whisper', {x: 1}]);
    other.leave(name);
    assert.deepEqual(await heard.next(), ['leaving', {name: 'Name of second'}]);
  });
}

await run();
