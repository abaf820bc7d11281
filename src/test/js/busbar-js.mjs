/** Runs the tests of busbar.js in busbar-js/ as one script, including those that need a gateway. */

import {readdirSync} from 'node:fs';
import {run} from 'node:test';
import {tap} from 'node:test/reporters';
import {fileURLToPath} from 'node:url';

process.env.BUSBAR_URL = process.argv[2];

const folder = new URL('busbar-js/', import.meta.url);
const files = readdirSync(folder)
  .filter(name => name.endsWith('.test.mjs'))
  .map(name => fileURLToPath(new URL(name, folder)));

run({files})
  .on('test:fail', () => {
    process.exitCode = 1;
  })
  .compose(tap)
  .pipe(process.stdout);
