/** Requests to the admin port. The browser adds the token itself, because the page was opened with it. */

export class ApiError extends Error {
  /** @param {number} status status of the response; 0 if there was none */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** Makes a path with encoded values: path`/api/queues/${name}`. */
export function path(strings, ...values) {
  return String.raw({raw: strings}, ...values.map(encodeURIComponent));
}

/**
 * Sends a request and returns the JSON of the answer. Throws an ApiError with a message for people.
 * @param {string} url
 * @param {{method?: string, body?: string, type?: string, signal?: AbortSignal}} [options]
 */
export async function ask(url, {method = 'GET', body, type, signal} = {}) {
  let response;
  try {
    // The page's own URL may have a name and a token, and fetch refuses such URLs.
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
 * Runs a task at once, and then at intervals, until the signal aborts. While the page is hidden, it does not run.
 * @param {AbortSignal} signal
 * @param {number} millis the time between two runs
 * @param {() => Promise<void|boolean>} task handles its own errors; false ends the runs
 * @returns {() => void} runs the task at once
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
