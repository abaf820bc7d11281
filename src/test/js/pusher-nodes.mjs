/**
 * Checks standard clients of Pusher and its library for backends with three nodes, through a load
 * balancer that is not sticky. The first argument is its URL. The second is its log, whose lines
 * have a method, a path with its query, and the nodes that were asked. Then come the host and port
 * of the node that will be killed, and the URLs of the admin ports of all nodes. The killed node's
 * URL is the last one.
 */

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {Agent} from 'node:http';
import {setTimeout as pause} from 'node:timers/promises';
import Backend from 'pusher';
import {ask, check, run, url} from './lib/checks.mjs';
import {count, none} from './lib/eventually.mjs';
import {fresh, options, pusherOf} from './lib/pusher-client.mjs';

const Pusher = pusherOf(8);
const CHANNEL = 'public.nodes';
const WAYS = ['ws', 'xhr_streaming', 'xhr_polling'];
const CLIENTS_OF_A_WAY = 20;
const TRIGGERS = 100;
const BEFORE_THE_KILL = 20;

/** The pause between two triggers while the node is detected as dead and clients come back. */
const PACE_MILLIS = 300;

/** The node that is killed may own one of these channels. */
const ROOMS = [1, 2, 3, 4].map(() => fresh('presence-'));

const [log, killed, ...admins] = process.argv.slice(3);
const NODES = admins.map((admin, node) => node);
const DEAD = NODES.length - 1;
const LIVING = NODES.slice(0, DEAD);

const {hostname, port} = new URL(url);
const backend = new Backend({
  appId: '3',
  key: 'demo-key',
  secret: 'demo-secret',
  host: hostname,
  port,
  useTLS: false,
  agent: new Agent({keepAlive: true}),
});

const clients = [];

/** All that was triggered on the channel, in this order. */
const triggers = [];

/** One connection of a client. */
class Life {
  /** Everything that is triggered from this point on must be received. */
  since = Infinity;
  heard = [];
  ended = false;
  node = undefined;

  constructor(client) {
    const {connection} = client.pusher;
    this.client = client;
    this.name = `${client.way} ${client.number}.${client.lives.length}`;
    this.socketId = connection.socket_id;
    // In the load balancer's log, only the path of a request tells its session.
    this.session = connection.connection.transport.socket.session;
  }

  get isListening() {
    return !this.ended && this.since < Infinity;
  }

  /** Returns what it should have received since its begin or that place, and did not. */
  missed(place = 0) {
    const heard = new Set(this.heard);
    return triggers.filter(({number, except, isSure}) => {
      return isSure && number >= Math.max(this.since, place) && except !== this.socketId && !heard.has(number);
    });
  }
}

/** A client that reconnects by itself as long as the script runs. */
class Client {
  lives = [];

  /** The user in the rooms. */
  user = undefined;
  comesBack = true;

  constructor(way) {
    this.way = way;
    this.number = clients.push(this);
    this.pusher = new Pusher('demo-key', {
      ...options(),
      enabledTransports: [way],
      channelAuthorization: {
        customHandler: ({socketId, channelName}, callback) =>
          callback(null, backend.authorizeChannel(socketId, channelName, {user_id: this.user})),
      },
    });
    this.pusher.connection.bind('state_change', ({previous, current}) => {
      if (previous === 'connected') this.#ends();
      if (current === 'connected') this.lives.push(new Life(this));
    });
    const channel = this.pusher.subscribe(CHANNEL);
    channel.bind('pusher:subscription_succeeded', () => (this.life.since = triggers.length));
    channel.bind('said', ({number}) => this.life.heard.push(number));
  }

