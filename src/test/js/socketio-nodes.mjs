/**
 * Checks standard clients of Socket.IO on one channel with three nodes, through a load balancer
 * that is not sticky. The second argument is the URL of the node that will be killed. The third is
 * the load balancer's log, whose lines have a method, a path with its query, and the nodes that
 * were asked.
 */

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {setTimeout as pause} from 'node:timers/promises';
import {io} from 'socket.io-client';
import {ask, check, run, url} from './lib/checks.mjs';
import {count, none} from './lib/eventually.mjs';

const CHANNEL = 'public.nodes';
const KINDS = {polling: ['polling'], websocket: ['websocket'], upgrading: ['polling', 'websocket']};
const COUNTS = {polling: 67, websocket: 67, upgrading: 33};
const LATER = 33;
const ALL = 200;
const NODES = 3;
const SID_CHARS = 44;

/**
 * The pause of a publisher after the acknowledgement of its last message. All clients must receive
 * all messages.
 */
const PACE_MILLIS = 200;
const MESSAGES = 10;

/**
 * The errors that a polling client may get. The session is unknown, or nginx says that the node did
 * not answer an upload.
 */
const CLEAN_ENDS = [/^transport error 400 {"code":1,"message":"Session ID unknown"}$/, /^transport error 502 /];

const [killed, log] = process.argv.slice(3);

/** Counts all publications and all begins of listening, for their order. */
let clock = 0;
let talking = true;
const clients = [];
const publishers = [];
const refused = [];

/** Returns the node of a session, which is the beginning of its id. */
function nodeOf(sid) {
  assert.equal(sid.length, SID_CHARS);
  return sid.slice(0, SID_CHARS / 2);
}

/** One connection of a client, from the moment when it is in the namespace. */
class Life {
  /** Everything that is published from this point on must be received. */
  since = Infinity;
  said = [];
  heard = new Map();
  ended = null;

  constructor(client) {
    this.client = client;
    this.name = `${client.kind} ${client.number}.${client.lives.length}`;
    this.sid = client.socket.io.engine.id;
    this.node = nodeOf(this.sid);
    this.over = new Promise(resolve => (this.end = why => resolve((this.ended = why))));
  }

  get isListening() {
    return this.ended === null && this.since < Infinity;
  }

  hear([name, number]) {
    if (!this.heard.has(name)) this.heard.set(name, []);
    this.heard.get(name).push(number);
  }

  /** Will publish one more message, unless the connection ends. */
  async say() {
    const message = {at: clock++, acknowledged: false};
    const number = this.said.push(message) - 1;
    const acknowledged = new Promise(resolve => {
      this.client.socket.emit('publish', CHANNEL, [this.name, number], error => {
        if (error) refused.push([this.name, error]);
        message.acknowledged = !error;
        resolve();
      });
    });
    await Promise.race([acknowledged, this.over]);
  }

  /**
   * Returns the acknowledged messages of a publisher that this client should have received and did
   * not.
   */
  missed(publisher) {
    const heard = new Set(this.heard.get(publisher.name));
    const numbers = [...publisher.said.keys()];
    return numbers.filter(i => publisher.said[i].acknowledged && publisher.said[i].at >= this.since && !heard.has(i));
  }
}

/** A client that reconnects by itself as long as the script runs. */
class Client {
  lives = [];
  failures = [];

  constructor(kind) {
    this.kind = kind;
    this.number = clients.push(this);
    const options = {forceNew: true, transports: KINDS[kind], reconnectionDelay: 100, reconnectionDelayMax: 500};
    this.socket = io(url, options);
    this.socket.on('connect', () => this.#begin());
    this.socket.on(CHANNEL, body => this.life.hear(body));
    this.socket.on('connect_error', error => this.failures.push(`${error.message} ${error.description}`));
    this.socket.on('disconnect', (reason, {description, context} = {}) => {
      // The event also comes for a connection that ended before its first life.
      this.life?.end(context ? `${reason} ${description} ${context.responseText}` : reason);
    });
  }

  get life() {
    return this.lives.at(-1);
  }

  get transport() {
    return this.socket.io.engine.transport.name;
  }

  #begin() {
    const life = new Life(this);
    this.lives.push(life);
    this.socket.emit('subscribe', CHANNEL, error => {
      if (error) refused.push([life.name, error]);
      else life.since = clock;
    });
  }

