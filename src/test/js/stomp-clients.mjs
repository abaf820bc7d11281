/** Checks common STOMP clients in Node, over each of their transports. */

import assert from 'node:assert/strict';
import net from 'node:net';
import {createRequire} from 'node:module';
import {afterwards, ask, check, run} from './lib/checks.mjs';
import {Inbox} from './lib/inbox.mjs';
import {HOST, oldStomp, tcpPort, TRANSPORTS} from './lib/stomp-transports.mjs';

const require = createRequire(import.meta.url);
const {Client} = require('@stomp/stompjs');
const webstomp = require('webstomp-client');
const stompit = require('stompit');

const BINARY = new Uint8Array([0, 1, 255, 0, 128, 10]);
const LARGE = 'ü"\\\n'.repeat(8000);

/**
 * Will connect @stomp/stompjs. `errors` gets ERROR frames, and `connections` gets each CONNECTED
 * frame.
 */
async function connect(transport, options = {}) {
  const connections = new Inbox();
  const errors = new Inbox();
  const client = new Client({
    webSocketFactory: TRANSPORTS[transport],
    reconnectDelay: 50,
    onConnect: frame => connections.put(frame),
    onStompError: frame => errors.put(frame),
    ...options,
  });
  client.activate();
  afterwards(() => client.deactivate());
  return {client, connections, errors, connected: await connections.next('CONNECTED')};
}

/** Will subscribe. Completes when the receipt has come. */
async function listen(client, destination, headers = {}, onMessage = undefined) {
  const inbox = new Inbox();
  const receipts = new Inbox();
  const receipt = `sub-${Math.random()}`;
  client.watchForReceipt(receipt, frame => receipts.put(frame));
  inbox.subscription = client.subscribe(destination, onMessage ?? (message => inbox.put(message)), {...headers, receipt});
  await receipts.next('the receipt of SUBSCRIBE');
  return inbox;
}

for (const transport of Object.keys(TRANSPORTS)) {
  check(`@stomp/stompjs over ${transport}: connects and hears what it publishes`, async () => {
    const {client, connected} = await connect(transport);
    assert.equal(connected.headers.version, '1.2');
    const inbox = await listen(client, '/topic/public.js');
    client.publish({destination: '/topic/public.js', body: 'Grüße ✓ 😀', headers: {key: 'a\nb\\:'}});
    const message = await inbox.next();
    assert.equal(message.body, 'Grüße ✓ 😀');
    assert.equal(message.headers.key, 'a\nb\\:');
    inbox.subscription.unsubscribe();
  });

  check(`@stomp/stompjs over ${transport}: large bodies, split into several messages`, async () => {
    const {client} = await connect(transport, {splitLargeFrames: true, maxWebSocketChunkSize: 1000});
    const inbox = await listen(client, '/topic/public.js');
    client.publish({destination: '/topic/public.js', body: LARGE});
    assert.equal((await inbox.next()).body, LARGE);
  });

  check(`@stomp/stompjs over ${transport}: ack, nack and prefetch on a queue`, async () => {
    const {client} = await connect(transport);
    const queue = `/queue/public.js-${transport}`;
    const inbox = await listen(client, queue, {ack: 'client-individual', 'prefetch-count': '1'});
    client.publish({destination: queue, body: 'one'});
    client.publish({destination: queue, body: 'two'});
    const one = await inbox.next();
    assert.equal(one.body, 'one');
    one.nack();
    const again = await inbox.next();
    assert.equal(again.body, 'one');
    assert.equal(again.headers.redelivered, 'true');
    again.ack();
    const two = await inbox.next();
    assert.equal(two.body, 'two');
    two.ack();
  });

  check(`@stomp/stompjs over ${transport}: transactions`, async () => {
    const {client} = await connect(transport);
    const inbox = await listen(client, '/topic/public.js');
    const dropped = client.begin();
    client.publish({destination: '/topic/public.js', body: 'never', headers: {transaction: dropped.id}});
    dropped.abort();
    const kept = client.begin();
    client.publish({destination: '/topic/public.js', body: 'in', headers: {transaction: kept.id}});
    client.publish({destination: '/topic/public.js', body: 'before'});
    kept.commit();
    client.publish({destination: '/topic/public.js', body: 'after'});
    const bodies = (await inbox.take(3)).map(message => message.body);
    assert.deepEqual(bodies, ['before', 'in', 'after']);
  });

  check(`@stomp/stompjs over ${transport}: a question is answered on a temp-queue`, async () => {
    const answers = new Inbox();
    const {client} = await connect(transport, {onUnhandledMessage: message => answers.put(message)});
    client.publish({destination: '/request/echo', body: 'hello', headers: {'reply-to': '/temp-queue/x'}});
    const answer = await answers.next();
    assert.equal(answer.body, 'hello');
    assert.equal(answer.headers.destination, '/temp-queue/x');
  });

  check(`@stomp/stompjs over ${transport}: heart-beats keep it, and a refusal is told`, async () => {
    const {client, errors} = await connect(transport, {heartbeatIncoming: 300, heartbeatOutgoing: 300, reconnectDelay: 0});
    const inbox = await listen(client, '/topic/public.js');
    await new Promise(resolve => setTimeout(resolve, 1500));
    client.publish({destination: '/topic/public.js', body: 'alive'});
    assert.equal((await inbox.next()).body, 'alive');
    client.publish({destination: '/topic/secret', body: 'no'});
    assert.match((await errors.next()).headers.message, /access denied: secret/);
  });

  check(`@stomp/stompjs over ${transport}: disconnects with a receipt`, async () => {
    const {client} = await connect(transport);
    const gone = new Inbox();
    client.onDisconnect = frame => gone.put(frame);
    await client.deactivate();
    assert.ok(await gone.next());
  });
}