  #ends() {
    this.life.ended = true;
    // The library decides about a reconnection only after this event.
    if (!this.comesBack) setImmediate(() => this.pusher.disconnect());
  }

  get life() {
    return this.lives.at(-1);
  }

  get isGone() {
    return !this.comesBack && this.life.ended;
  }

  /** Will join all rooms, and record from then on who joins and leaves. */
  async enter() {
    this.rooms = ROOMS.map(name => this.pusher.subscribe(name));
    this.told = this.rooms.map(() => []);
    this.rooms.forEach((room, i) => {
      for (const what of ['added', 'removed']) room.bind(`pusher:member_${what}`, ({id}) => this.told[i].push(`${what} ${id}`));
    });
    await none(`${this.user} is not in`, () => this.rooms.filter(room => !room.subscribed).map(room => room.name));
  }

  /** Leaves and does not reconnect. */
  leave() {
    this.comesBack = false;
    this.pusher.disconnect();
  }
}

function names(some) {
  return some.map(({life, way, number}) => life?.name ?? `${way} ${number}`);
}

function present() {
  return clients.filter(client => !client.isGone);
}

/** Will wait until all clients that should be here listen. */
function connected() {
  return none('not connected', () => names(present().filter(({life}) => !life?.isListening)));
}

/** Will find the node of each connection. */
async function place() {
  const nodeOf = new Map();
  for (const node of NODES) {
    const answer = await fetch(`${admins[node]}/api/sessions?protocol=pusher&limit=1000`);
    const {sessions} = await answer.json();
    for (const {id} of sessions) nodeOf.set(id, node);
  }
  for (const {life} of clients) life.node ??= nodeOf.get(life.socketId);
}

function ofPlace(way, node) {
  return clients.filter(client => client.way === way && client.life.node === node);
}

/** Takes a client without a user, and makes it that user. */
function take(user, way, node) {
  const client = ofPlace(way, node).find(each => each.user === undefined);
  assert.ok(client, `one more ${way} at node ${node}`);
  return Object.assign(client, {user});
}

/**
 * Will trigger one more event. It is not certain that anybody receives an event without an answer.
 */
async function trigger(except) {
  const said = {number: triggers.length, except, isSure: false};
  triggers.push(said);
  const query = except ? {socket_id: except} : {};
  const response = await backend.trigger(CHANNEL, 'said', {number: said.number}, query).catch(error => error);
  said.signature = new URL(response.url).searchParams.get('auth_signature');
  said.isSure = response.status === 200;
  said.status = response.status;
}

/**
 * Will trigger an event at each node, as far as the load balancer does so. Polls of clients also
 * count as requests.
 */
async function triggerAtEach() {
  await Promise.all(NODES.map(() => trigger()));
}

/** Will trigger events while time passes. */
async function triggerAll(some) {
  for (const end = triggers.length + some; triggers.length < end; await pause(PACE_MILLIS)) await triggerAtEach();
}

function logged() {
  return readFileSync(log, 'utf8').split('\n');
}

/** Returns the events that the killed node accepted. It may have had no time to forward them. */
function takenByTheDead(some) {
  const there = logged().filter(line => line.startsWith('POST /apps/3/events') && line.includes(killed));
  return some.filter(({signature}) => there.some(line => line.includes(signature)));
}

/** Will wait until all clients have received everything from that place on. */
function heardFrom(place, listeners = () => present().map(({life}) => life)) {
  return none('have not heard all', () => listeners().filter(life => life.missed(place).length > 0).map(life => life.name));
}

async function atEachPlace(body) {
  for (const way of WAYS) for (const node of NODES) await body(ofPlace(way, node));
}

