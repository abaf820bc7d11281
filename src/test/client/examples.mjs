/** Will write into src/ what is shown in TypeScript: the README's example, and those of busbar-js.md, whose first line names their file. */

import {readFile, writeFile} from 'node:fs/promises';

export async function writeExamples() {
  const page = await read('src/site/markdown/busbar-js.md');
  const examples = [...page.matchAll(/^```ts\n\/\/ (\w+\.ts)\n(.*?)^```$/gms)].map(([, name, code]) => [name, code]);
  const [, readme] = /^```ts\n(.*?)^```$/ms.exec(await read('src/main/client/README.md'));
  examples.push(['readme.ts', readme]);
  for (const [name, code] of examples) await writeFile(new URL(`src/${name}`, import.meta.url), code);
  return examples.map(([name]) => name);
}

function read(name) {
  return readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
}
