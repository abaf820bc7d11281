import assert from 'node:assert/strict';
import {afterEach, beforeEach, mock, test} from 'node:test';
import {FakeSocket} from './fake-socket.mjs';
import {webroot} from '../lib/webroot.mjs';

const {connect} = await import(webroot('busbar.js'));

let buses = [];

beforeEach(() => {
  mock.timers.enable({apis: ['setTimeout', 'Date']});
  mock.method(Math, 'random', () => 0);
  FakeSocket.forget();
});

afterEach(() => {
  for (const bus of buses) bus.close();
  buses = [];
  mock.reset();
  mock.timers.reset();
});

/** Makes a connection that has begun its first try. */
async function start(options) {
  const bus = connect('http://gate.way/eventbus', {transport: 'websocket', WebSocket: FakeSocket, ...options});
  buses.push(bus);
  await null;
  return bus;
}

function reconnect() {
  FakeSocket.last.lose();
  mock.timers.tick(500);
  return FakeSocket.last.open();
}

test('it connects to the bridge, and pings at once and every five seconds', async () => {
  await start();
  const socket = FakeSocket.last.open();
  assert.equal(socket.url, 'ws://gate.way/eventbus/websocket');
  mock.timers.tick(5000);
  mock.timers.tick(5000);
  assert.deepEqual(socket.sent, [{type: 'ping'}, {type: 'ping'}, {type: 'ping'}]);
});

test('a message that comes while the timer of a hidden tab sleeps makes it ping', async () => {
  await start({pingInterval: 5000});
  const socket = FakeSocket.last.open();
  mock.timers.setTime(Date.now() + 4999);
  socket.hear({type: 'rec', address: 'a', body: 1});
  assert.equal(socket.sent.length, 1);
  mock.method(globalThis, 'setTimeout', () => {}); // the page sleeps from now on
  mock.method(Date, 'now', () => 5000);
  socket.hear({type: 'rec', address: 'a', body: 1});
  assert.equal(socket.sent.length, 2);
});

test('a subscription made too early is made when the connection opens', async () => {
  const bus = await start();
  const heard = [];
  bus.subscribe('news', ({address, body, headers}) => heard.push([address, body, headers]), {token: 't'});
  const socket = FakeSocket.last.open();
  assert.deepEqual(socket.frames, [{type: 'register', address: 'news', headers: {token: 't'}, recover: true}]);
  socket.hear({type: 'rec', address: 'news', body: {a: 1}, headers: {h: 'x'}});
  socket.hear({type: 'rec', address: 'other', body: 2});
  assert.deepEqual(heard, [['news', {a: 1}, {h: 'x'}]]);
});

test('subscriptions come back after a reconnect; ended ones do not', async () => {
  const bus = await start();
  FakeSocket.last.open();
  bus.subscribe('kept', () => {});
  const end = bus.subscribe('ended', () => {});
  end();
  assert.deepEqual(FakeSocket.last.frames.at(-1), {type: 'unregister', address: 'ended'});
  assert.deepEqual(reconnect().frames, [{type: 'register', address: 'kept', recover: true}]);
});

test('who comes back asks for what it missed, and is told what becomes of it', async () => {
  const bus = await start();
  const told = [];
  bus.onrecovered = where => told.push(['recovered', where]);
  bus.ongap = where => told.push(['gap', where]);
  bus.subscribe('chat', () => {});
  const socket = FakeSocket.last.open();
  socket.hear({type: 'subscribed', address: 'chat', epoch: 'e', offset: 3, recovered: true});
  socket.hear({type: 'rec', address: 'chat', body: 'x', offset: 4});
  const again = reconnect();
  assert.deepEqual(again.frames, [{type: 'register', address: 'chat', since: {epoch: 'e', offset: 4}}]);
  again.hear({type: 'subscribed', address: 'chat', epoch: 'f', offset: 4, recovered: true});
  again.hear({type: 'rec', address: 'chat', body: 'y', epoch: 'g', offset: 5});
  again.hear({type: 'subscribed', address: 'chat', epoch: 'h', offset: 9, recovered: false, reason: 'epoch'});
  assert.deepEqual(told, [
    ['recovered', {address: 'chat', epoch: 'f', offset: 4}],
    ['gap', {address: 'chat', epoch: 'h', offset: 9, reason: 'epoch'}],
  ]);
});

