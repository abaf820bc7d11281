// The poll beside a real node: java -jar $BUSBAR_TEST_JAR.
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

/** Starts a program, and waits for its first line, or its end. */
async function start(command, args, env) {
  const child = spawn(command, args, {env: {...process.env, ...env}, stdio: ['ignore', 'pipe', 'inherit']});
  processes.push(child);
  const lines = createInterface({input: child.stdout});
  const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  assert.ok(line, `${command} ended`);
  return line;
}

before(async () => {
  const free = ['http', 'stomp', 'tcp-bridge', 'admin'].flatMap(port => ['--set', `${port}.port=0`]);
  const jar = process.env.BUSBAR_TEST_JAR ?? 'busbar.jar';
  const ready = await start('java', ['-jar', jar, '--config', 'node.yaml', ...free]);
  const [, host, port] = ready.match(/tcp-bridge:\/\/([^ :]+):(\d+)/);
  place = [host, Number(port)];
  assert.match(await start(process.execPath, ['worker.js'], {TCP_BRIDGE: `${host}:${port}`}), /^answering/);
  bus = await connect(...place);
  // It has said that it listens; the node may not have read it yet.
  for (let tries = 0; (await bus.request('{{name}}.vote', null)).failureCode !== undefined; tries++) {
    assert.ok(tries < 100, 'nobody answers');
    await pause(50);
  }
});

after(() => {
  bus?.close();
  processes.forEach(child => child.kill());
});

test('a vote is counted and told to all', async () => {
  const listener = await connect(...place);
  const heard = new Promise(resolve => listener.register('{{name}}.results', resolve));
  // Asked by the same client: it listens when the answer is there.
  assert.deepEqual((await listener.request('{{name}}.vote', null)).body, {pizza: 0, salad: 0});
  assert.deepEqual((await bus.request('{{name}}.vote', 'pizza')).body, {pizza: 1, salad: 0});
  assert.deepEqual((await heard).body, {pizza: 1, salad: 0});
  listener.close();
});

test('what is no choice is refused', async () => {
  const refused = await bus.request('{{name}}.vote', 'stones');
  assert.equal(refused.failureCode, 400);
  assert.equal(refused.message, 'choose one of pizza, salad');
});
