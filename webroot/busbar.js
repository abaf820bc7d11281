/**
 * The client for browsers and Node: one connection to the gateway's event-bus bridge.
 *
 *     import {connect} from './busbar.js';
 *     const bus = connect('/eventbus');
 *     bus.subscribe('stocks.AAPL', ({body}) => console.log(body.price));
 *     bus.publish('public.news', {title: 'hello'});
 *     const {body} = await bus.request('echo', 'are you there?');
 *
 * It works with every server that speaks the Vert.x event-bus bridge. A client that was away gets the messages that it has
 * missed only on channels with a history (Busbar's streams.md).
 */

import {Channel} from './channel.js';
import {Emitter} from './emitter.js';
import {Link, absolute, after} from './link.js';

/** A constant, because bundlers would take `new URL('…', import.meta.url)` for a file of the bundle. */
const HERE = import.meta.url;

/** @typedef {{username: string, password: string}|{token: string}} Login */

/**
 * @typedef {object} Message
 * @property {string} address
 * @property {any} body a JSON value
 * @property {Object<string, string|string[]>} headers
 * @property {(body: any, headers?: object) => boolean} [reply] answers the sender. It exists only if the sender asked for
 *     an answer. It returns false, and sends nothing, if the connection that brought the request is lost
 */

/** The failure of a request, or a refusal of the gateway. */
export class BusbarError extends Error {
  /**
   * @param {string} message for people
   * @param {object} [details]
   * @param {string} [details.address] address of the request or message
   * @param {string} [details.failureType] for a request NO_HANDLERS, TIMEOUT, RECIPIENT_FAILURE or ERROR from the server;
   *     DISCONNECTED, CLOSED or QUEUE_FULL from this client
   * @param {number} [details.failureCode] the code with which the other side failed the request; otherwise -1
   * @param {string} [details.code] the code of the gateway's refusal: access_denied, auth_error, max_handlers_reached, …
   */
  constructor(message, {address, failureType, failureCode = -1, code} = {}) {
    super(message);
    this.name = 'BusbarError';
    this.address = address;
    this.failureType = failureType;
    this.failureCode = failureCode;
    this.code = code;
  }
}

/**
 * Starts to connect and returns at once. You may subscribe and send before the connection is open.
 *
 * @param {string|URL|object} [target] URL of the bridge (the default is `eventbus` beside this module), or the options
 * @param {object} [options] the options of a Link, and:
 * @param {number} [options.pingInterval] ms between two pings (5000)
 * @param {number} [options.queue] the most messages that wait for the connection (64). With 0, a message throws instead
 * @param {Login|(() => Login|Promise<Login>)} [options.login] {username, password} or {token}, or a function that returns
 *     it. The function is called for each connection, and again before a token expires. A login that the gateway refuses
 *     is an error `auth_error`. It ends the connection, unless `login` is a function
 * @returns {Connection}
 */
export function connect(target, options) {
  const given = typeof target === 'string' || target instanceof URL ? {...options, url: target} : {...target, ...options};
  return new Connection(given);
}

/**
 * A connection to the bridge. After a loss it reconnects by itself, with all its subscriptions.
 *
 * Events: `state` (see Status in link.js) and `error`: a refusal of the gateway as a BusbarError, with the address if it is
 * known, or an exception of a handler. For channels with a history: `recovered` (the client came back and missed nothing)
 * and `gap` (some messages are missed for good). Both have {address, epoch, offset}, and a gap has a reason. `onrecovered`
 * and `ongap` are called with the same.
 */
export class Connection extends Emitter {
  #link;
  #pingInterval;
  #pingTimer;
  #pingedAt = 0;
  #queueLimit;
  #queue = [];
  #subscriptions = new Map(); // address -> {headers, handlers, position}; a position only for a stream
  #requests = new Map(); // reply address -> {address, resolve, reject, timer, text}
  #status = {state: 'connecting'};
  #login;
  #loggingIn; // 'login' or 'refresh' until its answer has come
  #refreshTimer;
  #user = null;

  /** @type {(where: {address: string, epoch: string, offset: number}) => void} */
  onrecovered = () => {};

  /** @type {(where: {address: string, epoch: string, offset: number, reason: string}) => void} */
  ongap = () => {};

  constructor({pingInterval = 5000, queue = 64, login, ...options} = {}) {
    super();
    if (!(pingInterval > 0)) throw new TypeError(`pingInterval must be more than 0, not ${pingInterval}`);
    if (!(queue >= 0)) throw new TypeError(`queue must be 0 or more, not ${queue}`);
    const url = absolute(options.url ?? besideModule());
    const besideSockJs = new URL(url);
    besideSockJs.pathname = `${url.pathname.replace(/\/$/, '')}/websocket`;
    this.#pingInterval = pingInterval;
    this.#queueLimit = queue;
    this.#login = login;
    this.#link = new Link({...options, websocketUrl: options.websocketUrl ?? besideSockJs, url});
    this.#link.on('message', data => this.#receive(data));
    this.#link.on('state', status => this.#changed(status));
  }

