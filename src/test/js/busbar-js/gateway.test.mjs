/** Tests busbar.js with the gateway at BUSBAR_URL, such as http://127.0.0.1:8080. */

import assert from 'node:assert/strict';
import net from 'node:net';
import {after, before, test} from 'node:test';
import {webroot} from '../lib/webroot.mjs';

const {connect} = await import(webroot('busbar.js'));

const gateway = process.env.BUSBAR_URL;
const skip = gateway || process.env.CI === 'true' ? false : 'BUSBAR_URL names no gateway';
const buses = [];
let WebSocket;
let SockJS;

before(async () => {
  if (skip) return;
  assert.ok(gateway, 'BUSBAR_URL names no gateway');
  WebSocket = (await import('ws')).default;
  SockJS = (await import('sockjs-client')).default;
});

after(() => {
  for (const bus of buses) bus.close();
});

function open(options) {
  const {url = gateway, ...others} = options ?? {};
  const bus = connect(`${url}/eventbus`, {transport: 'websocket', WebSocket, SockJS, ...others});
  buses.push(bus);
  return bus;
}

/** Returns the first value that `start` gives to its callback. */
function first(start) {
  return new Promise(resolve => {
    start(resolve);
  });
}

/** Returns an address that no other test uses. */
function address(name) {
  return `public.${name}-${process.pid}`;
}

/**
 * Completes when the gateway has handled all earlier messages. It handles the messages of one
 * client in order.
 */
async function settled(bus) {
  await bus.request('echo', 'settled?');
}

test('a published message comes to its subscribers', {skip}, async () => {
  const [speaker, listener] = [open(), open()];
  const heard = first(resolve => listener.subscribe(address('news'), resolve));
  await settled(listener);
  speaker.publish(address('news'), {title: 'Grüße', list: [1, null, true]}, {kind: 'test'});
  const {body, headers} = await heard;
  assert.deepEqual(body, {title: 'Grüße', list: [1, null, true]});
  assert.equal(headers.kind, 'test');
});

test('a feature answers a request', {skip}, async () => {
  assert.deepEqual((await open().request('echo', {deep: [1]})).body, {deep: [1]});
});

test('clients answer each other', {skip}, async () => {
  const [asking, asked] = [open(), open()];
  asked.subscribe(address('double'), message => message.reply(message.body * 2));
  await settled(asked);
  assert.equal((await asking.request(address('double'), 21)).body, 42);
});

test('a request to nobody fails', {skip}, async () => {
  await assert.rejects(open().request(address('nobody'), 1), {failureType: 'NO_HANDLERS', address: address('nobody')});
});

test('what is not allowed is refused, with its address', {skip}, async () => {
  const bus = open();
  const refused = first(resolve => bus.on('error', resolve));
  bus.subscribe('private.diary', () => {});
  const {code, address: where} = await refused;
  assert.deepEqual([code, where], ['access_denied', 'private.diary']);
  await assert.rejects(bus.request('private.diary', 1), {code: 'access_denied', address: 'private.diary'});
});

test('a new subscriber hears the last price at once', {skip}, async () => {
  const {body} = await first(resolve => open().subscribe('stocks.AAPL', resolve));
  assert.equal(body.symbol, 'AAPL');
  assert.equal(typeof body.price, 'number');
});

test('the gateway tells its numbers', {skip}, async () => {
  const {body} = await first(resolve => open().subscribe('busbar.stats', resolve));
  assert.ok(body.sessions.bridge >= 1);
  assert.equal(typeof body.uptime, 'number');
});

for (const transport of ['websocket', 'xhr-streaming', 'eventsource', 'xhr-polling']) {
  test(`SockJS ${transport} brings all, in order`, {skip}, async () => {
    const bus = open({transport: 'sockjs', sockjsTransports: [transport]});
    const heard = [];
    const all = first(resolve => {
      bus.subscribe(address(transport), ({body}) => heard.push(body) === 500 && resolve());
    });
    await settled(bus);
    assert.equal(bus.status.transport, `sockjs/${transport}`);
    const numbers = Array.from({length: 500}, (_, i) => i);
    for (const number of numbers) bus.publish(address(transport), number);
    await all;
    assert.deepEqual(heard, numbers);
  });
}

test('a lost connection comes back with its subscriptions', {skip}, async () => {
  const sockets = new Set();
  const {hostname, port} = new URL(gateway);
  const between = net.createServer(near => {
    const far = net.connect(port, hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
  });
  await first(resolve => between.listen(0, '127.0.0.1', resolve));
  const bus = open({url: `http://127.0.0.1:${between.address().port}`, backoff: {min: 10}});
  const heard = first(resolve => bus.subscribe(address('cut'), resolve));
  await settled(bus);
  const underWay = bus.request(address('never'), 1).catch(error => error.failureType);
  for (const socket of sockets) socket.destroy();
  assert.match(await underWay, /DISCONNECTED|NO_HANDLERS/);
  bus.publish(address('cut'), 'sent while away');
  assert.equal((await heard).body, 'sent while away');
  bus.close();
  between.close();
});

test('it logs in, and hears that a password is wrong', {skip}, async () => {
  const bus = open({login: {username: 'demo', password: 'demo'}});
  await settled(bus);
  assert.equal(bus.user, 'demo');
  const wrong = open({login: {username: 'demo', password: 'wrong'}});
  const error = await first(resolve => wrong.on('error', resolve));
  assert.equal(error.code, 'auth_error');
  assert.equal(wrong.state, 'closed');
});
