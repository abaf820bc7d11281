// Tests the poll in a real node. The environment variable BUSBAR_TEST_JAR is the path of busbar.jar.
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
  // The test uses the TCP bridge, because Node 20 has no WebSocket.
  const settings = ['tcp-bridge.enabled=true', `data=${data}`];
  // Port 0 is any free port. The line that the node prints names it.
  const ports = ['http', 'stomp', 'tcp-bridge', 'admin'].map(port => `${port}.port=0`);
  const options = [...settings, ...ports].flatMap(setting => ['--set', setting]);
  const command = ['-jar', jar, '--config', 'node.yaml', ...options];
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

test('a vote is counted and published', async () => {
  const published = new Promise(resolve => bus.register('{{name}}.results', resolve));
  assert.deepEqual((await bus.request('{{name}}.vote', 'pizza')).body, {pizza: 1, salad: 0});
  assert.deepEqual((await published).body, {pizza: 1, salad: 0});
});

test('an unknown choice is refused', async () => {
  const refused = await bus.request('{{name}}.vote', 'stones');
  assert.equal(refused.failureCode, 400);
  assert.equal(refused.message, 'choose one of pizza, salad');
});
