/**
 * Checks the topic bus with a client like those of Clown.Hub. It is a WebSocket with name and
 * password in its URL. It sends one word to start, and then pairs of a topic and a payload. The
 * path is the same as in Clown.Hub.
 */

import assert from 'node:assert/strict';
import WebSocket from 'ws';
import {afterwards, check, run, wsUrl} from './lib/checks.mjs';
import {Inbox} from './lib/inbox.mjs';
import {WsClient} from './lib/ws-client.mjs';

const PATH = '/auth/clown-talk-server_nodes_bridge_0';
const START = '["clown.talk/-/config/set", {}]\n';
const STATE = 'node/relay/demo/state';

/** Tells whether a message is about this topic. */
const about = topic => text => JSON.parse(text)[0] === topic;

/** Connects as their example does. Every message is a pair. */
function connect(address) {
  const heard = new Inbox();
  const websocket = new WebSocket(address);
  websocket.onopen = () => websocket.send(START);
  websocket.onmessage = evt => {
    const rawData = JSON.parse(evt.data);
    heard.put({topic: rawData[0], payload: rawData[1]});
  };
  websocket.onerror = evt => heard.end(evt.message);
  afterwards(() => websocket.terminate());
  return {websocket, heard};
}

check('a client of Clown.Hub with name and password in its URL hears the thermometer', async () => {
  const {heard} = connect(wsUrl.replace('://', '://demo:demo@') + PATH);
  const topic = 'node/thermometer/demo/temperature';
  const {payload} = await heard.find('a temperature', pair => pair.topic === topic);
  assert.ok(payload.value >= 15 && payload.value <= 30, JSON.stringify(payload));
});

check('it switches a relay, and another one hears that', async () => {
  const {websocket, heard} = connect(wsUrl.replace('://', '://demo:demo@') + PATH);
  const other = connect(wsUrl.replace('://', '://demo:demo@') + PATH);
  for (const {heard: ears} of [{heard}, other]) await ears.find('the relay', pair => pair.topic === STATE);
  for (const state of [true, false]) {
    websocket.send(`["node/relay/demo/set", {"state": ${state}}]`);
    for (const ears of [heard, other.heard]) {
      await ears.find(`the relay at ${state}`, pair => pair.topic === STATE && pair.payload.state === state);
    }
  }
});

check('who has no name or a wrong password is answered 401', async () => {
  for (const options of [{}, {auth: 'demo:wrong'}, {auth: 'nobody:demo'}]) {
    const refusal = await WsClient.open(PATH, options).catch(error => error);
    assert.equal(refusal.status, 401);
    assert.match(refusal.headers['www-authenticate'], /Basic realm="busbar"/);
  }
});

check('with and without a newline, one or several in a frame', async () => {
  const client = await WsClient.open(PATH, {auth: 'demo:demo'});
  client.say(START.trim());
  await client.inbox.find('the start', about('clown.talk/-/config/ok'));
  client.say('["mine/a", 1]\n["mine/a", 2]\r\n["mine/a", 3]');
  client.say('["mine/a", 4]\n');
  for (const number of [1, 2, 3, 4]) {
    assert.equal(await client.inbox.find('mine', about('mine/a')), `["mine/a",${number}]`);
  }
});

check('what is wrong is told as a pair, and the connection stays', async () => {
  const client = await WsClient.open(PATH, {auth: 'demo:demo'});
  const refusals = {
    '{"topic": "a"}': 'a line is a pair in JSON: [topic, payload]',
    '["a"]': 'a pair is [topic, payload], and the topic a string',
    '["a.b", 1]': 'a topic has no . in it',
    '["node/relay/demo/state", {"state": true}]': 'access denied: node/relay/demo/state (publish)',
  };
  for (const [said, message] of Object.entries(refusals)) {
    assert.deepEqual(JSON.parse(await client.exchange(said)), ['clown.talk/-/error', {message}]);
  }
  assert.deepEqual(JSON.parse(await client.exchange(Buffer.from('["a", 1]'))), [
    'clown.talk/-/error',
    {message: 'a pair is text, not binary'},
  ]);
  assert.equal(await client.exchange(START), '["clown.talk/-/config/ok",{"ack":false}]');
});

check('the endpoint that ships needs no login', async () => {
  const client = await WsClient.open('/topics');
  client.say(START);
  await client.inbox.find('the relay', about(STATE));
});

await run();
