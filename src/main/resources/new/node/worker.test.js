// Tests the worker with a real node. The environment variable BUSBAR_TEST_JAR is the path of busbar.jar.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {createInterface} from 'node:readline';
import {after, before, test} from 'node:test';
import {setTimeout as pause} from 'node:timers/promises';
import {connect} from './bus.js';

const processes = [];
let bus;
let place;

/** Starts a program and returns its first line. It fails if the program ends before that. */
async function start(command, args, env) {
  const child = spawn(command, args, {env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'inherit']});
  processes.push(child);
  const lines = createInterface({input: child.stdout});
  const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  assert.ok(line, `${command} ended`);
  return line;
}

before(async () => {
  // Port 0 is any free port. The line that the node prints names it.
  const ports = ['http', 'stomp', 'tcp-bridge', 'admin'].flatMap(port => ['--set', `${port}.port=0`]);
  const jar = process.env.BUSBAR_TEST_JAR ?? 'busbar.jar';
  const ready = await start('java', ['-jar', jar, '--config', 'node.yaml', ...ports]);
  const [, host, port] = ready.match(/tcp-bridge:\/\/([^ :]+):(\d+)/);
  place = [host, Number(port)];
  assert.match(await start(process.execPath, ['worker.js'], {TCP_BRIDGE: `${host}:${port}`}), /^answering/);
  bus = await connect(...place);
  // The node may not have read the worker's registration yet.
  for (let tries = 0; (await bus.request('{{name}}.vote', null)).failureCode !== undefined; tries++) {
    assert.ok(tries < 100, 'the worker does not answer');
    await pause(50);
  }
});

after(() => {
  bus?.close();
  processes.forEach(child => child.kill());
});

test('a vote is counted and published', async () => {
  const listener = await connect(...place);
  const published = new Promise(resolve => listener.register('{{name}}.results', resolve));
  // The node handles both messages of this client in order, so it is registered when the answer comes.
  assert.deepEqual((await listener.request('{{name}}.vote', null)).body, {pizza: 0, salad: 0});
  assert.deepEqual((await bus.request('{{name}}.vote', 'pizza')).body, {pizza: 1, salad: 0});
  assert.deepEqual((await published).body, {pizza: 1, salad: 0});
  listener.close();
});

test('an unknown choice is refused', async () => {
  const refused = await bus.request('{{name}}.vote', 'stones');
  assert.equal(refused.failureCode, 400);
  assert.equal(refused.message, 'choose one of pizza, salad');
});