for (const transport of ['WebSocket', 'TCP']) {
  check(`@stomp/stompjs over ${transport}: binary bodies with NUL bytes`, async () => {
    const {client} = await connect(transport);
    const inbox = await listen(client, '/topic/public.js');
    client.publish({
      destination: '/topic/public.js',
      binaryBody: BINARY,
      headers: {'content-type': 'image/x-ours'},
    });
    const message = await inbox.next();
    assert.deepEqual([...message.binaryBody], [...BINARY]);
    assert.equal(message.headers['content-type'], 'image/x-ours');
  });
}

check('@stomp/stompjs reconnects to a gateway that was killed', async () => {
  const {client, connections} = await connect('WebSocket');
  await ask('restart');
  await connections.next('the second CONNECTED');
  const inbox = await listen(client, '/topic/public.js');
  client.publish({destination: '/topic/public.js', body: 'back'});
  assert.equal((await inbox.next()).body, 'back');
});

/** Adds the checks for the API of stompjs 2 and of webstomp-client, which is based on it. */
function oldApi(name, open, send) {
  check(`${name}: subscribes, publishes, acknowledges, commits, disconnects`, async () => {
    const client = open();
    if (client.debug) client.debug = () => {};
    const connected = new Inbox();
    client.connect({login: 'guest', passcode: 'guest'}, frame => connected.put(frame), e => connected.end(String(e)));
    await connected.next('CONNECTED');
    const inbox = new Inbox();
    client.subscribe('/topic/public.old', message => inbox.put(message), {id: 'old'});
    send(client, '/topic/public.old', {'content-type': 'text/plain'}, 'héllo');
    assert.equal((await inbox.next()).body, 'héllo');
    const tx = client.begin('tx1');
    send(client, '/topic/public.old', {transaction: tx.id ?? 'tx1'}, 'committed');
    client.commit(tx.id ?? 'tx1');
    assert.equal((await inbox.next()).body, 'committed');
    const queue = new Inbox();
    client.subscribe(`/queue/public.${name.replace(/[^a-z]/g, '')}`, message => queue.put(message), {ack: 'client'});
    send(client, `/queue/public.${name.replace(/[^a-z]/g, '')}`, {}, 'job');
    const job = await queue.next();
    assert.equal(job.body, 'job');
    job.ack();
    const gone = new Inbox();
    client.disconnect(() => gone.put(true));
    assert.ok(await gone.next());
  });
}

const bodyFirst = (client, destination, headers, body) => client.send(destination, body, headers);
const headersFirst = (client, destination, headers, body) => client.send(destination, headers, body);

for (const transport of ['WebSocket', 'SockJS']) {
  const open = TRANSPORTS[transport];
  oldApi(`webstomp-client over ${transport}`, () => webstomp.over(open(), {debug: false}), bodyFirst);
  oldApi(`stompjs 2 over ${transport}`, () => oldStomp.over(open()), headersFirst);
}

check('stompit: publishes, consumes with acknowledgement, commits', async () => {
  const client = await new Promise((resolve, reject) => {
    const options = {host: HOST, port: tcpPort, connectHeaders: {host: '/', 'heart-beat': '1000,1000'}};
    stompit.connect(options, (error, made) => (error ? reject(error) : resolve(made)));
  });
  const inbox = new Inbox();
  client.subscribe({destination: '/queue/public.stompit', ack: 'client-individual'}, (error, message) => {
    if (error) return inbox.end(error.message);
    message.readString('utf-8', (failure, body) => {
      inbox.put(body);
      client.ack(message);
    });
  });
  client.sendString({destination: '/queue/public.stompit'}, 'one');
  assert.equal(await inbox.next(), 'one');
  const transaction = client.begin();
  transaction.send({destination: '/queue/public.stompit'}).end('two');
  transaction.commit();
  assert.equal(await inbox.next(), 'two');
  await new Promise((resolve, reject) => client.disconnect(error => (error ? reject(error) : resolve())));
});

check('a telnet user is served', async () => {
  const socket = net.connect(tcpPort, HOST);
  const lines = new Inbox();
  socket.on('data', data => lines.put(data.toString()));
  socket.write('CONNECT\n\n\0\n');
  assert.match(await lines.next(), /^CONNECTED\nversion:1.0\n/);
  socket.write('SUBSCRIBE\ndestination:/topic/public.telnet\nreceipt:1\n\n\0\n');
  assert.match(await lines.next(), /^RECEIPT/);
  socket.write('SEND\ndestination:/topic/public.telnet\n\nhello\0\n');
  assert.match(await lines.next(), /\n\nhello\0$/);
  socket.destroy();
});

await run();
