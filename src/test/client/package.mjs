/** busbar-client as npm installs it: what is in it, what its declarations say, and what a bundler makes of it. */

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {readFile, readdir} from 'node:fs/promises';
import {promisify} from 'node:util';
import * as esbuild from 'esbuild';
import {writeExamples} from './examples.mjs';
import {check, run} from './lib/checks.mjs';

const root = new URL('.', import.meta.url);
const cwd = root.pathname;
const installed = new URL('node_modules/busbar-client/', root);
const repository = new URL('../../', root);
const execute = promisify(execFile);
const text = name => readFile(new URL(name, installed), 'utf8');

check('npm finds the code, its declarations, a README and the licence in it, and no dependency', async () => {
  const files = 'LICENSE README.md busbar.d.ts busbar.js channel.d.ts channel.js emitter.d.ts emitter.js link.d.ts link.js package.json';
  assert.deepEqual((await readdir(installed)).sort(), files.split(' '));
  const about = JSON.parse(await text('package.json'));
  const [, version] = /<artifactId>busbar<\/artifactId>\s*<version>(.*?)<\/version>/.exec(await readFile(new URL('pom.xml', repository), 'utf8'));
  assert.equal(about.version, version);
  for (const kind of ['dependencies', 'peerDependencies', 'optionalDependencies', 'scripts']) assert.equal(about[kind], undefined);
  assert.equal(await text('LICENSE'), await readFile(new URL('LICENSE', repository), 'utf8'));
  for (const {types, default: code} of [about.exports['.'], about.exports['./link']]) {
    assert.ok(await text(types));
    assert.ok(await text(code));
  }
});

check('the folder of the build is what npm packs', async () => {
  const folder = new URL('target/busbar-client/package', repository).pathname;
  const {stdout} = await execute('npm', ['pack', '--dry-run', '--json', '--offline', folder], {cwd});
  const packed = Object.values(JSON.parse(stdout))[0];
  assert.deepEqual(packed.files.map(({path}) => path).sort(), (await readdir(installed)).sort());
});

/** Will have the compiler read a project; what it finds is the reason of the failure. */
async function tsc(project) {
  await execute('node_modules/.bin/tsc', ['--project', project], {cwd}).catch(error => {
    throw new Error(error.stdout || error.message);
  });
}

check('a page, the hook for React, the store for Svelte and the README are TypeScript in its strict mode', async () => {
  assert.deepEqual(await writeExamples(), ['bus.ts', 'useChannel.ts', 'channel.ts', 'readme.ts']);
  await tsc('tsconfig.json');
});

check('so is a program for Node, where types of a browser are not there', () => tsc('tsconfig.node.json'));

