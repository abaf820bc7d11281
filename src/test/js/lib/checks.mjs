/**
 * A script is a list of checks of the gateway whose URL is its first argument. They run one after
 * the other. Each prints one line of TAP: `ok 1 - its sentence`, or `not ok 1 - its sentence` with
 * the reason below. The last line is the plan, `1..N`. The exit code is 1 if a check failed.
 */

import {createInterface} from 'node:readline';
import {inspect} from 'node:util';

const LIMIT_MILLIS = 60_000;

const checks = [];
let leftovers = [];
let answers;

/** `http://127.0.0.1:8080` */
export const url = (process.argv[2] ?? 'http://127.0.0.1:8080').replace(/\/$/, '');

/** The same as `ws://127.0.0.1:8080`. */
export const wsUrl = url.replace(/^http/, 'ws');

/**
 * Adds a check. It fails if its body throws or takes longer than the limit, by default a minute.
 */
export function check(sentence, body, limitMillis = LIMIT_MILLIS) {
  checks.push({sentence, body, limitMillis});
}

/** Runs the task at the end of the current check. */
export function afterwards(task) {
  leftovers.push(task);
}

/**
 * Will ask the test that runs the script to do something, such as `restart`. The answer comes on
 * standard input.
 */
export async function ask(what) {
  answers ??= createInterface({input: process.stdin})[Symbol.asyncIterator]();
  console.log(`# ask: ${what}`);
  const {done} = await answers.next();
  if (done) throw new Error(`nobody answered "${what}" on standard input`);
}

/** Will run all checks and end the process. */
export async function run() {
  let failed = 0;
  for (const [i, {sentence, body, limitMillis}] of checks.entries()) {
    const why = await outcome(body, limitMillis);
    console.log(`${why ? 'not ok' : 'ok'} ${i + 1} - ${sentence}`);
    if (why) {
      failed++;
      console.log(inspect(why).replace(/^/gm, '  '));
    }
    for (const task of leftovers.splice(0)) await task();
  }
  console.log(`1..${checks.length}`);
  process.exit(failed ? 1 : 0);
}

async function outcome(body, limitMillis) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${limitMillis} ms`)), limitMillis);
  });
  try {
    await Promise.race([body(), limit]);
    return undefined;
  } catch (e) {
    return e ?? new Error('failed without saying why');
  } finally {
    clearTimeout(timer);
  }
}
