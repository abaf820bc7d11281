/** Will write into src/ what is shown in TypeScript: the README's example, and those of busbar-js.md, whose first line names their file. */

import {readFile, rename, writeFile} from 'node:fs/promises';

export async function writeExamples() {
  const page = await read('src/site/markdown/busbar-js.md');
  const examples = [...page.matchAll(/^```ts\n\/\/ (\w+\.ts)\n(.*?)^```$/gms)].map(([, name, code]) => [name, code]);
  const [, readme] = /^```ts\n(.*?)^```$/ms.exec(await read('src/main/client/README.md'));
  examples.push(['readme.ts', readme]);
  for (const [name, code] of examples) {
    const file = new URL(`src/${name}`, import.meta.url);
    const unfinished = new URL(`${name}.${process.pid}`, import.meta.url);
    await writeFile(unfinished, code);
    await rename(unfinished, file); // another test may read it just now
  }
  return examples.map(([name]) => name);
}

function read(name) {
  return readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
}
