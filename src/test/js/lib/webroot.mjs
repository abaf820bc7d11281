import {existsSync} from 'node:fs';

/** Where a file of webroot is: above this one, which runs where it stands and as a copy below target. */
export function webroot(name) {
  for (let folder = new URL('..', import.meta.url); folder.pathname !== '/'; folder = new URL('..', folder)) {
    const file = new URL(`webroot/${name}`, folder);
    if (existsSync(file)) return file.href;
  }
  throw new Error(`there is no webroot/${name} above ${import.meta.url}`);
}
