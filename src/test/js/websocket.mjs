/**
 * Checks WebSocket itself: the handshake, who may connect, all forms of messages, and the reasons
 * for a close.
 */

import assert from 'node:assert/strict';
import {request} from 'node:http';
import {check, run, url} from './lib/checks.mjs';
import {BINARY, PONG, PING, RawSocket, TEXT, handshake} from './lib/raw-socket.mjs';
import {WsClient} from './lib/ws-client.mjs';

const CONTINUATION = 0;
const MOST_BYTES = 256 * 1024;
const FOREIGN = 'http://evil.example';

/** Checks that a handshake with these changes is refused with that status and a reason. */
async function refused(changes, status, words, method = 'GET') {
  const headers = Object.fromEntries(Object.entries({...handshake(), ...changes}).filter(([, value]) => value !== null));
  const answer = await new Promise((resolve, reject) => {
    const asked = request(`${url}/echo`, {method, headers}, resolve);
    asked.on('error', reject);
    asked.on('upgrade', () => reject(new Error(`accepted: ${JSON.stringify(changes)}`)));
    asked.end();
  });
  let reason = '';
  for await (const chunk of answer.setEncoding('utf8')) reason += chunk;
  assert.equal(answer.statusCode, status, reason);
  assert.match(answer.headers['content-type'], /^text\/plain/);
  assert.match(reason, words);
  return answer.headers;
}

async function closesWith(code, reason, act, path = '/echo') {
  const socket = await RawSocket.webSocket(path);
  await act(socket);
  const close = await socket.closeFrame();
  assert.equal(close.code, code, close.reason);
  assert.match(close.reason, reason);
}

check('a sub-protocol that is not spoken is refused with 400', async () => {
  await assert.rejects(WsClient.open('/echo', {protocols: ['v99.unknown']}), ({status, text}) => {
    assert.equal(status, 400);
    assert.match(text, /Sec-WebSocket-Protocol/);
    return true;
  });
  const plain = await WsClient.open('/echo');
  assert.equal(plain.socket.protocol, '');
});

check('another version than 13 is answered with 426 and the version that is spoken', async () => {
  for (const version of ['12', '8', '14', 'x', null]) {
    const headers = await refused({'Sec-WebSocket-Version': version}, 426, /Sec-WebSocket-Version must be 13/);
    assert.equal(headers['sec-websocket-version'], '13');
  }
});

check('a handshake without a good key, without Connection: Upgrade or by POST is refused with 400', async () => {
  await refused({'Sec-WebSocket-Key': null}, 400, /Sec-WebSocket-Key/);
  await refused({'Sec-WebSocket-Key': 'short'}, 400, /Sec-WebSocket-Key/);
  await refused({'Sec-WebSocket-Key': '!'.repeat(24)}, 400, /Sec-WebSocket-Key/);
  await refused({Connection: 'close'}, 400, /"Connection" must be "Upgrade"/);
  await refused({'Content-Length': '0'}, 400, /is a GET/, 'POST');
});

for (const path of ['/echo', '/eventbus/websocket', '/echo/000/abc/websocket']) {
  check(`a page of another origin may not open ${path}, our own and no page at all may`, async () => {
    for (const origin of [FOREIGN, 'null', `${url}.evil.example`, url.replace(/\d+$/, '1')]) {
      await assert.rejects(WsClient.open(path, {origin}), ({status}) => status === 403, origin);
    }
    await WsClient.open(path, {origin: url});
    await WsClient.open(path);
  });
}

for (const path of ['/echo/info', '/eventbus/info', '/chat/info']) {
  check(`a page of another origin may not read ${path}, our own and no page at all may`, async () => {
    const status = async origin => (await fetch(url + path, {headers: origin ? {Origin: origin} : {}})).status;
    assert.equal(await status(FOREIGN), 403);
    assert.equal(await status('null'), 403);
    assert.equal(await status(url), 200);
    assert.equal(await status(), 200);
  });
}

check('a page of another origin may not talk to a SockJS session', async () => {
  const answer = await fetch(`${url}/echo/000/${Date.now()}/xhr`, {method: 'POST', headers: {Origin: FOREIGN}});
  assert.equal(answer.status, 403);
});

check('a message in fragments comes back whole', async () => {
  const client = await WsClient.open('/echo');
  client.socket.send('one ', {fin: false});
  client.socket.send('two ', {fin: false});
  client.socket.send('three', {fin: true});
  assert.equal(await client.inbox.next(), 'one two three');
  client.socket.send(Buffer.from([1]), {fin: false});
  client.socket.send(Buffer.from([2]), {fin: true});
  assert.deepEqual(await client.inbox.next(), Buffer.from([1, 2]));
});

