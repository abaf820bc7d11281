// The poll in a real node: java -jar $BUSBAR_TEST_JAR, with busbar-js.jar beside it.
import assert from 'node:assert/strict';
import {execFile, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {after, before, test} from 'node:test';
import {promisify} from 'node:util';
import {connect} from './bus.js';

const jar = process.env.BUSBAR_TEST_JAR ?? 'busbar.jar';
const env = {...process.env, BUSBAR_ADMIN_TOKEN: 'a-token-of-16-or-more'};
let data;
let node;
let bus;

before(async () => {
  data = await mkdtemp(join(tmpdir(), '{{name}}-'));
  // Tests come by the TCP bridge: Node 20 has no WebSocket.
  const more = ['tcp-bridge.enabled=true', `data=${data}`];
  const free = ['http', 'stomp', 'tcp-bridge', 'admin'].map(port => `${port}.port=0`);
  const settings = [...more, ...free].flatMap(setting => ['--set', setting]);
  const command = ['-jar', jar, '--config', 'node.yaml', ...settings];
  node = spawn('java', command, {env, stdio: ['ignore', 'pipe', 'inherit']});
  const lines = createInterface({input: node.stdout});
  const [ready] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  assert.ok(ready, 'the node did not start');
  const [, admin] = ready.match(/admin (http:\/\/[^ :]+:\d+)/);
  await promisify(execFile)('java', ['-jar', jar, 'deploy', '{{name}}.jar', '--node', admin], {env});
  const [, host, port] = ready.match(/tcp-bridge:\/\/([^ :]+):(\d+)/);
  bus = await connect(host, Number(port));
});

after(async () => {
  bus?.close();
  if (node) {
    const ended = once(node, 'exit');
    node.kill();
    await ended;
  }
  await rm(data, {recursive: true});
});

test('a vote is counted and told to all', async () => {
  const heard = new Promise(resolve => bus.register('{{name}}.results', resolve));
  assert.deepEqual((await bus.request('{{name}}.vote', 'pizza')).body, {pizza: 1, salad: 0});
  assert.deepEqual((await heard).body, {pizza: 1, salad: 0});
});

test('what is no choice is refused', async () => {
  const refused = await bus.request('{{name}}.vote', 'stones');
  assert.equal(refused.failureCode, 400);
  assert.equal(refused.message, 'choose one of pizza, salad');
});
