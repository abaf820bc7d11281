/**
 * Checks a service endpoint over Engine.IO with clients of revision 4 and 3, over all their
 * transports.
 */

import assert from 'node:assert/strict';
import {Socket} from 'engine.io-client';
import connect3 from 'engine.io-client3';
import {afterwards, check, run, url} from './lib/checks.mjs';
import {Inbox} from './lib/inbox.mjs';

const CLIENTS = {
  'engine.io-client 6': options => new Socket(url, options),
  'engine.io-client 3': options => connect3(url, options),
};
const WAYS = {
  polling: ['polling'],
  websocket: ['websocket'],
  'polling, then websocket': ['polling', 'websocket'],
};

class Client {
  inbox = new Inbox();
  events = new Inbox();

  constructor(socket) {
    this.socket = socket;
    socket.on('message', data => this.inbox.put(typeof data === 'string' ? data : Buffer.from(data)));
    socket.on('open', () => this.events.put('open'));
    socket.on('upgrade', () => this.events.put('upgrade'));
    socket.on('close', why => this.events.put(`close: ${why}`));
    afterwards(() => socket.close());
  }

  static async open(name, transports) {
    const client = new Client(CLIENTS[name]({path: '/engine.io/', transports}));
    assert.equal(await client.events.next('the connection'), 'open');
    return client;
  }

  async exchange(data) {
    this.socket.send(data);
    return this.inbox.next('the echo');
  }
}

for (const name of Object.keys(CLIENTS)) {
  for (const [way, transports] of Object.entries(WAYS)) {
    check(`${name} by ${way}: text and bytes come back as they are`, async () => {
      const client = await Client.open(name, transports);
      for (const text of ['hello', ' ', 'Grüße ✓ 漢字 😀', 'x'.repeat(100_000)]) {
        assert.equal(await client.exchange(text), text);
      }
      for (const bytes of [Buffer.from([0, 1, 0xff, 0xfe, 30]), Buffer.alloc(50_000, 0xab)]) {
        assert.deepEqual(await client.exchange(bytes), bytes);
      }
    });

    check(`${name} by ${way}: 1,000 messages come back in order, whatever happens meanwhile`, async () => {
      const client = await Client.open(name, transports);
      const sent = Array.from({length: 1000}, (_, i) => `message ${i}`);
      sent.forEach(text => client.socket.send(text));
      assert.deepEqual(await client.inbox.take(sent.length), sent);
      if (transports.length > 1) {
        assert.equal(await client.events.next('the upgrade'), 'upgrade');
        assert.equal(client.socket.transport.name, 'websocket');
        assert.equal(await client.exchange('after it'), 'after it');
      }
    });

    check(`${name} by ${way}: the client may close`, async () => {
      const client = await Client.open(name, transports);
      if (transports.length > 1) {
        assert.equal(await client.events.next('the upgrade'), 'upgrade');
      }
      assert.equal(await client.exchange('last'), 'last');
      client.socket.close();
      assert.equal(await client.events.next('the end'), 'close: forced close');
    });
  }
}

run();
