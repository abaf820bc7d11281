/**
 * Checks pages, every SockJS transport, WebSockets and Pusher through a reverse proxy, at the root
 * of its host or below a path.
 */

import assert from 'node:assert/strict';
import Backend from 'pusher';
import {check, run, url} from './lib/checks.mjs';
import {connected, fresh, subscribed} from './lib/pusher-client.mjs';
import {SockJsConnection, TRANSPORTS} from './lib/sockjs-connection.mjs';
import {WsClient} from './lib/ws-client.mjs';

const base = `${url}/`;
const {origin, hostname, port, pathname} = new URL(url);
const below = pathname === '/' ? '' : pathname;

/** Loads a path as a browser does for a page of the gateway. */
async function load(path, headers = {}) {
  const answer = await fetch(new URL(path, base), {headers: {origin, ...headers}});
  assert.equal(answer.status, 200, `${path}: ${answer.status}`);
  return answer;
}

check('every page comes with all that it names', async () => {
  for (const page of ['./', 'echo.html', 'chat.html', 'stocks.html', 'stomp-stocks.html']) {
    const html = await (await load(page)).text();
    const named = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path]) => path);
    assert.ok(named.length > 3, page);
    for (const path of named) await (await load(path)).arrayBuffer();
  }
});

check('modules name each other', async () => {
  const seen = new Set();
  const follow = async at => {
    if (seen.has(at.href)) return;
    seen.add(at.href);
    const text = await (await load(at.href)).text();
    for (const [, path] of text.matchAll(/from '(\.[^']+)'/g)) await follow(new URL(path, at));
  };
  await follow(new URL('chat.js', base));
  assert.ok(seen.size > 5);
});

check('the iframe page of SockJS names a library that is there', async () => {
  const html = await (await load('echo/iframe.html')).text();
  const [, library] = html.match(/<script src="([^"]+)"/);
  const script = await (await load(library)).text();
  assert.match(script, /SockJS|sockjs/);
  assert.ok(new URL(library, base).href.startsWith(base), library);
});

check('a page of another site is refused', async () => {
  const answer = await fetch(new URL('echo/info', base), {headers: {origin: 'https://evil.example'}});
  assert.equal(answer.status, 403);
});

for (const transport of TRANSPORTS) {
  check(`SockJS ${transport} echoes`, async () => {
    const connection = await SockJsConnection.open('/echo', transport);
    assert.equal(connection.transport, transport);
    for (let i = 0; i < 5; i++) {
      connection.say(`Grüße ${i}`);
      assert.equal(await connection.inbox.next(), `Grüße ${i}`);
    }
  });
}

const session = name => `echo/000/${name}${Math.random().toString(36).slice(2)}`;

const text = {origin, 'content-type': 'text/plain'};

/** Reads until the wanted text has come. */
async function until(reader, wanted) {
  const decoder = new TextDecoder();
  let all = '';
  while (!all.includes(wanted)) {
    const {done, value} = await reader.read();
    assert.ok(!done, `ended after: ${all}`);
    all += decoder.decode(value, {stream: true});
  }
  return all;
}

check('SockJS htmlfile echoes', async () => {
  const path = session('h');
  const reader = (await load(`${path}/htmlfile?c=heard`)).body.getReader();
  await until(reader, 'p("o");');
  const sent = await fetch(new URL(`${path}/xhr_send`, base), {method: 'POST', headers: text, body: '["hello"]'});
  assert.equal(sent.status, 204);
  await until(reader, 'hello');
  await reader.cancel();
});

check('SockJS jsonp-polling echoes', async () => {
  const path = session('j');
  assert.match(await (await load(`${path}/jsonp?c=heard`)).text(), /heard\("o"\)/);
  const sent = await fetch(new URL(`${path}/jsonp_send`, base), {method: 'POST', headers: text, body: '["hello"]'});
  assert.equal(sent.status, 200);
  assert.match(await (await load(`${path}/jsonp?c=heard`)).text(), /hello/);
});

check('WebSockets echo, at an endpoint and the raw ones of SockJS', async () => {
  for (const path of ['/echo', '/echo/websocket']) {
    const client = await WsClient.open(path);
    assert.equal(await client.exchange('hello'), 'hello');
    assert.equal(await client.exchange('x'.repeat(100_000)), 'x'.repeat(100_000));
  }
});

for (const transport of ['ws', 'xhr_streaming', 'xhr_polling']) {
  check(`clients of Pusher talk over ${transport}`, async () => {
    const paths = {wsPath: below, httpPath: `${below}/pusher`};
    const name = fresh('private-');
    const channel = async () => subscribed(await connected({line: 8, transport}, 'x', paths), name);
    const [one, two] = [await channel(), await channel()];
    for (let i = 0; i < 5; i++) {
      one.trigger('client-said', {i});
      assert.deepEqual(await two.inbox.next(), ['client-said', {i}]);
    }
  });
}

// Libraries for backends can use only the path /apps.
if (!below) {
  check('the library for backends of Pusher triggers an event, and is told who listens', async () => {
    const app = {appId: '3', key: 'demo-key', secret: 'demo-secret', host: hostname, port, useTLS: false};
    const backend = new Backend(app);
    const channel = await subscribed(await connected({line: 8, transport: 'ws'}), fresh('private-'));
    await backend.trigger(channel.name, 'said', {text: 'Grüße'});
    assert.deepEqual(await channel.inbox.next(), ['said', {text: 'Grüße'}]);
    const {channels} = await (await backend.get({path: '/channels'})).json();
    assert.ok(channels[channel.name]);
  });
}

check('the cookie of a session comes back to it', async () => {
  const path = session('c');
  const opened = await fetch(new URL(`${path}/xhr`, base), {method: 'POST', headers: {origin}});
  const [cookie] = opened.headers.getSetCookie().filter(one => one.startsWith('busbar-client='));
  const where = cookie.match(/Path=([^;]+)/)[1];
  assert.equal(where, new URL('echo', base).pathname);
});

await run();
