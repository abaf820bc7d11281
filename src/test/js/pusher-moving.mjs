/**
 * Checks the changes that pusher.md names for users of Pusher, Soketi or Reverb, with their
 * standard libraries.
 */

import assert from 'node:assert/strict';
import {readFile} from 'node:fs/promises';
import Echo from 'laravel-echo';
import Backend from 'pusher';
import {afterwards, check, run, url} from './lib/checks.mjs';
import {Inbox} from './lib/inbox.mjs';
import {fresh, pusherOf} from './lib/pusher-client.mjs';

const page = await readFile(new URL('../../src/site/markdown/pusher.md', import.meta.url), 'utf8');
const gateway = new URL(url);

/** Replaces the gateway of the page by this one. */
function here(text) {
  assert.ok(text.includes('127.0.0.1') && text.includes('8080'), text);
  return text.replaceAll('127.0.0.1', gateway.hostname).replaceAll('8080', gateway.port);
}

/** Returns the block of code in that language below that heading. */
function block(heading, language) {
  const section = page.split(`\n### ${heading}\n`)[1].split(/\n##+ /)[0];
  return here(section.split(`\`\`\`${language}\n`)[1].split('\n```')[0]);
}

/**
 * Returns what Laravel's config/broadcasting.php reads from those lines, in the form for the
 * library for backends. All lines begin with the prefix.
 */
function broadcasting(lines, prefix) {
  const env = Object.fromEntries(lines.split('\n').map(line => line.split('=')));
  assert.equal(env.BROADCAST_CONNECTION, prefix.toLowerCase());
  const of = name => env[`${prefix}_${name}`];
  const app = {appId: of('APP_ID'), key: of('APP_KEY'), secret: of('APP_SECRET')};
  return {...app, host: of('HOST'), port: of('PORT'), useTLS: of('SCHEME') === 'https'};
}

/** Returns what Laravel's echo.js reads from the same lines, for Reverb. */
function reverbEcho({key, host, port, useTLS}) {
  const more = {wsPort: port, wssPort: port, forceTLS: useTLS, enabledTransports: ['ws', 'wss']};
  return {broadcaster: 'reverb', key, wsHost: host, ...more};
}

/** Evaluates an expression of the page with the libraries that it names. */
function evaluated(expression, names) {
  return new Function(...Object.keys(names), `return ${expression}`)(...Object.values(names));
}

/** Opens pages. Their Laravel application signs with its library for backends. */
function open(options, backend) {
  const authorizer = ({name}) => ({
    authorize: (socketId, callback) => callback(null, backend.authorizeChannel(socketId, name, {user_id: socketId, user_info: {}})),
  });
  const echo = new Echo({...options, Pusher: pusherOf(8), authorizer});
  afterwards(() => echo.disconnect());
  return echo;
}

/** Checks that events, whispers and presence work after that change. */
async function works(options, backend) {
  const [one, two] = [open(options, backend), open(options, backend)];
  const name = fresh('orders.');
  const heard = new Inbox();
  const subscribed = channel => new Promise((resolve, reject) => channel.subscribed(resolve).error(reject));
  const publicly = one.channel(name).listen('OrderShipped', data => heard.put(data));
  const privately = one.private(name).listen('OrderShipped', data => heard.put(data));
  const whispered = two.private(name).listenForWhisper('typing', data => heard.put(data));
  await Promise.all([publicly, privately, whispered].map(subscribed));
  for (const channel of [name, `private-${name}`]) {
    await backend.trigger(channel, 'App\\Events\\OrderShipped', {channel});
    assert.deepEqual(await heard.next(), {channel});
  }
  privately.whisper('typing', {n: 1});
  assert.deepEqual(await heard.next(), {n: 1});
  two.join(name).here(members => heard.put(members.length));
  assert.equal(await heard.next(), 1);
}

const lines = {Pusher: block('From Pusher', 'ini'), Reverb: block('From Laravel Reverb', 'ini')};

check('who comes from Pusher or Soketi changes the lines of .env and the options of Echo', async () => {
  const backend = new Backend(broadcasting(lines.Pusher, 'PUSHER'));
  let options;
  evaluated(block('From Pusher', 'js'), {Echo: class { constructor(its) { options = its; } }});
  await works(options, backend);
});

check('a backend without Laravel names host and port', async () => {
  const [example] = page.match(/new Pusher\(\{appId[^`]*(?=`)/);
  const backend = evaluated(here(example), {Pusher: Backend});
  assert.equal((await backend.trigger(fresh('orders.'), 'said', {})).status, 200);
});

check('who comes from Reverb changes the lines of .env at most', async () => {
  const options = broadcasting(lines.Reverb, 'REVERB');
  await works(reverbEcho(options), new Backend(options));
});

check('other protocols do not hear the channels of the app', async () => {
  for (const channel of ['shop.private-orders', 'shop.orders']) {
    const answer = await fetch(`${url}/events?channel=${channel}`);
    assert.equal(answer.status, 403);
    await answer.body.cancel();
  }
});

await run();