check('a message whose first fragments or last one are empty comes back whole, and the next ones too', async () => {
  const client = await WsClient.open('/echo');
  for (const parts of [['', 'text'], ['', '', 'text'], ['text', ''], ['', 'te', '', 'xt', '']]) {
    parts.forEach((part, i) => client.socket.send(part, {fin: i === parts.length - 1}));
    assert.equal(await client.inbox.next(), 'text');
  }
  ['', ''].forEach((part, i) => client.socket.send(part, {fin: i === 1}));
  assert.equal(await client.inbox.next(), '');
});

check('a character cut in two by a fragment is one character', async () => {
  const socket = await RawSocket.webSocket('/echo');
  const bytes = Buffer.from('ü😀');
  bytes.forEach((byte, i) => socket.frame(i === 0 ? TEXT : CONTINUATION, [byte], {final: i === bytes.length - 1}));
  const {opcode, payload} = await socket.inbox.next();
  assert.deepEqual([opcode, payload.toString()], [TEXT, 'ü😀']);
});

check('a ping between two fragments is answered at once, with its own bytes', async () => {
  const socket = await RawSocket.webSocket('/echo');
  socket.frame(TEXT, 'a', {final: false});
  socket.frame(PING, 'are you there?');
  const pong = await socket.inbox.next();
  assert.deepEqual([pong.opcode, pong.payload.toString()], [PONG, 'are you there?']);
  socket.frame(CONTINUATION, 'b');
  assert.equal((await socket.inbox.next()).payload.toString(), 'ab');
});

check('a message of as many bytes as are allowed comes back', async () => {
  const client = await WsClient.open('/echo');
  const text = 'x'.repeat(MOST_BYTES);
  assert.equal(await client.exchange(text), text);
  for (let i = 0; i < 4; i++) client.socket.send(text.slice(0, MOST_BYTES / 4), {fin: i === 3});
  assert.equal(await client.inbox.next(), text);
});

check('text that is not UTF-8 closes with 1007', async () => {
  for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0xc3]]) {
    await closesWith(1007, /UTF-8/, socket => socket.frame(TEXT, bytes));
  }
  await closesWith(1007, /UTF-8/, socket => {
    socket.frame(TEXT, [0xc3], {final: false});
    socket.frame(CONTINUATION, [0x28]);
  });
});

check('a bridge client that sends binary that is not UTF-8 is closed with 1007', async () => {
  await closesWith(1007, /UTF-8/, socket => socket.frame(BINARY, [0xff]), '/eventbus/websocket');
});

check('the replacement character is text like any other', async () => {
  const client = await WsClient.open('/echo');
  assert.equal(await client.exchange('a\ufffdb'), 'a\ufffdb');
});

check('a message that is too big closes with 1009, in one frame or in many', async () => {
  await closesWith(1009, /./, socket => socket.frame(TEXT, 'x'.repeat(MOST_BYTES + 1)));
  await closesWith(1009, /./, socket => {
    for (let i = 0; i < 5; i++) socket.frame(i === 0 ? TEXT : CONTINUATION, 'x'.repeat(MOST_BYTES / 4), {final: false});
  });
});

check('frames that break the rules close with 1002', async () => {
  await closesWith(1002, /./, socket => socket.frame(CONTINUATION, 'of nothing'));
  await closesWith(1002, /./, socket => {
    socket.frame(TEXT, 'first', {final: false});
    socket.frame(TEXT, 'second');
  });
  await closesWith(1002, /./, socket => socket.frame(TEXT, 'not masked', {masked: false}));
  await closesWith(1002, /./, socket => socket.frame(TEXT, 'reserved bit', {reserved: 4}));
  await closesWith(1002, /./, socket => socket.frame(3, 'reserved opcode'));
  await closesWith(1002, /./, socket => socket.frame(PING, 'x'.repeat(126)));
  await closesWith(1002, /./, socket => socket.frame(PING, 'x', {final: false}));
});

check('a client that closes gets its own code back', async () => {
  for (const code of [1000, 3000, 4999]) {
    const client = await WsClient.open('/echo');
    client.socket.close(code, 'bye');
    assert.equal((await client.closed).code, code);
  }
});

check('compression is not agreed upon unless it is configured', async () => {
  const client = await WsClient.open('/echo', {perMessageDeflate: true});
  assert.equal(client.socket.extensions, '');
  assert.equal(await client.exchange('plain'), 'plain');
});

check('what is no WebSocket handshake gets an answer at a WebSocket path', async () => {
  assert.equal((await fetch(`${url}/eventbus/websocket`)).status, 400);
  assert.equal((await fetch(`${url}/nothing/here`)).status, 404);
});

await run();
