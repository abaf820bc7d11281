import SockJS from 'sockjs-client';
import {afterwards, url} from './checks.mjs';
import {Inbox} from './inbox.mjs';

/** The transports that sockjs-client has in Node; the others need a browser's document. */
export const TRANSPORTS = ['websocket', 'xhr-streaming', 'eventsource', 'xhr-polling'];

/** Its own limit for a transport to connect is a few times what the first answer took, and machines can be busy. */
const PATIENCE_MILLIS = 10_000;

/** A connection of sockjs-client over one transport. `closed` completes with `{code, reason}`. */
export class SockJsConnection {
  inbox = new Inbox();

  /** Will be open; fails when it closes before. */
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

  /** What carries it: `websocket`, `xhr-polling`. */
  get transport() {
    return this.sock.transport;
  }

  say(message) {
    this.sock.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Will take the next message, which is JSON. */
  async json() {
    return JSON.parse(await this.inbox.next());
  }
}
