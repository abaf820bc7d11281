/**
 * Checks server-sent events with npm's `eventsource` and with fetch. The second argument is the URL
 * of the admin port.
 */

import assert from 'node:assert/strict';
import {connect, createServer} from 'node:net';
import {EventSource} from 'eventsource';
import {afterwards, check, run, url} from './lib/checks.mjs';
import {Inbox} from './lib/inbox.mjs';

const admin = process.argv[3];
const address = kind => `public.${kind}.${Math.random().toString(36).slice(2)}`;

/**
 * Will return an EventSource. Its inbox has messages, and events of those names, as `[name, data]`.
 */
async function listen(base, channels, names = [], init = {}) {
  const query = new URLSearchParams(channels.map(channel => ['channel', channel]));
  const source = new EventSource(`${base}/events?${query}`, init);
  afterwards(() => source.close());
  const inbox = new Inbox();
  for (const name of ['message', 'busbar-close', 'busbar-gap', ...names]) {
    source.addEventListener(name, ({data}) => inbox.put([name, data]));
  }
  const opened = new Inbox();
  source.addEventListener('open', () => opened.put(true));
  await opened.next('the stream to open');
  return Object.assign(inbox, {source, opened});
}

async function say(message, headers = {}) {
  const body = JSON.stringify(message);
  const answer = await fetch(`${url}/events`, {
    method: 'POST',
    body,
    headers: {'content-type': 'application/json', ...headers},
  });
  return [answer.status, await answer.json()];
}

check('an EventSource hears what is published, at once and in order', async () => {
  const channel = address('a');
  const heard = await listen(url, [channel]);
  for (let i = 0; i < 50; i++) {
    assert.deepEqual(await say({channel, body: {i, text: 'Grüße\n😀'}}), [202, {published: channel}]);
  }
  for (let i = 0; i < 50; i++) {
    const [name, data] = await heard.next();
    assert.equal(name, 'message');
    assert.deepEqual(JSON.parse(data), {i, text: 'Grüße\n😀'});
  }
});

check('a name is the event, and text comes as it is, line by line', async () => {
  const [one, two] = [address('a'), address('b')];
  const heard = await listen(url, [one, two], ['price']);
  await say({channel: one, body: '<p>\n  hello\n</p>', name: 'price'});
  const first = await heard.next(); // there is no order between two channels
  await say({channel: two, body: 'plain'});
  assert.deepEqual([first, await heard.next()], [
    ['price', '<p>\n  hello\n</p>'],
    ['message', 'plain'],
  ]);
});

check('a question is answered, a refusal says why', async () => {
  assert.deepEqual(await say({channel: 'echo', body: [1], reply: true}), [200, {body: [1]}]);
  const [status, {error}] = await say({channel: 'secret', body: 1});
  assert.deepEqual([status, error], [403, 'access_denied']);
});

/** Returns a connection path to the gateway that the check can cut and restore. */
async function cable() {
  const sockets = new Set();
  let whole = true;
  const server = createServer(socket => {
    if (!whole) {
      socket.destroy();
      return;
    }
    const {hostname, port} = new URL(url);
    const there = connect(port, hostname);
    for (const end of [socket, there]) {
      sockets.add(end);
      end.on('error', () => {});
      end.on('close', () => [socket, there].forEach(each => each.destroy()));
    }
    socket.pipe(there).pipe(socket);
  });
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  afterwards(() => {
    sockets.forEach(each => each.destroy());
    server.close();
  });
  const cut = () => {
    whole = false;
    sockets.forEach(each => each.destroy());
  };
  return {base: `http://127.0.0.1:${server.address().port}`, cut, mend: () => (whole = true)};
}

check('who was cut off comes back by itself and hears what it missed', async () => {
  const {base, cut, mend} = await cable();
  const [kept, also, plain] = [address('kept'), address('kept'), address('a')];
  const heard = await listen(base, [kept, also, plain]);
  await say({channel: kept, body: 1});
  assert.deepEqual(await heard.next(), ['message', '1']);
  cut();
  await say({channel: also, body: 2});
  await say({channel: plain, body: 'lost'});
  mend();
  assert.deepEqual(await heard.next(), ['message', '2']);
  await say({channel: kept, body: 3});
  assert.deepEqual(await heard.next(), ['message', '3']);
});

check('a user whose sessions were ended is told, and stays away', async () => {
  const authorization = `Basic ${btoa('demo:demo')}`;
  const withLogin = (input, init) => fetch(input, {...init, headers: {...init.headers, authorization}});
  const heard = await listen(url, ['mine.demo'], [], {fetch: withLogin});
  const failed = new Inbox();
  heard.source.addEventListener('error', ({code}) => failed.put([code, heard.source.readyState]));
  const ended = await fetch(`${admin}/api/users/demo/sessions`, {method: 'DELETE'});
  assert.ok(ended.ok, `${ended.status}`);
  const [name, data] = await heard.next();
  assert.equal(name, 'busbar-close');
  assert.deepEqual(JSON.parse(data), {code: 4403, reason: 'session was ended', retry: false});
  await failed.find('the answer 204', ([code]) => code === 204);
  assert.equal(heard.source.readyState, EventSource.CLOSED);
});

await run();
