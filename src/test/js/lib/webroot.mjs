import {existsSync} from 'node:fs';

/**
 * Returns the path of a file in webroot. That folder is above this script, and also above its copy
 * below target.
 */
export function webroot(name) {
  for (let folder = new URL('..', import.meta.url); folder.pathname !== '/'; folder = new URL('..', folder)) {
    const file = new URL(`webroot/${name}`, folder);
    if (existsSync(file)) return file.href;
  }
  throw new Error(`there is no webroot/${name} above ${import.meta.url}`);
}
