/**
 * A link: a connection for text messages that reconnects by itself.
 *
 * It opens a WebSocket or a SockJS session and reports its state. After a loss it tries again, each time after a longer,
 * random wait. It knows no protocol: busbar.js uses it for the event-bus bridge, and the demo pages use it for the messages
 * of their features.
 */

import {Emitter} from './emitter.js';

/**
 * @typedef {object} Status
 * @property {'connecting'|'open'|'waiting'|'closed'} state
 * @property {string} [transport] the transport that is tried or open: 'websocket', or 'sockjs' before it is open, and then
 *     for example 'sockjs/xhr-polling'
 * @property {number} [retryAt] when waiting: the time of the next try, in ms since 1970
 * @property {number} [attempt] when waiting: the number of failed tries in a row
 * @property {string} [reason] when waiting: why the connection was lost
 * @property {number} [code] when waiting: the close code, if there was one
 */

/**
 * @typedef {object} LinkOptions
 * @property {string|URL} url URL of SockJS; absolute, or relative to the page
 * @property {string|URL} [websocketUrl] URL for a plain WebSocket; the default is `url`
 * @property {'auto'|'websocket'|'sockjs'} [transport] the default 'auto' tries a plain WebSocket, and SockJS if that does
 *     not open
 * @property {string[]} [sockjsTransports] the only transports that SockJS may use, such as ['xhr-polling']
 * @property {Function} [WebSocket] the constructor, if there is no global one
 * @property {Function} [SockJS] the constructor of sockjs-client, if there is no global one
 * @property {{min?: number, max?: number, jitter?: number}} [backoff] the wait in ms after the first failure (500)
 *     and after many (30000); `jitter` is the random part of it, from 0 to 1 (1: all of it)
 * @property {number} [openTimeout] the time in ms in which a plain WebSocket must open (5000)
 */

/** After a connection that was open for this time in ms, the waits begin with the shortest again. */
const STEADY = 5000;

/** The longest time of a timer in ms. With a longer one it would run at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A connection that reconnects by itself. Events: `state` (a Status) and `message` (text, or an ArrayBuffer). */
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
    for (const each of [url, websocketUrl]) absolute(each); // A wrong URL is an error now. Otherwise the link would try it for ever.
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

  /** Tries to connect now, if the link waits for its next try. */
  retry() {
    if (this.#status.state === 'waiting') this.#connect();
  }

  /** Gives up an open connection as if it were lost. It is for a connection over which no more messages come. */
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
    // The transport that worked last is first. In a network that blocks WebSockets, each try would otherwise wait for one.
    this.#try(this.#ways().sort((a, b) => (b === this.#lastOpened) - (a === this.#lastOpened)));
  }

  /** The transports to try. 'auto' leaves out missing ones, because their failure would hide that of the other. */
  #ways() {
    const {transport, WebSocket, SockJS} = this.#options;
    if (transport === 'sockjs') return ['sockjs'];
    const ways = (WebSocket ?? globalThis.WebSocket) ? ['websocket'] : [];
    return transport === 'auto' && (SockJS ?? globalThis.SockJS) ? [...ways, 'sockjs'] : ways;
  }

  #try([transport, ...others]) {
    this.#say({state: 'connecting', transport});
    if (this.#status.state === 'closed') return; // A handler of the event has closed the link.
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
    socket.onerror = () => {}; // The event `close` follows.
    socket.onclose = event => {
      if (!isCurrent()) return;
      const reason = event.reason || (event.code ? `closed with code ${event.code}` : 'lost');
      this.#lost(this.#openedAt ? [] : others, reason, event.code);
    };
    // SockJS has time-outs of its own, which depend on the network's round-trip time.
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

  /** Tries the next transport, or waits and begins again with the first. */
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

/** Does the same as setTimeout, but with a limit: setTimeout runs a task at once if the time is too long for it. */
export function after(millis, task) {
  return setTimeout(task, Math.min(millis, LONGEST_TIMER));
}

/** Makes a URL absolute, relative to the page if there is one. Throws a TypeError if no connection can use it. @returns {URL} */
export function absolute(url) {
  const {document, location} = globalThis;
  // The address of a worker that was made from a blob has no path.
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
