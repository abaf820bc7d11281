/** Will build the pages of src/ into site/, by esbuild and by Vite. A warning of theirs ends it as an error does. */

import {svelte} from '@sveltejs/vite-plugin-svelte';
import assert from 'node:assert/strict';
import * as esbuild from 'esbuild';
import {build, createLogger} from 'vite';
import {writeExamples} from './examples.mjs';

const root = new URL('.', import.meta.url).pathname;
const warnings = [];

await writeExamples();

const checks = {bundlerTimings: false}; // how long it took is no fault
const customLogger = createLogger('silent');
customLogger.warn = customLogger.warnOnce = text => warnings.push(text);
await build({
  root,
  configFile: false,
  customLogger,
  plugins: [svelte({configFile: false})],
  worker: {format: 'es', rolldownOptions: {checks}},
  build: {outDir: 'site', emptyOutDir: true, rolldownOptions: {checks, input: ['vite.html', 'svelte.html']}},
});

const common = {absWorkingDir: root, bundle: true, minify: true, outdir: 'site', logLevel: 'silent'};
const built = await Promise.all([
  // with the checks that React has for who develops: StrictMode mounts everything twice
  esbuild.build({
    ...common,
    entryPoints: ['src/react.tsx', 'src/esbuild.ts'],
    format: 'esm',
    jsx: 'automatic',
    define: {'process.env.NODE_ENV': '"development"'},
  }),
  // a classic worker: no module, and no import.meta
  esbuild.build({...common, entryPoints: ['src/worker.ts'], format: 'iife'}),
]);
for (const result of built) warnings.push(...result.warnings.map(({text}) => text));

assert.deepEqual(warnings, []);