  /** Publishes as long as it is connected. */
  async talk() {
    while (talking) {
      if (this.life.isListening) await this.life.say();
      await pause(PACE_MILLIS);
    }
  }
}

function allLives() {
  return clients.flatMap(client => client.lives);
}

function endedLives() {
  return allLives().filter(life => life.ended !== null);
}

function names(some) {
  return some.map(({life, number, kind}) => life?.name ?? `${kind} ${number}`);
}

/** Will wait until all clients are on the channel, over their final transport. */
async function connected() {
  await none('not connected', () => names(clients.filter(client => !client.life?.isListening)));
  const isChanging = ({transport, kind}) => transport !== KINDS[kind].at(-1);
  await none('not changed to a WebSocket', () => names(clients.filter(isChanging)));
}

/** Will wait until each publisher has more acknowledged messages. */
async function talkGoesOn() {
  const start = clock;
  const news = ({life}) => life.said.filter(({at, acknowledged}) => acknowledged && at >= start);
  await none('not heard of', () => names(publishers.filter(each => news(each).length < MESSAGES)));
}

/** Opens a session at a node, and then polls for it through the load balancer. */
async function openAt(node) {
  const answer = await fetch(`${node}/socket.io/?EIO=4&transport=polling`);
  return JSON.parse((await answer.text()).slice(1)).sid;
}

let deadSession;
let deadNode;

check('167 clients at three nodes hear each other, over polling, WebSockets, and the one and then the other', async () => {
  deadSession = await openAt(killed);
  deadNode = nodeOf(deadSession);
  for (const [kind, number] of Object.entries(COUNTS)) for (let i = 0; i < number; i++) new Client(kind);
  await connected();
  const byPlace = new Map(clients.map(client => [`${client.kind} ${client.life.node}`, client]));
  assert.equal(byPlace.size, Object.keys(KINDS).length * NODES);
  publishers.push(...byPlace.values());
  for (const publisher of publishers) publisher.talk();
  // It takes a moment until nodes know each other's subscriptions.
  const deaf = ({life}) => publishers.some(publisher => !life.heard.has(publisher.life.name));
  await none('does not hear all publishers', () => names(clients.filter(deaf)));
  for (const {life} of clients) life.since = clock;
});

check('33 more change from polling to a WebSocket while others publish, and nobody loses the connection', async () => {
  // If many connected at once, all WebSockets might go to one node, because the load balancer
  // counts requests.
  for (let i = 0; i < LATER; i++) {
    new Client('upgrading');
    await connected();
  }
  await talkGoesOn();
  assert.equal(clients.length, ALL);
  assert.deepEqual(endedLives().map(({name, ended}) => [name, ended]), []);
});

check('when a node is killed its clients connect to the others, and no WebSocket of another node ends', async () => {
  const before = clients.map(client => client.life);
  const start = Date.now();
  await ask('kill that node');
  await none('still at the dead node', () => names(clients.filter(({life}) => life.node === deadNode)));
  await connected();
  console.log(`# all are connected again after ${Date.now() - start} ms`);
  const ended = before.filter(life => life.ended !== null);
  const ofNode = before.filter(life => life.node === deadNode);
  console.log('# sessions of the dead node:', count(ofNode, ({client}) => client.kind));
  console.log('# connections lost:', count(ended, ({client}) => client.kind), count(ended, life => life.ended));
  console.log('# attempts that failed:', count(clients.flatMap(({failures}) => failures), failure => failure));
  assert.deepEqual(ofNode.filter(life => life.ended === null).map(({name}) => name), []);
  const unharmed = ended.filter(({client, node}) => client.kind === 'websocket' && node !== deadNode);
  assert.deepEqual(unharmed.map(({name}) => name), []);
});

check('who polled for a session of the dead node was told so', () => {
  const polled = endedLives().filter(({client, node}) => client.kind === 'polling' && node === deadNode);
  assert.ok(polled.length > 0);
  assert.deepEqual(polled.map(life => life.ended).filter(why => !CLEAN_ENDS.some(clean => clean.test(why))), []);
});

