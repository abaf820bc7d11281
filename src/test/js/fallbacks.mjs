/**
 * Checks sockjs-client's HTTP transports through a load balancer in front of several nodes. Two
 * clients of each transport exchange messages.
 */

import assert from 'node:assert/strict';
import {setTimeout as pause} from 'node:timers/promises';
import {ask, check, run} from './lib/checks.mjs';
import {SockJsConnection, TRANSPORTS} from './lib/sockjs-connection.mjs';

const HTTP = TRANSPORTS.filter(transport => transport !== 'websocket');
const COUNT = 100;

/** A node is started and another one is killed during this time. */
const LIMIT_MILLIS = 180_000;

/**
 * Two clients that publish numbers on one channel, and record the numbers that they receive from
 * each other.
 */
class Conversation {
  #said = 0;

  static async open(transport) {
    const conversation = new Conversation();
    conversation.transport = transport;
    conversation.channel = `public.${transport}`;
    conversation.speakers = [];
    for (const name of ['ann', 'bob']) {
      const connection = await SockJsConnection.open('/eventbus', transport);
      connection.name = name;
      connection.say({type: 'register', address: conversation.channel});
      // Requests are answered in order, so this answer proves the registration.
      connection.say({type: 'send', address: 'echo', body: 'registered', replyAddress: 'answer'});
      assert.equal((await connection.json()).body, 'registered');
      conversation.speakers.push(connection);
    }
    for (const speaker of conversation.speakers) await conversation.#introduce(speaker);
    return conversation;
  }

  /** It takes a moment until nodes know each other's subscriptions. */
  async #introduce(speaker) {
    while (this.speakers.some(({inbox}) => inbox.waiting.length === 0)) {
      speaker.say({type: 'publish', address: this.channel, body: 'hello'});
      await pause(20);
    }
    speaker.say({type: 'publish', address: this.channel, body: 'ready'});
    for (const {inbox} of this.speakers) await inbox.find('ready', text => JSON.parse(text).body === 'ready');
  }

  /**
   * Will publish more numbers, each client in turn. Fails unless both receive each number of each
   * client once, in order.
   */
  async goOn() {
    const expected = {ann: [], bob: []};
    for (let i = 0; i < COUNT; i++) {
      for (const speaker of this.speakers) {
        const text = `${speaker.name} ${this.#said}`;
        expected[speaker.name].push(text);
        speaker.say({type: 'publish', address: this.channel, body: text});
      }
      this.#said++;
      await pause(i % 4);
    }
    for (const listener of this.speakers) {
      const heard = {ann: [], bob: []};
      for (let i = 0; i < 2 * COUNT; i++) {
        const {body} = await listener.json();
        heard[body.split(' ')[0]].push(body);
      }
      assert.deepEqual(heard, expected, `${listener.name} over ${this.transport}`);
      assert.deepEqual(listener.inbox.waiting, [], `${listener.name} over ${this.transport}`);
    }
  }
}

/**
 * The time until the nodes know that an answered poll was read. Before that, only the node that
 * answered it knows.
 */
const SETTLED_MILLIS = 2_000;

/**
 * Will wait until all requests are answered. Nobody else can answer a request to a node that dies.
 */
async function quiet(connection) {
  const transport = connection.sock._transport;
  while (transport.sendStop || transport.sendBuffer.length > 0) await pause(5);
}

check('nobody misses anything whichever node a request comes to, also when a node comes and is killed', async () => {
  const conversations = [];
  for (const transport of HTTP) conversations.push(await Conversation.open(transport));
  const goOn = () => Promise.all(conversations.map(conversation => conversation.goOn()));
  await goOn();
  await ask('one more node');
  await goOn();
  for (const {speakers} of conversations) await Promise.all(speakers.map(quiet));
  await pause(SETTLED_MILLIS);
  await ask('kill that node');
  // Polls that waited on the dead node come again through another node.
  await pause(SETTLED_MILLIS);
  await goOn();
}, LIMIT_MILLIS);

check('a new conversation is held through the nodes that are left', async () => {
  for (const transport of HTTP) await (await Conversation.open(transport)).goOn();
});

await run();
