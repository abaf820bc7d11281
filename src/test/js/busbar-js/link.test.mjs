import assert from 'node:assert/strict';
import {afterEach, beforeEach, mock, test} from 'node:test';
import {FakeSocket} from './fake-socket.mjs';
import {webroot} from '../lib/webroot.mjs';

const {Link} = await import(webroot('link.js'));

class FakeSockJS extends FakeSocket {
  constructor(url, protocols, options) {
    super(url);
    this.options = options;
    this.transport = 'xhr-streaming';
  }
}

let links = [];
let random = 0;

beforeEach(() => {
  mock.timers.enable({apis: ['setTimeout', 'Date']});
  mock.method(Math, 'random', () => random);
  FakeSocket.forget();
  random = 0;
});

afterEach(() => {
  for (const link of links) link.close();
  links = [];
  mock.reset();
  mock.timers.reset();
});

/** Makes a link that has begun its first try. */
async function open(options) {
  const link = new Link({url: 'http://gate.way/chat', WebSocket: FakeSocket, SockJS: FakeSockJS, ...options});
  links.push(link);
  await null;
  return link;
}

test('a WebSocket is tried first, at the address of the endpoint', async () => {
  const link = await open();
  assert.equal(FakeSocket.last.url, 'ws://gate.way/chat');
  assert.deepEqual(link.status, {state: 'connecting', transport: 'websocket'});
  FakeSocket.last.open();
  assert.deepEqual(link.status, {state: 'open', transport: 'websocket'});
});

test('TLS stays TLS', async () => {
  await open({url: 'https://gate.way/chat'});
  assert.equal(FakeSocket.last.url, 'wss://gate.way/chat');
});

test('where no WebSocket opens, SockJS follows at once', async () => {
  const link = await open();
  FakeSocket.last.lose();
  assert.ok(FakeSocket.last instanceof FakeSockJS);
  assert.equal(FakeSocket.last.url, 'http://gate.way/chat');
  FakeSocket.last.open();
  assert.equal(link.status.transport, 'sockjs/xhr-streaming');
});

test('a WebSocket that neither opens nor fails is given up', async () => {
  await open({openTimeout: 4000});
  const [silent] = FakeSocket.made;
  mock.timers.tick(3999);
  assert.equal(FakeSocket.made.length, 1);
  mock.timers.tick(1);
  assert.ok(FakeSocket.last instanceof FakeSockJS);
  assert.ok(silent.isClosed);
});

test('what opened last time is tried first', async () => {
  await open();
  FakeSocket.last.lose();
  FakeSocket.last.open().lose();
  mock.timers.tick(500);
  assert.ok(FakeSocket.last instanceof FakeSockJS);
});

test('one transport only means no other', async () => {
  const link = await open({transport: 'websocket'});
  FakeSocket.last.lose();
  assert.equal(link.status.state, 'waiting');
  assert.equal(FakeSocket.made.length, 1);
});

test('without SockJS the reason is why the WebSocket did not open', async () => {
  const link = await open({SockJS: undefined});
  FakeSocket.last.lose(1006);
  const {state, reason, code} = link.status;
  assert.deepEqual([state, reason, code], ['waiting', 'closed with code 1006', 1006]);
});

test('nothing to connect with is an error', t => {
  const {WebSocket} = globalThis;
  t.after(() => (globalThis.WebSocket = WebSocket));
  globalThis.WebSocket = undefined;
  const missing = /^TypeError: there is no WebSocket here: give its constructor as the option WebSocket$/;
  assert.throws(() => new Link({url: 'http://gate.way/chat'}), missing);
  assert.throws(() => new Link({url: 'http://gate.way/chat', transport: 'websocket', SockJS: FakeSockJS}), missing);
});

test('a worker that was made of a blob goes on from the origin of its page', async t => {
  t.after(() => delete globalThis.location);
  globalThis.location = {protocol: 'blob:', origin: 'http://gate.way', href: 'blob:http://gate.way/1-2-3'};
  await open({url: '/chat'});
  assert.equal(FakeSocket.last.url, 'ws://gate.way/chat');
});