  /** @returns {import('./link.js').Status} `open` when the login has succeeded, if there is one */
  get status() {
    return this.#status;
  }

  /** The state alone: 'connecting', 'open', 'waiting' (for the next try) or 'closed'. */
  get state() {
    return this.#status.state;
  }

  /** The name of the logged-in user, as the gateway says; null without a login. */
  get user() {
    return this.#user;
  }

  /**
   * Calls `handler` with each message that comes to `address`. The first subscription to an address registers it, with
   * its headers. The end of the last one unregisters it.
   *
   * @param {string} address
   * @param {(message: Message) => void} handler
   * @param {object} [headers]
   * @returns {() => void} a function that ends this subscription
   */
  subscribe(address, handler, headers) {
    let subscription = this.#subscriptions.get(address);
    if (!subscription) {
      JSON.stringify(headers); // An error must be thrown to the caller, and not when the connection opens.
      subscription = {headers, handlers: new Set()};
      this.#subscriptions.set(address, subscription);
      this.#register(address, subscription);
    }
    const entry = {handler}; // the same function may subscribe twice
    subscription.handlers.add(entry);
    return () => {
      if (!subscription.handlers.delete(entry) || subscription.handlers.size > 0) return;
      this.#subscriptions.delete(address);
      this.#tell({type: 'unregister', address, headers: subscription.headers});
    };
  }

  /** Returns one channel: its presence, and the same methods as here without the address. @returns {Channel} */
  channel(address) {
    return new Channel(this, address);
  }

  /** Sends a message to all listeners of `address`. Throws a BusbarError if the connection is closed, or the queue is full. */
  publish(address, body, headers) {
    this.#enqueue({type: 'publish', address, headers, body});
  }

  /** Sends a message to one listener of `address`. It throws as publish does. */
  send(address, body, headers) {
    this.#enqueue({type: 'send', address, headers, body});
  }

  /**
   * Sends a request to one listener of `address`.
   *
   * @param {string} address
   * @param {any} body
   * @param {{timeout?: number, headers?: object}} [options] `timeout` in ms (30000), which includes the wait for the connection
   * @returns {Promise<Message>} the answer. It is rejected with a BusbarError if the request fails or takes too long, or the
   *     connection is lost
   */
  request(address, body, {timeout = 30_000, headers} = {}) {
    return new Promise((resolve, reject) => {
      const replyAddress = randomAddress();
      const text = this.#enqueue({type: 'send', address, headers, body, replyAddress}); // An exception here rejects the promise.
      const timer = after(timeout, () => {
        this.#queue = this.#queue.filter(waiting => waiting !== text);
        const message = `No answer from ${address} in ${timeout} ms`;
        this.#settle(replyAddress)?.reject(new BusbarError(message, {address, failureType: 'TIMEOUT'}));
      });
      this.#requests.set(replyAddress, {address, resolve, reject, timer, text});
    });
  }

  /** Tries to connect now, if the connection waits for its next try. */
  retry() {
    this.#link.retry();
  }

  /** Ends the connection for good. Open requests are rejected. */
  close() {
    this.#link.close();
  }

  #changed(status) {
    if (status.state === 'open') {
      this.#ping();
      if (this.#login) {
        this.#say({...status, state: 'connecting'});
        this.#logIn('login');
      } else {
        this.#opened(status);
      }
      return;
    }
    clearTimeout(this.#pingTimer);
    clearTimeout(this.#refreshTimer);
    this.#loggingIn = undefined;
    this.#user = null;
    this.#failRequests(status.state === 'closed');
    this.#say(status);
  }

  #opened(status) {
    this.#status = status;
    for (const [address, subscription] of this.#subscriptions) this.#register(address, subscription);
    for (const text of this.#queue.splice(0)) this.#write(text);
    this.emit('state', status);
  }

  #register(address, {headers, position}) {
    const where = position ? {since: position} : {recover: true};
    this.#tell({type: 'register', address, headers, ...where});
  }

  /** Takes the position at which a channel's stream begins or continues. */
  #subscribed({address, epoch, offset, recovered, reason}) {
    const subscription = this.#subscriptions.get(address);
    if (!subscription) return;
    const before = subscription.position;
    subscription.position = epoch === undefined ? undefined : {epoch, offset};
    if (!before) return;
    const where = recovered ? {address, epoch, offset} : {address, epoch, offset, reason};
    this.emit(recovered ? 'recovered' : 'gap', where);
    this.#try(() => (recovered ? this.onrecovered(where) : this.ongap(where)));
  }

