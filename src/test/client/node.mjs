/** busbar-client in Node, against any server of the bridge that lets everybody use the addresses `echo` and `public.node`. */

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import {check, run, url} from './lib/checks.mjs';

const cwd = new URL('.', import.meta.url).pathname;
const execute = promisify(execFile);

const ASK = `
  const bus = connect(process.argv[1] + '/eventbus', typeof Own === 'undefined' ? {} : {WebSocket: Own});
  const heard = new Promise(resolve => bus.subscribe('public.node', resolve));
  const {body} = await bus.request('echo', 'hello');
  bus.publish('public.node', 'everybody');
  console.log(body, (await heard).body, bus.status.transport);
  bus.close();
`;

/** Will run that in a Node of its own, which ends by itself once the connection is closed. */
async function inNode(flags, code) {
  const command = [...flags, '--no-warnings', '--input-type=module', '-e', code, url];
  const {stdout} = await execute(process.execPath, command, {cwd, timeout: 30_000});
  assert.equal(stdout.trim(), 'hello everybody websocket');
}

check('Node is answered, and hears, over ws', () =>
  inNode([], `import {connect} from 'busbar-client'; import {WebSocket as Own} from 'ws'; ${ASK}`),
);

check('so it is over a WebSocket of its own', () => {
  const flags = globalThis.WebSocket ? [] : ['--experimental-websocket'];
  return inNode(flags, `import {connect} from 'busbar-client'; ${ASK}`);
});

check('it is told what is missing where there is no WebSocket', async () => {
  const code = `delete globalThis.WebSocket; const {connect} = await import('busbar-client'); ${ASK}`;
  await assert.rejects(inNode([], code), /TypeError: there is no WebSocket here: give its constructor as the option WebSocket/);
});

await run();
