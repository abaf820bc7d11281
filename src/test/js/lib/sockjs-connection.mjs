import SockJS from 'sockjs-client';
import {afterwards, url} from './checks.mjs';
import {Inbox} from './inbox.mjs';

/** The transports of sockjs-client in Node. The others need the document of a browser. */
export const TRANSPORTS = ['websocket', 'xhr-streaming', 'eventsource', 'xhr-polling'];

/**
 * The limit for a transport to connect. The library's own limit, a few times the first round trip,
 * is too short for a busy machine.
 */
const PATIENCE_MILLIS = 10_000;

/** A connection of sockjs-client over one transport. `closed` completes with `{code, reason}`. */
export class SockJsConnection {
  inbox = new Inbox();

  /** Will open a connection. Fails if it closes before. */
  static open(path, transport) {
    const connection = new SockJsConnection(new SockJS(url + path, null, {transports: [transport], timeout: PATIENCE_MILLIS}));
    connection.name = `${path} over ${transport}`;
    return new Promise((resolve, reject) => {
      connection.sock.onopen = () => resolve(connection);
      connection.closed.then(({code, reason}) => reject(new Error(`closed with ${code} ${reason}`)));
    });
  }

  constructor(sock) {
    this.sock = sock;
    sock.onmessage = e => this.inbox.put(e.data);
    this.closed = new Promise(resolve => {
      sock.onclose = ({code, reason}) => {
        this.inbox.end(`closed with ${code} ${reason}`);
        resolve({code, reason});
      };
    });
    afterwards(() => sock.close());
  }

  /** The transport: `websocket`, `xhr-polling`. */
  get transport() {
    return this.sock.transport;
  }

  say(message) {
    this.sock.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Will take the next message and parse it as JSON. */
  async json() {
    return JSON.parse(await this.inbox.next());
  }
}
