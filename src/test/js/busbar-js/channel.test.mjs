import assert from 'node:assert/strict';
import {afterEach, beforeEach, mock, test} from 'node:test';
import {FakeSocket} from './fake-socket.mjs';
import {webroot} from '../lib/webroot.mjs';

const {connect} = await import(webroot('busbar.js'));

const ADDRESS = 'presence.public.a';
let bus;

beforeEach(async () => {
  mock.timers.enable({apis: ['setTimeout', 'Date']});
  mock.method(Math, 'random', () => 0);
  FakeSocket.forget();
  bus = connect('http://gate.way/eventbus', {transport: 'websocket', WebSocket: FakeSocket});
  await null;
});

afterEach(() => {
  bus.close();
  mock.reset();
  mock.timers.reset();
});

/** Waits for the reactions of settled promises. */
async function settle() {
  for (let i = 0; i < 10; i += 1) await null;
}

function look(options) {
  const presence = bus.channel('public.a').presence(options);
  const said = [];
  for (const event of ['join', 'leave']) presence.on(event, ({user}) => said.push(`${event} ${user}`));
  presence.on('list', members => said.push([...members.keys()].join(' ')));
  presence.on('error', error => said.push(`error ${error.message}`));
  return {presence, said};
}

const member = user => ({user, sessions: 1, info: null});

async function answer(body) {
  const {replyAddress} = FakeSocket.last.frames.at(-1);
  FakeSocket.last.hear({type: 'rec', address: replyAddress, body});
  await settle();
}

function tell(event, user) {
  FakeSocket.last.hear({type: 'rec', address: ADDRESS, body: {event, user, info: null}});
}

test('it says who is here, page by page, and who comes and goes', async () => {
  const {presence, said} = look();
  FakeSocket.last.open();
  assert.equal(FakeSocket.last.frames[0].address, ADDRESS);
  assert.deepEqual(FakeSocket.last.frames[1].body, {limit: 500});
  await answer({users: [member('ann')], count: 2, next: 'ann'});
  assert.equal(FakeSocket.last.frames.at(-1).body.after, 'ann');
  await answer({users: [member('bob')], count: 2});
  tell('join', 'eve');
  tell('leave', 'ann');
  assert.deepEqual(said, ['join ann', 'join bob', 'ann bob', 'join eve', 'leave ann']);
  assert.deepEqual([...presence.members.keys()], ['bob', 'eve']);
});

test('who comes and goes while it asks is neither lost nor kept', async () => {
  const {presence, said} = look();
  FakeSocket.last.open();
  tell('join', 'eve');
  tell('leave', 'bob');
  await answer({users: [member('ann'), member('bob')], count: 2});
  assert.deepEqual([...presence.members.keys()].sort(), ['ann', 'eve']);
  assert.deepEqual(said.slice(0, 2), ['join eve', 'join ann']);
});

test('after a reconnect it asks again, and says what was different', async () => {
  const {said} = look();
  FakeSocket.last.open();
  await answer({users: [member('ann'), member('bob')], count: 2});
  said.length = 0;
  FakeSocket.last.lose();
  mock.timers.tick(500);
  FakeSocket.last.open();
  await answer({users: [member('bob'), member('eve')], count: 2});
  assert.deepEqual(said, ['join eve', 'leave ann', 'bob eve']);
});

test('it keeps no more than it is told to, and nothing once it is closed', async () => {
  const {presence, said} = look({most: 2});
  FakeSocket.last.open();
  assert.equal(FakeSocket.last.frames.at(-1).body.limit, 2);
  await answer({users: [member('ann'), member('bob')], count: 3, next: 'bob'});
  assert.equal(FakeSocket.last.frames.length, 2);
  presence.close();
  assert.equal(FakeSocket.last.frames.at(-1).type, 'unregister');
  tell('join', 'eve');
  assert.equal(said.includes('join eve'), false);
});

test('a refusal is an error', async () => {
  const {said} = look();
  FakeSocket.last.open();
  const {replyAddress} = FakeSocket.last.frames.at(-1);
  FakeSocket.last.hear({type: 'err', address: replyAddress, body: 'access_denied', message: 'access denied'});
  await settle();
  assert.deepEqual(said, ['error access denied']);
});

test('what we say of ourselves goes along with the subscription', () => {
  bus.channel('public.a').subscribe(() => {}, {info: {name: 'Ann'}});
  FakeSocket.last.open();
  assert.deepEqual(FakeSocket.last.frames[0].headers, {info: {name: 'Ann'}});
});
