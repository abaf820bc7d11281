/**
 * Checks the standard client of Pusher, versions 8 and 7, with the gateway. The script makes the
 * backend's signatures.
 */

import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import {createRequire} from 'node:module';
import {BusClient, PACKAGES} from './lib/bus-client.mjs';
import {afterwards, ask, check, run} from './lib/checks.mjs';
import {Inbox} from './lib/inbox.mjs';
import {LINES, connected, fresh, hear, letIn, options, pusherOf, subscribed} from './lib/pusher-client.mjs';

const nacl = createRequire(import.meta.url)('tweetnacl');

/** Returns a client of another protocol, which publishes as backends do. */
async function bus() {
  return (await BusClient.open(PACKAGES[0])).bus;
}

function named(name) {
  return {name};
}

function next(inbox, event) {
  return inbox.find(event, ([name]) => name === event);
}

/** Adds the checks for each transport. */
function checksOf(way) {
  const who = `line ${way.line} over ${way.transport}`;

  check(`${who}: what is published on the bus is an event of a public channel`, async () => {
    const pusher = await connected(way);
    assert.match(pusher.connection.socket_id, /^\d+\.\d+$/);
    const channel = await subscribed(pusher, fresh('public.'));
    const publisher = await bus();
    for (const body of [{a: [1, null, 'Grüße \u2028 😀']}, ['x'], 'text', 5, true]) {
      publisher.publish(channel.name, body, named('said'));
      assert.deepEqual((await next(channel.inbox, 'said'))[1], body);
    }
  });

  check(`${who}: 300 events come in order`, async () => {
    const channel = await subscribed(await connected(way), fresh('public.'));
    const publisher = await bus();
    for (let i = 0; i < 300; i++) publisher.publish(channel.name, i, named('said'));
    const all = await channel.inbox.take(300);
    assert.deepEqual(all.map(([, data]) => data), Array.from({length: 300}, (_, i) => i));
  });

  check(`${who}: clients of a private channel hear each other, and not themselves`, async () => {
    const name = fresh('private-');
    const one = await subscribed(await connected(way), name);
    const two = await subscribed(await connected(way), name);
    assert.ok(one.trigger('client-typing', {from: 'one', n: 1.5}));
    assert.deepEqual((await next(two.inbox, 'client-typing'))[1], {from: 'one', n: 1.5});
    two.trigger('client-typing', 'from two');
    const [, data] = await next(one.inbox, 'client-typing');
    assert.equal(data, 'from two');
  });
}

