/** busbar-client in Node, against any server of the bridge that lets everybody use the addresses `echo` and `public.node`. */

import assert from 'node:assert/strict';
import {connect} from 'busbar-client';
import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {promisify} from 'node:util';
import {createServer} from 'vite';
import {WebSocket} from 'ws';
import {afterwards, check, run, url} from './lib/checks.mjs';

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

check('a page that Vite serves is answered through the proxy that busbar-js.md shows', async () => {
  const page = await readFile(new URL('../../src/site/markdown/busbar-js.md', import.meta.url), 'utf8');
  const [, config] = /^```js\n\/\/ vite\.config\.js\n(.*?)^```$/ms.exec(page);
  const here = config.replace('http://127.0.0.1:8080', url);
  assert.notEqual(here, config);
  const {default: shown} = await import(`data:text/javascript,${encodeURIComponent(here)}`);
  const server = {...shown.server, host: '127.0.0.1', port: 0};
  const vite = await createServer({root: cwd, configFile: false, logLevel: 'silent', optimizeDeps: {noDiscovery: true}, server});
  afterwards(() => vite.close());
  await vite.listen();
  const origin = `http://127.0.0.1:${vite.httpServer.address().port}`;
  class OfThePage extends WebSocket {
    constructor(address) {
      super(address, {origin});
    }
  }
  const bus = connect(`${origin}/eventbus`, {WebSocket: OfThePage});
  afterwards(() => bus.close());
  assert.equal((await bus.request('echo', 'hello')).body, 'hello');
});

await run();