test('two handlers of one address share a registration', async () => {
  const bus = await start();
  const socket = FakeSocket.last.open();
  const heard = [];
  const ends = [1, 2].map(name => bus.subscribe('a', () => heard.push(name)));
  socket.hear({type: 'rec', address: 'a', body: null});
  ends[0]();
  ends[0](); // a second call has no effect
  socket.hear({type: 'rec', address: 'a', body: null});
  assert.deepEqual(heard, [1, 2, 2]);
  assert.equal(socket.frames.length, 1);
  ends[1]();
  assert.deepEqual(socket.frames.at(-1), {type: 'unregister', address: 'a'});
});

test('what is published while away waits, in order, behind the subscriptions', async () => {
  const bus = await start();
  bus.publish('a', 1, {h: 'x'});
  bus.send('b', 2);
  bus.subscribe('c', () => {});
  assert.deepEqual(FakeSocket.last.open().frames, [
    {type: 'register', address: 'c', recover: true},
    {type: 'publish', address: 'a', headers: {h: 'x'}, body: 1},
    {type: 'send', address: 'b', body: 2},
  ]);
  assert.deepEqual(reconnect().frames, [{type: 'register', address: 'c', recover: true}], 'nothing is sent twice');
});

test('more than may wait is refused', async () => {
  const bus = await start({queue: 2});
  bus.publish('a', 1);
  bus.publish('a', 2);
  assert.throws(() => bus.publish('a', 3), {name: 'BusbarError', failureType: 'QUEUE_FULL', address: 'a'});
  await assert.rejects(bus.request('a', 4), {failureType: 'QUEUE_FULL'});
  assert.equal(FakeSocket.last.open().frames.length, 2);
});

test('what is no JSON is refused at once, also while away, and harms nothing else', async () => {
  const bus = await start();
  assert.throws(() => bus.publish('a', 1n), TypeError);
  assert.throws(() => bus.subscribe('b', () => {}, {n: 1n}), TypeError);
  await assert.rejects(bus.request('a', 1n), TypeError);
  bus.publish('a', 2);
  assert.deepEqual(FakeSocket.last.open().frames, [{type: 'publish', address: 'a', body: 2}]);
});

test('what waits is sent as it was when it was said', async () => {
  const bus = await start();
  const body = {n: 1};
  bus.publish('a', body);
  body.n = 2;
  assert.deepEqual(FakeSocket.last.open().frames[0].body, {n: 1});
});

test('no wait is longer than a timer can count', async () => {
  const waits = [];
  mock.method(globalThis, 'setTimeout', (_, millis) => waits.push(millis));
  const bus = await start({pingInterval: Infinity, openTimeout: 2 ** 40});
  FakeSocket.last.open();
  bus.request('a', 1, {timeout: Infinity}).catch(() => {});
  assert.deepEqual(waits, [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1]);
});