test('SockJS gets the list of its transports', async () => {
  await open({transport: 'sockjs', sockjsTransports: ['xhr-polling']});
  assert.deepEqual(FakeSocket.last.options, {transports: ['xhr-polling']});
});

test('an unknown transport is an error', () => {
  assert.throws(() => new Link({url: 'http://gate.way/', transport: 'pigeon'}), /not 'pigeon'/);
});

test('the wait doubles up to its maximum', async () => {
  const link = await open({transport: 'websocket', backoff: {min: 100, max: 1000}});
  const waits = [];
  for (let i = 0; i < 6; i += 1) {
    FakeSocket.last.lose();
    waits.push(link.status.retryAt - Date.now());
    mock.timers.tick(link.status.retryAt - Date.now());
  }
  assert.deepEqual(waits, [100, 200, 400, 800, 1000, 1000]);
});

test('full jitter: the wait is anything between nothing and all of it', async () => {
  random = 0.75;
  const link = await open({transport: 'websocket', backoff: {min: 1000}});
  FakeSocket.last.lose();
  assert.equal(link.status.retryAt - Date.now(), 250);
});

test('less jitter keeps a part of the wait', async () => {
  random = 0.5;
  const link = await open({transport: 'websocket', backoff: {min: 1000, jitter: 0.2}});
  FakeSocket.last.lose();
  assert.equal(link.status.retryAt - Date.now(), 900);
});

test('a connection that held starts the waits anew; one that dropped at once does not', async () => {
  const link = await open({transport: 'websocket'});
  FakeSocket.last.open().lose();
  mock.timers.tick(500);
  FakeSocket.last.open().lose();
  assert.equal(link.status.attempt, 2);
  mock.timers.tick(1000);
  FakeSocket.last.open();
  mock.timers.tick(5000);
  FakeSocket.last.lose();
  assert.equal(link.status.attempt, 1);
});

test('retry does not wait', async () => {
  const link = await open({transport: 'websocket'});
  FakeSocket.last.lose(1001, 'server is stopping');
  assert.equal(link.status.reason, 'server is stopping');
  link.retry();
  assert.equal(FakeSocket.made.length, 2);
  mock.timers.tick(4999);
  assert.equal(FakeSocket.made.length, 2, 'the wait is over: its timer does nothing any more');
});

test('a closed link stays closed, and its socket says nothing more', async () => {
  const link = await open();
  const heard = [];
  link.on('message', text => heard.push(text));
  const socket = FakeSocket.last.open();
  link.close();
  assert.ok(socket.isClosed);
  socket.hear('late');
  socket.lose();
  mock.timers.tick(60_000);
  assert.equal(link.status.state, 'closed');
  assert.deepEqual(heard, []);
  assert.equal(FakeSocket.made.length, 1);
});

test('a link closed at birth opens nothing', async () => {
  const link = new Link({url: 'http://gate.way/chat', WebSocket: FakeSocket});
  link.close();
  await null;
  assert.equal(FakeSocket.made.length, 0);
});

test('a link that is closed by who hears that it connects opens nothing', async () => {
  const link = new Link({url: 'http://gate.way/chat', WebSocket: FakeSocket});
  link.on('state', () => link.close());
  await null;
  assert.equal(FakeSocket.made.length, 0);
  assert.equal(link.status.state, 'closed');
});

test('sending works only while open', async () => {
  const link = await open();
  assert.equal(link.send('1'), false);
  FakeSocket.last.open();
  assert.equal(link.send('2'), true);
  assert.deepEqual(FakeSocket.last.sent, [2]);
});

test('a link that is dropped goes on as after a loss', async () => {
  const link = await open({transport: 'websocket'});
  link.drop('too early');
  assert.equal(link.status.state, 'connecting', 'only what is open can be dropped');
  const socket = FakeSocket.last.open();
  link.drop('no sign of life');
  assert.ok(socket.isClosed);
  assert.deepEqual([link.status.state, link.status.reason], ['waiting', 'no sign of life']);
  socket.lose();
  assert.equal(link.status.attempt, 1, 'its end is not counted twice');
  mock.timers.tick(500);
  assert.equal(FakeSocket.made.length, 2);
});
