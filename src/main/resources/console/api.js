/** Asks the admin port. The browser shows the token itself, where there is one: the page was opened with it. */

export class ApiError extends Error {
  /** @param {number} status 0 where nobody answered */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** A path whose values may hold any character: path`/api/queues/${name}`. */
export function path(strings, ...values) {
  return String.raw({raw: strings}, ...values.map(encodeURIComponent));
}

/**
 * Asks, and returns the JSON of the answer. Throws an ApiError whose message is for people.
 * @param {string} url
 * @param {{method?: string, body?: string, type?: string, signal?: AbortSignal}} [options]
 */
export async function ask(url, {method = 'GET', body, type, signal} = {}) {
  let response;
  try {
    // not by the page's own URL: one with a name and a token in it is none that may be fetched
    response = await fetch(new URL(url, location.origin), {method, body, signal, headers: type ? {'Content-Type': type} : {}});
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'This node does not answer. The page goes on trying.');
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  throw new ApiError(response.status, answer?.error ?? words(response.status));
}

function words(status) {
  if (status === 401) return 'The token is not shown any more. Reload the page and give it again.';
  return `The node answered with status ${status}. Its log may say why.`;
}

/**
 * Does the task now and again and again, until the signal ends it. A hidden page rests.
 * @param {() => Promise<void|boolean>} task handles its own failures; false ends it
 * @returns {() => void} does it at once
 */
export function poll(signal, millis, task) {
  let timer;
  let running = false;
  let again = false;
  let over = false;
  const run = async () => {
    clearTimeout(timer);
    again = running;
    if (running || over || signal.aborted) return;
    running = true;
    do {
      again = false;
      over = !document.hidden && (await task()) === false;
    } while (again && !over && !signal.aborted);
    running = false;
    if (!over && !signal.aborted) timer = setTimeout(run, millis);
  };
  signal.addEventListener('abort', () => clearTimeout(timer));
  document.addEventListener('visibilitychange', () => document.hidden || run(), {signal});
  run();
  return run;
}
