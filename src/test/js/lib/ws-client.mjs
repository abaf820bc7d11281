import WebSocket from 'ws';
import {afterwards, wsUrl} from './checks.mjs';
import {Inbox} from './inbox.mjs';

/**
 * A WebSocket of the ws package. Its inbox has a string for each text message and a Buffer for each
 * binary one. `closed` completes with `{code, reason}`.
 */
export class WsClient {
  inbox = new Inbox();

  /**
   * Will open a WebSocket. If it is refused, the error has the HTTP status as `status` and the text
   * of the answer.
   */
  static open(path, {protocols, ...options} = {}) {
    const client = new WsClient(new WebSocket(wsUrl + path, protocols, {perMessageDeflate: false, ...options}));
    return new Promise((resolve, reject) => {
      client.socket.once('open', () => resolve(client));
      client.socket.once('error', reject);
      client.socket.once('unexpected-response', (request, response) => refused(response).then(reject));
    });
  }

  constructor(socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => this.inbox.put(isBinary ? data : data.toString()));
    this.closed = new Promise(resolve => {
      socket.on('close', (code, reason) => {
        this.inbox.end(`closed with ${code} ${reason}`);
        resolve({code, reason: reason.toString()});
      });
    });
    afterwards(() => socket.terminate());
  }

  /** Sends a string as text, a Buffer as binary, and anything else as JSON. */
  say(message) {
    const ready = typeof message === 'string' || Buffer.isBuffer(message);
    this.socket.send(ready ? message : JSON.stringify(message));
  }

  /** Will take the next message and parse it as JSON. */
  async json() {
    return JSON.parse(await this.inbox.next());
  }

  /** Will send a message and take the next one. */
  async exchange(message) {
    this.say(message);
    return this.inbox.next(`the answer to ${String(message).slice(0, 100)}`);
  }
}

async function refused(response) {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return Object.assign(new Error(`refused with ${response.statusCode}: ${text}`), {
    status: response.statusCode,
    headers: response.headers,
    text,
  });
}