test('options that cannot be right are refused at once', () => {
  assert.throws(() => connect('/eventbus'), /^TypeError: url must be an absolute URL where there is no page, not '\/eventbus'$/);
  assert.throws(() => connect('ftp://gate.way/'), /^TypeError: url must begin with http:, https:, ws: or wss:, not 'ftp:/);
  assert.throws(() => connect(), /^TypeError: url is missing: no gateway is beside file:/);
  assert.throws(() => connect('http://gate.way/', {websocketUrl: 'file:///x', WebSocket: FakeSocket}), /not 'file:/);
  assert.throws(() => connect('http://gate.way/', {pingInterval: 0}), /^TypeError: pingInterval must be more than 0, not 0$/);
  assert.throws(() => connect('http://gate.way/', {queue: -1}), /^TypeError: queue must be 0 or more, not -1$/);
});

test('an option that is undefined is as good as none', async () => {
  const names = ['websocketUrl', 'transport', 'sockjsTransports', 'SockJS', 'openTimeout', 'pingInterval', 'queue', 'login'];
  const nothing = Object.fromEntries(names.map(name => [name, undefined]));
  const bus = await start({...nothing, backoff: {min: undefined, max: undefined, jitter: undefined}});
  assert.equal(FakeSocket.last.url, 'ws://gate.way/eventbus/websocket');
  mock.timers.tick(4999);
  bus.publish('a', 1);
  assert.deepEqual(FakeSocket.last.open().frames, [{type: 'publish', address: 'a', body: 1}]);
  assert.equal(reconnect().sent.length, 1);
});

test('bytes are taken for text; what is no JSON is an error', async () => {
  const bus = await start();
  const heard = [];
  bus.subscribe('a', ({body}) => heard.push(body));
  bus.on('error', ({name, message}) => heard.push(`${name}: ${message}`));
  const socket = FakeSocket.last.open();
  socket.onmessage({data: new TextEncoder().encode('{"type":"rec","address":"a","body":"Grüße"}').buffer});
  for (const data of ['{', '', new ArrayBuffer(3)]) socket.onmessage({data});
  for (const data of ['null', '1', '[]', '{"type":"news"}']) socket.onmessage({data});
  socket.hear({type: 'rec', address: 'a', body: 'goes on'});
  const error = 'BusbarError: The server sent what is no JSON';
  assert.deepEqual(heard, ['Grüße', error, error, error, 'goes on']);
});

test('a request is answered', async () => {
  const bus = await start();
  const socket = FakeSocket.last.open();
  const answer = bus.request('echo', 'hi', {headers: {h: 'x'}});
  const {replyAddress, ...frame} = socket.frames[0];
  assert.deepEqual(frame, {type: 'send', address: 'echo', headers: {h: 'x'}, body: 'hi'});
  assert.match(replyAddress, /^[0-9a-f]{32}$/);
  socket.hear({type: 'rec', address: replyAddress, body: 'hi'});
  assert.equal((await answer).body, 'hi');
});

test('a request fails with what the gateway says', async () => {
  const bus = await start();
  const socket = FakeSocket.last.open();
  const answer = bus.request('none', null);
  const {replyAddress} = socket.frames[0];
  socket.hear({type: 'err', address: replyAddress, failureCode: 409, failureType: 'RECIPIENT_FAILURE', message: 'taken'});
  await assert.rejects(answer, {failureCode: 409, failureType: 'RECIPIENT_FAILURE', message: 'taken', address: 'none'});
});

test('a request that nobody answers times out, also in the queue', async () => {
  const bus = await start();
  const queued = bus.request('a', 1, {timeout: 100});
  mock.timers.tick(100);
  await assert.rejects(queued, {failureType: 'TIMEOUT', message: 'No answer from a in 100 ms'});
  assert.deepEqual(FakeSocket.last.open().frames, [], 'it is not sent any more');
});

test('a request under way fails when the connection is lost; one that waits lives on', async () => {
  const bus = await start();
  FakeSocket.last.open();
  const underWay = bus.request('a', 1);
  FakeSocket.last.lose();
  await assert.rejects(underWay, {failureType: 'DISCONNECTED'});
  const waiting = bus.request('b', 2);
  mock.timers.tick(500);
  FakeSocket.last.lose();
  mock.timers.tick(1000);
  const socket = FakeSocket.last.open();
  socket.hear({type: 'rec', address: socket.frames[0].replyAddress, body: 'late but there'});
  assert.equal((await waiting).body, 'late but there');
});

test('who is asked can reply', async () => {
  const bus = await start();
  const socket = FakeSocket.last.open();
  bus.subscribe('question', message => message.reply({echo: message.body}, {h: 'x'}));
  socket.hear({type: 'rec', address: 'question', body: 1, replyAddress: '__vertx.reply.7'});
  assert.deepEqual(socket.frames.at(-1), {type: 'send', address: '__vertx.reply.7', headers: {h: 'x'}, body: {echo: 1}});
});

test('an answer goes over the connection that brought the question, or nowhere', async () => {
  const bus = await start();
  const questions = [];
  bus.subscribe('question', message => questions.push(message));
  FakeSocket.last.open().hear({type: 'rec', address: 'question', body: 1, replyAddress: '__vertx.reply.7'});
  const socket = reconnect();
  assert.equal(questions[0].reply('late'), false);
  assert.deepEqual(socket.frames, [{type: 'register', address: 'question', recover: true}]);
  socket.hear({type: 'rec', address: 'question', body: 2, replyAddress: '__vertx.reply.8'});
  assert.equal(questions[1].reply('in time'), true);
});

test('a refusal is told with its address and code', async () => {
  const bus = await start();
  const errors = [];
  bus.on('error', error => errors.push(error));
  bus.subscribe('secret', () => {});
  FakeSocket.last.open().hear({type: 'err', body: 'access_denied', address: 'secret', message: 'not for you: secret'});
  FakeSocket.last.hear({type: 'err', body: 'invalid_json'});
  assert.deepEqual(
    errors.map(({address, code, message}) => ({address, code, message})),
    [
      {address: 'secret', code: 'access_denied', message: 'not for you: secret'},
      {address: undefined, code: 'invalid_json', message: 'invalid_json'},
    ],
  );
});

test('a handler that throws does not keep the others from hearing', async () => {
  const bus = await start();
  const errors = [];
  const heard = [];
  bus.on('error', error => errors.push(error.message));
  bus.subscribe('a', () => {
    throw new Error('oops');
  });
  bus.subscribe('a', ({body}) => heard.push(body));
  FakeSocket.last.open().hear({type: 'rec', address: 'a', body: 1});
  assert.deepEqual([errors, heard], [['oops'], [1]]);
});

test('what onrecovered and ongap throw is an error', async () => {
  const bus = await start();
  const errors = [];
  bus.on('error', error => errors.push(error.message));
  bus.subscribe('chat', () => {});
  bus.onrecovered = bus.ongap = ({offset}) => {
    throw new Error(`oops ${offset}`);
  };
  const socket = FakeSocket.last.open();
  socket.hear({type: 'subscribed', address: 'chat', epoch: 'e', offset: 3, recovered: true});
  socket.hear({type: 'subscribed', address: 'chat', epoch: 'e', offset: 4, recovered: true});
  socket.hear({type: 'subscribed', address: 'chat', epoch: 'f', offset: 5, recovered: false, reason: 'epoch'});
  assert.deepEqual(errors, ['oops 4', 'oops 5']);
});

test('states are told in turn', async () => {
  const bus = await start();
  const states = [];
  bus.on('state', ({state}) => states.push(state));
  FakeSocket.last.open();
  reconnect();
  bus.close();
  assert.deepEqual(states, ['open', 'waiting', 'connecting', 'open', 'closed']);
});

test('a closed connection refuses everything', async () => {
  const bus = await start();
  const queued = bus.request('a', 1);
  bus.close();
  await assert.rejects(queued, {failureType: 'CLOSED'});
  assert.throws(() => bus.publish('a', 1), {failureType: 'CLOSED'});
  await assert.rejects(bus.request('a', 1), {failureType: 'CLOSED'});
});

test('it logs in before anything else, and is open when the gateway says who it is', async () => {
  const bus = await start({login: {username: 'ann', password: 'secret'}});
  bus.subscribe('news', () => {});
  bus.publish('news', 1);
  const socket = FakeSocket.last.open();
  await null;
  assert.deepEqual(socket.frames, [{type: 'login', username: 'ann', password: 'secret'}]);
  assert.equal(bus.state, 'connecting');
  assert.equal(bus.user, null);
  socket.hear({type: 'login', user: 'ann', roles: []});
  assert.equal(bus.state, 'open');
  assert.equal(bus.user, 'ann');
  assert.deepEqual(
    socket.frames.slice(1).map(({type}) => type),
    ['register', 'publish'],
  );
  const next = reconnect();
  await null;
  assert.equal(bus.user, null);
  assert.deepEqual(next.frames, [{type: 'login', username: 'ann', password: 'secret'}]);
});

test('a login that is refused is an error, and the end', async () => {
  const bus = await start({login: {username: 'ann', password: 'wrong'}});
  const errors = [];
  bus.on('error', error => errors.push(error));
  const socket = FakeSocket.last.open();
  await null;
  socket.hear({type: 'err', body: 'auth_error', message: 'login is not right'});
  assert.deepEqual(
    errors.map(({code, message}) => [code, message]),
    [['auth_error', 'login is not right']],
  );
  assert.equal(bus.state, 'closed');
});

test('a token is asked for again before it ends, and at each connection', async () => {
  let tokens = 0;
  const bus = await start({login: async () => ({token: `t${(tokens += 1)}`})});
  const socket = FakeSocket.last.open();
  await settle();
  assert.deepEqual(socket.frames, [{type: 'login', token: 't1'}]);
  socket.hear({type: 'login', user: 'ann', roles: [], expires: Date.now() + 100_000});
  mock.timers.tick(79_000);
  await settle();
  assert.equal(socket.frames.length, 1);
  mock.timers.tick(2000);
  await settle();
  assert.deepEqual(socket.frames.at(-1), {type: 'refresh', token: 't2'});
  const errors = [];
  bus.on('error', error => errors.push(error.code));
  socket.hear({type: 'err', body: 'auth_error', message: 'login is not right'});
  assert.deepEqual(errors, ['auth_error']);
  assert.equal(bus.state, 'open');
  const next = reconnect();
  await settle();
  assert.deepEqual(next.frames, [{type: 'login', token: 't3'}]);
  next.hear({type: 'err', body: 'auth_error', message: 'login is not right'});
  assert.equal(bus.state, 'waiting');
});

/** Waits for the reactions of settled promises. */
async function settle() {
  for (let i = 0; i < 10; i += 1) await null;
}