check('60 clients at three nodes, over WebSockets, streams and polls, hear what is triggered at any of them', async () => {
  // WebSockets come first. Each is one request, so each node gets the same number.
  for (const way of WAYS) {
    for (let i = 0; i < CLIENTS_OF_A_WAY; i++) new Client(way);
    await connected();
  }
  await place();
  await atEachPlace(some => assert.ok(some.length > 0, 'the load balancer left out a node'));
  console.log('# clients:', count(clients, ({way, life}) => `${way} at ${life.node}`));
  // It takes a moment until nodes know each other's subscriptions.
  const start = triggers.length;
  const deaf = () => {
    const some = triggers.slice(start).filter(({isSure}) => isSure);
    const there = new Set(takenByTheDead(some));
    const heard = ({life}, atDead) => life.heard.some(number => number >= start && there.has(triggers[number]) === atDead);
    return clients.filter(client => !heard(client, true) || !heard(client, false));
  };
  while (deaf().length > 0) await triggerAll(1);
  for (const {life} of clients) life.since = triggers.length;
});

check('a trigger reaches every client', async () => {
  const start = triggers.length;
  while (triggers.length < start + TRIGGERS) await triggerAtEach();
  assert.ok(triggers.slice(start).every(({isSure}) => isSure));
  await heardFrom(start);
});

check('a trigger with socket_id reaches all but that client, on whatever node and over whatever it is', async () => {
  const start = triggers.length;
  await atEachPlace(([{life}]) => trigger(life.socketId));
  assert.ok(triggers.slice(start).every(({isSure}) => isSure));
  await trigger();
  await heardFrom(start);
});

/** Two clients on living nodes, which hear who joins and leaves. */
let seers;

/** Returns what each of the two observers heard of that user, in each room. */
function toldOf(user) {
  return seers.flatMap(({told}) => told.map(room => room.filter(each => each.endsWith(` ${user}`)).map(each => each.split(' ')[0])));
}

function toEach(...what) {
  return seers.flatMap(() => ROOMS.map(() => what));
}

/** Will wait until all observers heard exactly this of that user. */
async function told(user, ...what) {
  const wanted = JSON.stringify(toEach(...what));
  await none(`not told of ${user}: ${what}`, () => (JSON.stringify(toldOf(user)) === wanted ? [] : toldOf(user)));
}

/** Returns the users of a room as a backend sees them; nothing while the gateway cannot answer. */
async function users(room) {
  const answer = await backend.get({path: `/channels/${room}/users`}).catch(({status}) => assert.equal(status, 503));
  const {users} = answer ? await answer.json() : {};
  return users?.map(({id}) => id).sort();
}

/** Will wait until backends and observers know exactly these users in each room. */
async function known(...ids) {
  const wanted = JSON.stringify(ids.sort());
  for (const [i, room] of ROOMS.entries()) {
    let there;
    do there = JSON.stringify(await users(room));
    while (there !== wanted && (await pause(20, true)));
    for (const {rooms} of seers) {
      const members = () => Object.keys(rooms[i].members.members).sort();
      await none(`another list of ${room}`, () => (JSON.stringify(members()) === wanted ? [] : members()));
    }
  }
}

check('a user with two connections at two nodes is one member, and gone when the last one is', async () => {
  seers = LIVING.map(node => take(`seer ${node}`, 'ws', node));
  const [first, second] = [take('two', 'ws', LIVING[0]), take('two', 'xhr_polling', DEAD)];
  const other = take('other', 'xhr_streaming', LIVING[1]);
  for (const client of [...seers, first, second, other]) await client.enter();
  await told('two', 'added');
  await known('seer 0', 'seer 1', 'two', 'other');
  first.leave();
  await none('still two connections', () => (first.pusher.connection.state === 'disconnected' ? [] : ['first']));
  other.leave();
  // The observers would have heard of the user before, if the user had left with its first
  // connection.
  await told('other', 'added', 'removed');
  await told('two', 'added');
  await known('seer 0', 'seer 1', 'two');
  second.leave();
  await told('two', 'added', 'removed');
});

check('before the kill: users at the dead node only, at a living one too, and at a living one only', async () => {
  const gone = [take('gone', 'ws', DEAD), take('gone', 'xhr_polling', DEAD)];
  for (const client of gone) client.comesBack = false;
  const back = take('back', 'ws', DEAD);
  const both = [take('both', 'ws', DEAD), take('both', 'ws', LIVING[1])];
  const alone = take('alone', 'ws', LIVING[0]);
  for (const client of [...gone, back, ...both, alone]) await client.enter();
  for (const user of ['gone', 'back', 'both', 'alone']) await told(user, 'added');
});

