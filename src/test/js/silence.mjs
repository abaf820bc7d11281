/**
 * Checks clients that send nothing. The gateway has `http.request-timeout`,
 * `http.websocket.ping-interval`, `http.websocket.pong-timeout` and `bridge.ping-timeout` of one
 * second each.
 */

import assert from 'node:assert/strict';
import {check, run} from './lib/checks.mjs';
import {BusClient, PACKAGES} from './lib/bus-client.mjs';
import {PING, RawSocket, TEXT, handshake} from './lib/raw-socket.mjs';
import {WsClient} from './lib/ws-client.mjs';

check('a connection that sends nothing is dropped', async () => {
  await new RawSocket().closed;
});

check('a client that never completes its handshake is dropped', async () => {
  const socket = new RawSocket();
  socket.write('GET /echo HTTP/1.1\r\nUpgrade: websocket\r\n');
  await socket.closed;
});

check('a client that sends its handshake in ever new small pieces is dropped as well', async () => {
  const socket = new RawSocket();
  const drip = setInterval(() => socket.write('X: y\r\n'), 100);
  socket.write('GET /echo HTTP/1.1\r\n');
  await socket.closed;
  clearInterval(drip);
});

check('an idle client that does not answer pings is dropped, and told why', async () => {
  const socket = await RawSocket.webSocket('/echo');
  await socket.inbox.find('a ping', ({opcode}) => opcode === PING);
  const {code, reason} = await socket.closeFrame();
  assert.equal(code, 1001);
  assert.equal(reason, 'nothing heard in time');
  await socket.closed;
});

check('an idle client that answers pings stays for longer than one that does not', async () => {
  const answering = await WsClient.open('/echo');
  let pings = 0;
  answering.socket.on('ping', () => pings++);
  const silent = await RawSocket.webSocket('/echo');
  await silent.closeFrame();
  assert.ok(pings > 0, 'was not pinged');
  assert.equal(await answering.exchange('still here'), 'still here');
});

check('a client that does not answer pings but talks stays', async () => {
  const talking = await RawSocket.webSocket('/echo');
  const silent = await RawSocket.webSocket('/echo');
  let over = false;
  silent.closeFrame().then(() => (over = true));
  while (!over) {
    talking.frame(TEXT, 'talk');
    await talking.inbox.find('the echo', ({opcode}) => opcode === TEXT);
  }
  talking.frame(TEXT, 'still here');
  await talking.inbox.find('the last echo', ({payload}) => payload.toString() === 'still here');
});

for (const name of PACKAGES) {
  check(`the pings of ${name} keep it alive for longer than a client that pinged once`, async () => {
    const options = {vertxbus_ping_interval: 200, transports: ['xhr-polling']};
    const client = await BusClient.open(name, options);
    const silent = await RawSocket.webSocket('/eventbus/websocket');
    silent.frame(TEXT, '{"type":"ping"}');
    assert.equal((await silent.closeFrame()).code, 1001);
    assert.equal((await client.request('echo', 'still here')).body, 'still here');
  });
}

check('a keep-alive connection that goes on asking is not dropped', async () => {
  const asking = new RawSocket();
  const silent = new RawSocket();
  let over = false;
  silent.closed.then(() => (over = true));
  while (!over) assert.match(await asking.request('/none', {}, 'HEAD'), /^HTTP\/1.1 404 /);
  assert.match(await asking.request('/echo', handshake()), /^HTTP\/1.1 101 /);
});

await run();