/** The names in the body of a declared class, but for private ones. */
function declared(declarations, name) {
  const [, body] = new RegExp(`^export class ${name}\\b[^{]*\\{\\n(.*?)^\\}`, 'ms').exec(declarations);
  return [...body.matchAll(/^ {2}(?:get )?(\w+)(?=[(<:])/gm)].map(([, member]) => member);
}

/** Those of its objects and its prototype. */
function had(type, object) {
  return [...Object.getOwnPropertyNames(type.prototype), ...Object.keys(object ?? {})];
}

check('the declarations have each public name of the code, and no other', async () => {
  const [busbar, link, channel, emitter] = await Promise.all(
    ['busbar.js', 'link.js', 'channel.js', 'emitter.js'].map(name => import(new URL(name, installed))),
  );
  class WebSocket {
    close() {}
  }
  const bus = new busbar.Connection({url: 'http://127.0.0.1/', WebSocket});
  const objects = {
    'busbar.d.ts': [
      [busbar.Connection, bus],
      [busbar.BusbarError, new busbar.BusbarError('no')],
    ],
    'link.d.ts': [[link.Link]],
    'channel.d.ts': [[channel.Channel, bus.channel('a')], [channel.Presence]],
    'emitter.d.ts': [[emitter.Emitter]],
  };
  bus.close();
  for (const [file, classes] of Object.entries(objects)) {
    const declarations = await text(file);
    for (const [type, object] of classes) {
      const names = declared(declarations, type.name).concat('constructor');
      assert.deepEqual([...new Set(names)].sort(), [...new Set(had(type, object))].sort(), type.name);
    }
  }
  const values = [...(await text('busbar.d.ts')).matchAll(/^export (?:class|function) (\w+)/gm)].map(([, name]) => name);
  assert.deepEqual([...new Set(values)].sort(), Object.keys(busbar).sort());
});

check('the declarations have each event that the code says', async () => {
  for (const [file, events] of [['busbar', 'ConnectionEvents'], ['link', 'LinkEvents'], ['channel', 'PresenceEvents']]) {
    const [, body] = new RegExp(`^export interface ${events}\\b.*?\\{\\n(.*?)^\\}`, 'ms').exec(await text(`${file}.d.ts`));
    const names = [...body.matchAll(/^ {2}(\w+): \[/gm)].map(([, name]) => name);
    const said = [...(await text(`${file}.js`)).matchAll(/\.emit\((?:recovered \? '(\w+)' : )?'(\w+)'/g)];
    assert.deepEqual(names.sort(), [...new Set(said.flatMap(([, ...both]) => both.filter(Boolean)))].sort());
  }
});

/** The properties of a declared interface. */
function properties(declarations, name) {
  const [, body] = new RegExp(`^export interface ${name}\\b.*?\\{\\n(.*?)^\\}`, 'ms').exec(declarations);
  return [...body.matchAll(/^ {2}(\w+)\??: /gm)].map(([, property]) => property);
}

check('the declarations have each option of the page, and the code takes it', async () => {
  const page = await readFile(new URL('src/site/markdown/busbar-js.md', repository), 'utf8');
  const [, section] = /^## connect\(url, options\)$(.*?)^## /ms.exec(page);
  const shown = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, option]) => option);
  const [busbar, link] = [await text('busbar.d.ts'), await text('link.d.ts')];
  const options = new Set([...properties(busbar, 'ConnectOptions'), ...properties(link, 'LinkOptions')]);
  assert.deepEqual([...options].sort(), [...shown, 'url'].sort());
  const code = (await text('busbar.js')) + (await text('link.js'));
  const words = code.replace(/\/\*\*.*?\*\//gs, '').split(/\W+/);
  assert.deepEqual([...options].filter(option => !words.includes(option)), []);
});

async function source(name) {
  return readFile(new URL(`src/main/java/io/busbar/${name}`, repository), 'utf8');
}

/** The words of a union of the declarations. */
function words(declarations, type) {
  const [, union] = new RegExp(`^export type ${type} =\\n(.*?);$`, 'ms').exec(declarations);
  return [...union.matchAll(/\| '(\w+)'/g)].map(([, word]) => word);
}

check('the declarations have each code of the gateway, and no other', async () => {
  const folder = 'protocol/bridge/';
  const names = await readdir(new URL(`src/main/java/io/busbar/${folder}`, repository));
  const bridge = await Promise.all(names.map(name => source(folder + name)));
  const ofBridge = [...bridge.join('').matchAll(/(?:BridgeException|refuse)\(\s*"(\w+)"/g)];
  const ofHub = [...(await source('hub/Refusal.java')).matchAll(/^ {2}[A-Z_]+\("(\w+)"/gm)];
  const codes = new Set([...ofBridge, ...ofHub].map(([, code]) => code));
  const declarations = await text('busbar.d.ts');
  assert.deepEqual(words(declarations, 'RefusalCode').sort(), [...codes].sort());
  const ours = [...(await text('busbar.js')).matchAll(/'([A-Z][A-Z_]{4,})'/g)].map(([, type]) => type);
  const ofVertx = ['ERROR', 'NO_HANDLERS', 'RECIPIENT_FAILURE', 'TIMEOUT'];
  assert.deepEqual(words(declarations, 'FailureType').sort(), [...new Set([...ours, ...ofVertx])].sort());
});

check('who imports the link alone gets nothing of the bridge', async () => {
  const sizes = [];
  for (const contents of ["export {Link} from 'busbar-client/link'", "export {connect} from 'busbar-client'"]) {
    const common = {absWorkingDir: cwd, bundle: true, minify: true, format: 'esm', write: false};
    const {outputFiles} = await esbuild.build({...common, stdin: {contents, resolveDir: cwd}});
    sizes.push([outputFiles[0].text.includes('QUEUE_FULL'), outputFiles[0].text.length]);
  }
  assert.deepEqual(sizes.map(([isBridge]) => isBridge), [false, true]);
  console.log(`# bytes of a bundle: ${sizes.map(([, size]) => size).join(' for the link, ')} for all`);
});

await run();