/** Adds the checks that do not depend on the transport. */
function moreChecksOf(way) {
  const who = `line ${way.line}`;

  check(`${who}: who has read a whole stream connects anew, time and again`, async () => {
    const pusher = await connected({...way, transport: 'xhr_streaming'});
    const channel = await subscribed(pusher, fresh('public.'));
    const publisher = await bus();
    // A client that took it for an error would stop after two.
    for (let streams = 0; streams < 4; streams++) {
      const id = pusher.connection.socket_id;
      let event;
      do {
        publisher.publish(channel.name, 'x'.repeat(20_000), named('said'));
        [event] = await channel.inbox.next();
      } while (event !== 'pusher:subscription_succeeded');
      assert.notEqual(pusher.connection.socket_id, id);
    }
  });

  check(`${who}: who unsubscribes hears no more`, async () => {
    const pusher = await connected(way);
    const left = await subscribed(pusher, fresh('public.'));
    const kept = await subscribed(pusher, fresh('public.'));
    const publisher = await bus();
    pusher.unsubscribe(left.name);
    kept.unbind_global();
    const again = await subscribed(pusher, left.name);
    publisher.publish(left.name, 1, named('said'));
    await next(again.inbox, 'said');
  });

  check(`${who}: a channel that is not for it is an error`, async () => {
    const pusher = await connected(way);
    const error = await next(hear(pusher.subscribe('secret')), 'pusher:subscription_error');
    assert.equal(error[1].status, 403);
    const foreign = await connected(way, 'x', {
      channelAuthorization: {customHandler: (params, callback) => callback(null, {auth: 'demo-key:00'})},
    });
    const wrong = await next(hear(foreign.subscribe(fresh('private-'))), 'pusher:subscription_error');
    assert.equal(wrong[1].status, 401);
  });

  check(`${who}: members of a presence channel are known, come and go`, async () => {
    const name = fresh('presence-');
    const ann = await subscribed(await connected(way, 'ann'), name);
    assert.equal(ann.members.count, 1);
    assert.deepEqual(ann.members.me, {id: 'ann', info: {name: 'Name of ann'}});
    const bobs = await connected(way, 'bob');
    const bob = await subscribed(bobs, name);
    assert.equal(bob.members.count, 2);
    assert.deepEqual(bob.members.get('ann').info, {name: 'Name of ann'});
    const [, added] = await next(ann.inbox, 'pusher:member_added');
    assert.deepEqual(added, {id: 'bob', info: {name: 'Name of bob'}});
    const hello = new Promise(resolve => ann.bind('client-hello', (data, metadata) => resolve([data, metadata.user_id])));
    bob.trigger('client-hello', {x: 1});
    assert.deepEqual(await hello, [{x: 1}, 'bob']);
    await next(ann.inbox, 'client-hello');
    const second = await connected(way, 'bob');
    await subscribed(second, name);
    second.disconnect();
    bobs.disconnect();
    const [, removed] = await next(ann.inbox, 'pusher:member_removed');
    assert.equal(removed.id, 'bob');
    assert.equal(ann.members.count, 1);
    assert.deepEqual(ann.inbox.waiting, []);
  });

  check(`${who}: a cache channel has its last event, or says that there is none`, async () => {
    const name = fresh('cache-');
    const first = hear((await connected(way)).subscribe(name));
    await next(first, 'pusher:cache_miss');
    (await bus()).publish(name, {n: 1}, named('said'));
    await next(first, 'said');
    const second = hear((await connected(way)).subscribe(name));
    assert.deepEqual((await second.take(2)).map(([event]) => event), ['pusher:subscription_succeeded', 'said']);
  });

  check(`${who}: encrypted events are read by those who have the key`, async () => {
    const name = fresh('private-encrypted-');
    const secret = createHash('sha256').update(name).update(randomBytes(32)).digest();
    const pusher = await connected(way, 'x', {
      nacl,
      channelAuthorization: {
        customHandler: ({socketId, channelName}, callback) =>
          callback(null, letIn(channelName, socketId, 'x', {shared_secret: secret.toString('base64')})),
      },
    });
    const channel = await subscribed(pusher, name);
    const nonce = randomBytes(24);
    const ciphertext = nacl.secretbox(Buffer.from(JSON.stringify({deep: 'secret'})), nonce, secret);
    const event = {nonce: nonce.toString('base64'), ciphertext: Buffer.from(ciphertext).toString('base64')};
    (await bus()).publish(name, event, named('said'));
    assert.deepEqual((await next(channel.inbox, 'said'))[1], {deep: 'secret'});
  });

  check(`${who}: who signs in hears what is for the user`, async () => {
    const user = fresh('u');
    const pusher = await connected(way, user);
    pusher.signin();
    await pusher.user.signinDonePromise;
    const heard = new Inbox();
    pusher.user.bind('hello', data => heard.put(data));
    await hear(pusher.user.serverToUserChannel).find('the channel', ([event]) => event === 'pusher:subscription_succeeded');
    (await bus()).publish(`#server-to-user-${user}`, {n: 1}, named('hello'));
    assert.deepEqual(await heard.next(), {n: 1});
  });

  check(`${who}: users who are watched come online and go offline`, async () => {
    const [ann, bob] = [fresh('a'), fresh('b')];
    const pusher = await connected(way, ann, {watchlist: [bob]});
    const heard = new Inbox();
    for (const name of ['online', 'offline']) pusher.user.watchlist.bind(name, event => heard.put([name, event.user_ids]));
    pusher.signin();
    assert.deepEqual(await heard.next(), ['offline', [bob]]);
    const other = await connected(way, bob);
    other.signin();
    assert.deepEqual(await heard.next(), ['online', [bob]]);
    other.disconnect();
    assert.deepEqual(await heard.next(), ['offline', [bob]]);
  });

  check(`${who}: an app that does not exist is refused for good`, async () => {
    const Pusher = pusherOf(way.line);
    const pusher = new Pusher('nobody', options());
    afterwards(() => pusher.disconnect());
    const error = await new Promise(resolve => pusher.connection.bind('error', resolve));
    assert.equal(error.data?.code ?? error.error?.data?.code, 4001);
    assert.equal(pusher.connection.state, 'disconnected');
  });

  check(`${who}: a silent connection is asked, and stays`, async () => {
    const pusher = await connected(way, 'x', {activityTimeout: 500, pongTimeout: 5_000});
    const heard = new Inbox();
    pusher.connection.bind('message', message => heard.put(message.event));
    await heard.find('a pong', event => event === 'pusher:pong');
    assert.equal(pusher.connection.state, 'connected');
  });
}

const ways = Object.keys(LINES).map(line => ({line, transport: 'ws'}));

for (const way of ways) {
  for (const transport of ['ws', 'xhr_streaming', 'xhr_polling']) checksOf({...way, transport});
  moreChecksOf(way);
}

check('both lines come again when the gateway was restarted', async () => {
  const name = fresh('private-');
  const all = await Promise.all(ways.map(async way => subscribed(await connected(way), name)));
  await ask('restart');
  for (const channel of all) await next(channel.inbox, 'pusher:subscription_succeeded');
  all[0].trigger('client-back', 1);
  await next(all[1].inbox, 'client-back');
});

await run();
