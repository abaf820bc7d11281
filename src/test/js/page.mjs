/** Checks that the examples of src/site/markdown/clients.md print what the page says. */

import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {check, run, url} from './lib/checks.mjs';

const page = await readFile(new URL('../../src/site/markdown/clients.md', import.meta.url), 'utf8');
const cwd = fileURLToPath(new URL('.', import.meta.url));
const examples = [...page.matchAll(/^```js\n(.*?)^\/\/ prints: (.*?)\n```$/gms)];

check('every example says what it prints', async () => {
  assert.equal(examples.length, [...page.matchAll(/^```js$/gm)].length);
  assert.ok(examples.length > 0);
});

examples.forEach(([, code, printed], i) => {
  check(`example ${i + 1} of clients.md prints ${printed}`, async () => {
    const here = code.replaceAll('127.0.0.1:8080', new URL(url).host);
    assert.notEqual(here, code);
    const {stdout} = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', here], {cwd, timeout: 30_000});
    assert.equal(stdout.trim(), printed);
  });
});

await run();