check('when a node is killed its clients connect to the others by themselves', async () => {
  const before = present().map(({life}) => life);
  const start = triggers.length;
  const talking = triggerAll(TRIGGERS);
  const unsaid = () => (triggers.length - start < BEFORE_THE_KILL ? ['some'] : []);
  await none('not triggered', unsaid);
  const killedAt = Date.now();
  await ask('kill that node');
  await none('still at the dead node', () => names(present().filter(({life}) => life.node === DEAD)));
  await connected();
  console.log(`# all are connected again after ${Date.now() - killedAt} ms`);
  await talking;
  const ended = before.filter(life => life.ended);
  console.log('# connections of the dead node:', count(before.filter(({node}) => node === DEAD), ({client}) => client.way));
  console.log('# connections of the others:', count(before.filter(({node}) => node !== DEAD), ({client}) => client.way));
  console.log('# lost:', count(ended, ({client, node}) => `${client.way} of ${node === DEAD ? 'the dead' : 'another'}`));
  console.log('# answers to triggers:', count(triggers.slice(start), ({status}) => String(status)));
  assert.deepEqual(before.filter(({node, ended}) => node === DEAD && !ended).map(({name}) => name), []);
});

check('a connection of a living node is lost only when its stream or one of its last polls was at the dead one', () => {
  const lines = logged();
  const lost = clients.flatMap(({lives}) => lives).filter(life => life.ended && !life.client.isGone && life.node !== DEAD);
  const strange = lost.filter(({session, client}) => {
    const requests = lines.filter(line => session && line.includes(`/${session}/${client.way.replace('_polling', '')}?`));
    return !requests.slice(-2).some(line => line.includes(killed));
  });
  assert.deepEqual(strange.map(({name}) => name), []);
});

check('what is triggered next is heard by all', async () => {
  const start = triggers.length;
  await triggerAtEach();
  assert.ok(triggers.slice(start).every(({isSure}) => isSure));
  await heardFrom(start);
});

check('who kept the connection missed none of the 100 triggers meanwhile, and who came back none since', async () => {
  for (const said of takenByTheDead(triggers)) said.isSure = false;
  assert.ok(triggers.filter(({isSure}) => isSure).length > TRIGGERS);
  await heardFrom(0);
  const kept = present().filter(({lives}) => lives.length === 1);
  console.log('# connections kept:', count(kept, ({way}) => way));
  assert.deepEqual(Object.keys(count(kept, ({way}) => way)).sort(), [...WAYS].sort());
  assert.deepEqual(names(clients.filter(({way, lives}) => way === 'ws' && lives[0].node !== DEAD && lives.length > 1)), []);
});

check('users whose connections were all at the dead node are removed once, and others never', async () => {
  await told('gone', 'added', 'removed');
  await known('seer 0', 'seer 1', 'back', 'both', 'alone');
  await told('gone', 'added', 'removed');
  for (const user of ['both', 'alone']) assert.deepEqual(toldOf(user), toEach('added'));
  assert.deepEqual(toldOf('seer 1').flat().filter(what => what !== 'added'), []);
  // It depends on how fast the user came back.
  for (const what of toldOf('back')) assert.ok(['added', 'added,removed,added'].includes(String(what)), String(what));
  await told('two', 'added', 'removed');
});

check('nobody has heard anything twice, or what was for all others', () => {
  for (const {name, socketId, heard} of clients.flatMap(({lives}) => lives)) {
    assert.equal(new Set(heard).size, heard.length, `${name} heard something twice`);
    assert.deepEqual(heard.filter(number => triggers[number].except === socketId), [], name);
  }
});

await run();
