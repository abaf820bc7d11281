/**
 * A link: a connection for text messages that comes back by itself.
 *
 * It opens a WebSocket or a SockJS session, says which state it is in, and after a loss tries again, each time after a
 * longer, random wait. It knows no protocol: busbar.js speaks the event-bus bridge's over it, the demo pages their
 * features' own messages.
 */

import {Emitter} from './emitter.js';

/**
 * @typedef {object} Status
 * @property {'connecting'|'open'|'waiting'|'closed'} state
 * @property {string} [transport] what is being tried or is open: 'websocket', or 'sockjs' and, once open, its transport
 *     ('sockjs/xhr-polling')
 * @property {number} [retryAt] when waiting: the time of the next try, in ms since 1970
 * @property {number} [attempt] when waiting: how many tries have failed in a row
 * @property {string} [reason] when waiting: why the connection was lost
 * @property {number} [code] when waiting: the code that it was closed with, where there was one
 */

/**
 * @typedef {object} LinkOptions
 * @property {string|URL} url where SockJS lives; absolute, or relative to the page
 * @property {string|URL} [websocketUrl] where a plain WebSocket connects; `url` unless told
 * @property {'auto'|'websocket'|'sockjs'} [transport] 'auto', which is what it is unless told, tries a plain WebSocket
 *     and, where that does not open, SockJS
 * @property {string[]} [sockjsTransports] the only transports that SockJS may use, such as ['xhr-polling']
 * @property {Function} [WebSocket] the constructor, where there is no global one
 * @property {Function} [SockJS] the constructor of sockjs-client, where there is no global one
 * @property {{min?: number, max?: number, jitter?: number}} [backoff] the wait after the first and after many failures
 *     in ms (500 and 30000), and the share of it that is random (1: all of it)
 * @property {number} [openTimeout] ms that a plain WebSocket may take to open (5000)
 */

/** A connection that was open for this long was a good one: the next wait is a short one again. */
const STEADY = 5000;

/** What a timer takes in ms; beyond that it runs at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Events: `state` (a Status), `message` (what came: text, or an ArrayBuffer). */
export class Link extends Emitter {
  #options;
  #backoff;
  #socket = null;
  #status = {state: 'connecting'};
  #attempt = 0;
  #openedAt = 0;
  #timer;
  #lastOpened;
  #wake = () => this.retry();

