import assert from 'node:assert/strict';
import {setTimeout as pause} from 'node:timers/promises';

const PATIENCE_MILLIS = 30_000;
const SHOWN = 5;

/** Will wait until nothing is left. If that takes too long, it fails and names some of the rest. */
export async function none(what, left) {
  const limit = Date.now() + PATIENCE_MILLIS;
  while (left().length > 0) {
    if (Date.now() > limit) assert.fail(`${what}: ${left().length}, such as ${left().slice(0, SHOWN).join(', ')}`);
    await pause(20);
  }
}

/** Returns the number of items for each key. */
export function count(items, keyOf) {
  const counts = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
}