check('any node answers at once that a session of the dead node is unknown', async () => {
  for (let i = 0; i < 2 * NODES; i++) {
    const query = `EIO=4&transport=polling&sid=${deadSession}`;
    const answer = await fetch(`${url}/socket.io/?${query}`, {signal: AbortSignal.timeout(2_000)});
    assert.equal(answer.status, 400);
    assert.deepEqual(await answer.json(), {code: 1, message: 'Session ID unknown'});
  }
});

check('what is published from then on is heard, and nobody who came back loses the connection again', async () => {
  await talkGoesOn();
  talking = false;
  const speakers = publishers.map(({life}) => life).filter(life => life.isListening);
  await Promise.all(speakers.map(life => life.say()));
  const isLacking = life => speakers.some(speaker => life.missed(speaker).includes(speaker.said.length - 1));
  await none('have not heard the last of all', () => names(clients.filter(({life}) => !life.isListening || isLacking(life))));
  assert.deepEqual(endedLives().filter(life => life !== life.client.lives[0]).map(({name, ended}) => [name, ended]), []);
  assert.deepEqual(refused, []);
});

/**
 * Returns which requests show why a connection was lost: their method and transport, and how many
 * of the last ones.
 */
function telling({client, ended}) {
  if (client.kind !== 'polling') return ['GET', 'websocket', 1];
  // After a failed upload the client sends a goodbye in another one. Before the poll that ends the
  // session there is one more.
  return [ended.startsWith('transport error 502') ? 'POST' : 'GET', 'polling', 2];
}

/** Returns the lines of the load balancer's log about them. */
function logged(lines, life) {
  const [method, transport, last] = telling(life);
  const parts = [`${method} `, `transport=${transport}&`, `&sid=${life.sid}`];
  return lines.filter(line => parts.every(part => line.includes(part))).slice(-last);
}

check('a session of a living node is lost only when its WebSocket or last request was at the dead one', () => {
  const lines = readFileSync(log, 'utf8').split('\n');
  const lost = endedLives().filter(({client, node}) => client.kind !== 'websocket' && node !== deadNode);
  console.log('# lost with a living session:', count(lost, ({client}) => client.kind));
  const {host} = new URL(killed);
  const reasons = lost.map(life => [life.name, life.ended, ...logged(lines, life)]);
  assert.deepEqual(reasons.filter(([, , ...asked]) => !asked.some(line => line.includes(host))), []);
});

/** Prints the number of messages, and fails if one of them was not received. */
function nothingMissed(listeners) {
  const sources = publishers.flatMap(({lives}) => lives).filter(life => life.node !== deadNode);
  const missedOf = (life, source) => life.missed(source).map(i => `${life.name}: ${source.name} ${i}`);
  const missed = listeners.flatMap(life => sources.flatMap(source => missedOf(life, source)));
  const heard = listeners.flatMap(life => [...life.heard.values()].flat());
  console.log(`# ${listeners.length} listeners heard ${heard.length} messages and missed ${missed.length}`);
  assert.deepEqual(missed.slice(0, 10), []);
}

check('nobody hears anything twice, or in another order than its publisher said it', () => {
  const isWrong = ([, numbers]) => numbers.some((number, i) => i > 0 && number <= numbers[i - 1]);
  const wrong = allLives().flatMap(life => [...life.heard].filter(isWrong).map(([name]) => `${life.name}: ${name}`));
  assert.deepEqual(wrong, []);
});

check('who kept the connection missed nothing of what publishers of living nodes were acknowledged', () => {
  const kept = clients.filter(({lives}) => lives.length === 1).map(({life}) => life);
  console.log('# connections kept:', count(kept, ({client}) => client.kind));
  // Two of three nodes live. An upgraded client may need both, and a poll may have been at the dead
  // one.
  assert.ok(kept.length > ALL / NODES, kept.length);
  assert.deepEqual(Object.keys(count(kept, ({client}) => client.kind)).sort(), Object.keys(KINDS).sort());
  nothingMissed(kept);
});

check('who came back hears all of it from then on', () => {
  const back = clients.filter(({lives}) => lives.length > 1).map(({life}) => life);
  assert.deepEqual(Object.keys(count(back, ({client}) => client.kind)).sort(), Object.keys(KINDS).sort());
  nothingMissed(back);
});

await run();