  /** Starts to connect. @param {LinkOptions} options */
  constructor(options) {
    super();
    const {transport = 'auto', openTimeout = 5000, backoff: {min = 500, max = 30_000, jitter = 1} = {}} = options;
    this.#options = {...options, transport, openTimeout};
    this.#backoff = {min, max, jitter};
    if (!['auto', 'websocket', 'sockjs'].includes(transport)) {
      throw new TypeError(`transport must be 'auto', 'websocket' or 'sockjs', not '${transport}'`);
    }
    const {url, websocketUrl = url} = this.#options;
    for (const each of [url, websocketUrl]) absolute(each); // what cannot be right is told now, and not tried for ever
    if (this.#ways().length === 0) throw new TypeError('there is no WebSocket here: give its constructor as the option WebSocket');
    globalThis.addEventListener?.('online', this.#wake);
    queueMicrotask(() => this.#status.state === 'connecting' && this.#connect());
  }

  /** @returns {Status} */
  get status() {
    return this.#status;
  }

  /** Sends a message if the link is open; returns whether it is. */
  send(message) {
    if (this.#status.state !== 'open') return false;
    this.#socket.send(message);
    return true;
  }

  /** Tries at once, if the link is waiting for its next try. */
  retry() {
    if (this.#status.state === 'waiting') this.#connect();
  }

  /** Gives up a connection that is open, as if it were lost: for whoever speaks over it and hears nothing any more. */
  drop(reason) {
    if (this.#status.state !== 'open') return;
    const socket = this.#socket;
    this.#lost([], reason);
    socket.close();
  }

  /** Ends the link for good. */
  close() {
    if (this.#status.state === 'closed') return;
    globalThis.removeEventListener?.('online', this.#wake);
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    this.#say({state: 'closed'});
    if (socket) socket.close();
  }

  #say(status) {
    this.#status = status;
    this.emit('state', status);
  }

  #connect() {
    clearTimeout(this.#timer);
    // what worked last time goes first, so that a network that blocks WebSockets is not asked at every turn
    this.#try(this.#ways().sort((a, b) => (b === this.#lastOpened) - (a === this.#lastOpened)));
  }

  /** The transports to try. 'auto' leaves out what is not here: its failure would hide why the other did not open. */
  #ways() {
    const {transport, WebSocket, SockJS} = this.#options;
    if (transport === 'sockjs') return ['sockjs'];
    const ways = (WebSocket ?? globalThis.WebSocket) ? ['websocket'] : [];
    return transport === 'auto' && (SockJS ?? globalThis.SockJS) ? [...ways, 'sockjs'] : ways;
  }

  #try([transport, ...others]) {
    this.#say({state: 'connecting', transport});
    if (this.#status.state === 'closed') return; // by who heard that
    let socket;
    try {
      socket = this.#socket = this.#create(transport);
    } catch (error) {
      this.#lost(others, error.message);
      return;
    }
    const isCurrent = () => socket === this.#socket;
    socket.onopen = () => {
      if (!isCurrent()) return;
      clearTimeout(this.#timer);
      this.#openedAt = Date.now();
      this.#lastOpened = transport;
      this.#say({state: 'open', transport: socket.transport ? `sockjs/${socket.transport}` : transport});
    };
    socket.onmessage = event => isCurrent() && this.emit('message', event.data);
    socket.onerror = () => {}; // a close follows
    socket.onclose = event => {
      if (!isCurrent()) return;
      const reason = event.reason || (event.code ? `closed with code ${event.code}` : 'lost');
      this.#lost(this.#openedAt ? [] : others, reason, event.code);
    };
    // SockJS has time-outs of its own, which follow the network's round trip
    if (transport === 'websocket') {
      this.#timer = after(this.#options.openTimeout, () => {
        this.#lost(others, 'no answer');
        socket.close();
      });
    }
  }

  #create(transport) {
    const {url, websocketUrl = url, sockjsTransports, WebSocket, SockJS} = this.#options;
    if (transport === 'sockjs') {
      const Client = SockJS ?? globalThis.SockJS;
      if (!Client) throw new Error('sockjs-client is not loaded');
      return new Client(absolute(url).href, null, sockjsTransports && {transports: sockjsTransports});
    }
    const Client = WebSocket ?? globalThis.WebSocket;
    const address = absolute(websocketUrl);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new Client(address.href);
    socket.binaryType = 'arraybuffer';
    return socket;
  }

  /** Goes on with the next transport, or waits and begins again. */
  #lost(others, reason, code) {
    clearTimeout(this.#timer);
    this.#socket = null;
    if (this.#openedAt && Date.now() - this.#openedAt >= STEADY) this.#attempt = 0;
    this.#openedAt = 0;
    if (others.length > 0) {
      this.#try(others);
      return;
    }
    const {min, max, jitter} = this.#backoff;
    const longest = Math.min(max, min * 2 ** Math.min(this.#attempt, 30));
    const delay = longest * (1 - jitter * Math.random());
    this.#attempt += 1;
    this.#timer = after(delay, () => this.#connect());
    this.#say({state: 'waiting', retryAt: Date.now() + delay, attempt: this.#attempt, reason, code});
  }
}

/** As setTimeout, which a longer wait than it can count would end at once. */
export function after(millis, task) {
  return setTimeout(task, Math.min(millis, LONGEST_TIMER));
}

/** @returns {URL} `url` as seen from the page, if there is a page; a TypeError where no connection can go there */
export function absolute(url) {
  const {document, location} = globalThis;
  // a worker that was made of a blob has no path to go on from
  const base = document?.baseURI ?? (location?.protocol === 'blob:' ? location.origin : location?.href);
  let found;
  try {
    found = new URL(url, base);
  } catch {
    throw new TypeError(`url must be ${base ? 'a URL' : 'an absolute URL where there is no page'}, not '${url}'`);
  }
  if (!/^(http|ws)s?:$/.test(found.protocol)) {
    throw new TypeError(`url must begin with http:, https:, ws: or wss:, not '${found.href}'`);
  }
  return found;
}