  #say(status) {
    this.#status = status;
    this.emit('state', status);
  }

  async #logIn(type) {
    const connection = this.#link.status;
    try {
      const login = typeof this.#login === 'function' ? await this.#login() : this.#login;
      if (connection !== this.#link.status) return;
      this.#loggingIn = type;
      this.#link.send(JSON.stringify({type, ...login}));
    } catch (error) {
      this.#fail(error);
      if (type === 'login' && connection === this.#link.status) this.#link.drop('nobody to log in as');
    }
  }

  #loggedIn({user, expires}) {
    this.#loggingIn = undefined;
    this.#user = user ?? null;
    if (expires && typeof this.#login === 'function') {
      const wait = Math.max((expires - Date.now()) * 0.8, 1000);
      this.#refreshTimer = after(wait, () => this.#logIn('refresh'));
    }
    if (this.state !== 'open') this.#opened(this.#link.status);
  }

  #notLoggedIn(error) {
    const type = this.#loggingIn;
    this.#loggingIn = undefined;
    this.#fail(error);
    if (type === 'refresh') return; // The gateway ends the connection when the token expires.
    if (typeof this.#login === 'function') this.#link.drop(error.message);
    else this.close(); // The same password would be refused again.
  }

  #ping() {
    clearTimeout(this.#pingTimer);
    this.#pingedAt = Date.now();
    this.#link.send('{"type":"ping"}');
    this.#pingTimer = after(this.#pingInterval, () => this.#ping());
  }

  /** Rejects the requests that were sent. Those that still wait in the queue stay, unless the connection is closed. */
  #failRequests(closed) {
    if (closed) this.#queue = [];
    const waiting = new Set(this.#queue);
    for (const [replyAddress, {address, text}] of this.#requests) {
      if (waiting.has(text)) continue;
      const failureType = closed ? 'CLOSED' : 'DISCONNECTED';
      const message = `The connection ${closed ? 'was closed' : 'was lost'} before ${address} answered`;
      this.#settle(replyAddress).reject(new BusbarError(message, {address, failureType}));
    }
  }

  #write(text) {
    return this.#status.state === 'open' && this.#link.send(text);
  }

  #tell(frame) {
    return this.#write(JSON.stringify(frame));
  }

  /** Returns the frame's text. It is made at once: errors go to the caller, and later changes of the body have no effect. */
  #enqueue(frame) {
    const {address} = frame;
    if (this.state === 'closed') throw new BusbarError('The connection is closed', {address, failureType: 'CLOSED'});
    const text = JSON.stringify(frame);
    if (this.#write(text)) return text;
    if (this.#queue.length >= this.#queueLimit) {
      const message = `Not connected, and ${this.#queue.length} messages wait already`;
      throw new BusbarError(message, {address, failureType: 'QUEUE_FULL'});
    }
    this.#queue.push(text);
    return text;
  }

  #settle(replyAddress) {
    const request = this.#requests.get(replyAddress);
    clearTimeout(request?.timer);
    this.#requests.delete(replyAddress);
    return request;
  }

  /** Handles a frame. The bridge of Vert.x itself sends text as bytes over a plain WebSocket. */
  #receive(data) {
    // In hidden tabs, browsers run timers only once a minute, but messages still come.
    if (Date.now() - this.#pingedAt >= this.#pingInterval) this.#ping();
    let frame;
    try {
      frame = JSON.parse(typeof data === 'string' ? data : new TextDecoder().decode(data));
    } catch {
      this.#fail(new BusbarError('The server sent what is no JSON'));
      return;
    }
    if (frame?.type === 'err') this.#refused(frame);
    else if (frame?.type === 'rec') this.#deliver(frame);
    else if (frame?.type === 'login') this.#loggedIn(frame);
    else if (frame?.type === 'subscribed') this.#subscribed(frame);
  }

  #deliver({address, body, headers = {}, replyAddress, epoch, offset}) {
    const stream = offset === undefined ? undefined : this.#subscriptions.get(address);
    if (stream) stream.position = {epoch: epoch ?? stream.position?.epoch, offset};
    const message = {address, body, headers};
    if (replyAddress) {
      const connection = this.#link.status;
      message.reply = (answer, itsHeaders) =>
        connection === this.#link.status && this.#tell({type: 'send', address: replyAddress, headers: itsHeaders, body: answer});
    }
    const request = this.#settle(address);
    if (request) {
      request.resolve(message);
      return;
    }
    for (const {handler} of [...(this.#subscriptions.get(address)?.handlers ?? [])]) this.#try(() => handler(message));
  }

  #refused({address, body: code, failureType, failureCode, message}) {
    const request = this.#settle(address);
    const details = {address: request?.address ?? address, failureType, failureCode, code};
    const error = new BusbarError(message ?? code ?? failureType, details);
    if (request) request.reject(error);
    else if (code === 'auth_error' && this.#loggingIn) this.#notLoggedIn(error);
    else this.#fail(error);
  }

  #try(task) {
    try {
      task();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error) {
    if (!this.emit('error', error)) console.error(error);
  }
}

function besideModule() {
  if (!/^https?:/.test(HERE)) throw new TypeError(`url is missing: no gateway is beside ${HERE ?? 'this script'}`);
  return new URL('eventbus', HERE);
}

/** At most 36 characters, because the bridge refuses longer reply addresses. Without TLS, browsers have no randomUUID. */
function randomAddress() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}
