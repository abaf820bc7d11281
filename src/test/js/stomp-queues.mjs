/** Checks the queues of the gateway with common STOMP clients in Node. */

import assert from 'node:assert/strict';
import {check, run} from './lib/checks.mjs';
import {NAMES, open} from './lib/stomp-apis.mjs';

const GUEST = {login: 'guest', passcode: 'guest'};
const DEMO = {login: 'demo', passcode: 'demo'};
const DURABLE = {durable: 'true', 'auto-delete': 'false'};

for (const [number, name] of NAMES.entries()) {
  const of = what => `public.${what}-${number}`;

  check(`${name}: a durable subscription keeps what comes while its user is away`, async () => {
    const topic = `/topic/${of('durable')}`;
    const headers = {...DURABLE, id: `durable-${number}`};
    const before = await open(name, DEMO);
    await before.subscribe(topic, {...headers});
    await before.close();
    const publisher = await open(name, GUEST);
    await publisher.send(topic, 'while away', {});
    const after = await open(name, DEMO);
    const inbox = await after.subscribe(topic, {...headers});
    assert.equal((await inbox.next()).body, 'while away');
    await publisher.send(topic, 'while there', {});
    assert.equal((await inbox.next()).body, 'while there');
  });

  // UNSUBSCRIBE of stompjs 2 has no headers
  if (!name.startsWith('stompjs 2')) {
    check(`${name}: UNSUBSCRIBE with its headers ends a durable subscription`, async () => {
      const topic = `/topic/${of('ended')}`;
      const headers = {...DURABLE, id: `ended-${number}`};
      const before = await open(name, DEMO);
      await (await before.subscribe(topic, {...headers})).unsubscribe({...headers});
      await before.close();
      const after = await open(name, DEMO);
      await after.send(topic, 'for nobody', {});
      const inbox = await after.subscribe(topic, {...headers});
      await after.send(topic, 'for the new one', {});
      assert.equal((await inbox.next()).body, 'for the new one');
    });
  }

  check(`${name}: a selector takes what it wants of a queue`, async () => {
    const queue = `/queue/${of('selector')}`;
    const client = await open(name, GUEST);
    await client.send(queue, 'blue', {color: 'blue', size: '7'});
    await client.send(queue, 'red', {color: 'red', size: '7'});
    await client.send(queue, 'small', {color: 'red', size: '1'});
    const some = await client.subscribe(queue, {selector: "color = 'red' AND size > 5"});
    assert.equal((await some.next()).body, 'red');
    const others = await (await open(name, GUEST)).subscribe(queue, {});
    assert.deepEqual((await others.take(2)).map(({body}) => body), ['blue', 'small']);
    assert.deepEqual(some.waiting, []);
  });

  check(`${name}: what has expired is not heard`, async () => {
    const queue = `/queue/${of('expired')}`;
    const client = await open(name, GUEST);
    await client.send(queue, 'late', {expiration: '50'});
    await client.send(queue, 'in time', {expiration: '60000'});
    await new Promise(resolve => setTimeout(resolve, 100));
    const inbox = await client.subscribe(queue, {});
    assert.equal((await inbox.next()).body, 'in time');
  });

  check(`${name}: larger priorities come first`, async () => {
    const queue = `/queue/${of('priority')}`;
    const client = await open(name, GUEST);
    await client.send(queue, 'low', {priority: '1'});
    await client.send(queue, 'usual', {});
    await client.send(queue, 'high', {priority: '9'});
    const inbox = await client.subscribe(queue, {});
    assert.deepEqual((await inbox.take(3)).map(({body}) => body), ['high', 'usual', 'low']);
  });

  check(`${name}: an answer comes to a temp-queue that was subscribed to`, async () => {
    const queue = `/queue/${of('work')}`;
    const client = await open(name, GUEST);
    const answers = await client.subscribe('/temp-queue/mine', {id: 'mine'});
    const worker = await works(name, queue);
    await client.send(queue, 'hello', {'reply-to': '/temp-queue/mine', 'correlation-id': '7'});
    await worker.answers();
    const answer = await answers.next();
    assert.equal(answer.body, 'hello to you');
    assert.equal(answer.headers.subscription, 'mine');
    assert.equal(answer.headers['correlation-id'], '7');
  });

  check(`${name}: an answer comes to a temp-queue that only reply-to names`, async () => {
    const queue = `/queue/${of('job')}`;
    const client = await open(name, GUEST);
    client.expect?.('/temp-queue/x');
    await client.send(queue, 'hello', {'reply-to': '/temp-queue/x'});
    await (await works(name, queue)).answers();
    const answer = await client.unexpected.next();
    assert.equal(answer.body, 'hello to you');
    assert.equal(answer.headers.destination, '/temp-queue/x');
    assert.equal(answer.headers.subscription, '/temp-queue/x');
  });

  check(`${name}: the bus answers a request`, async () => {
    const client = await open(name, GUEST);
    client.expect?.('/temp-queue/x');
    await client.send('/request/echo', 'hello', {});
    await client.send('/request/echo', 'hello', {'reply-to': '/temp-queue/x'});
    assert.equal((await client.unexpected.next()).body, 'hello');
  });
}

/** Another client, which takes one message of the queue and answers it. */
async function works(name, queue) {
  const worker = await open(name, GUEST);
  const inbox = await worker.subscribe(queue, {ack: 'client-individual'});
  return {
    async answers() {
      const message = await inbox.next('the work');
      const {'reply-to': replyTo, 'correlation-id': correlation} = message.headers;
      assert.match(replyTo, /^\/reply-queue\/./);
      const headers = correlation === undefined ? {} : {'correlation-id': correlation};
      await worker.send(replyTo, `${message.body} to you`, headers);
      message.ack();
    },
  };
}

await run();
