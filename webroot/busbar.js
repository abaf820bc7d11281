/**
 * Busbar in a browser (or in Node): one connection to the gateway's event-bus bridge.
 *
 *     import {connect} from './busbar.js';
 *     const bus = connect('/eventbus');
 *     bus.subscribe('stocks.AAPL', ({body}) => console.log(body.price));
 *     bus.publish('public.news', {title: 'hello'});
 *     const {body} = await bus.request('echo', 'are you there?');
 *
 * It works with every server that speaks the Vert.x event-bus bridge. What is published to a channel while this client is
 * away reaches it when it comes back, where the channel has a history (Busbar's streams.md); elsewhere it does not.
 */

import {Channel} from './channel.js';
import {Emitter} from './emitter.js';
import {Link, absolute, after} from './link.js';

/** Not written where it is used: bundlers take `new URL('…', import.meta.url)` for a file to put into the bundle. */
const HERE = import.meta.url;

/** @typedef {{username: string, password: string}|{token: string}} Login */

/**
 * @typedef {object} Message
 * @property {string} address
 * @property {any} body a JSON value
 * @property {Object<string, string|string[]>} headers
 * @property {(body: any, headers?: object) => boolean} [reply] answers the sender; only there if it asked for an answer.
 *     Returns false, and does nothing, once the connection that brought the question is gone
 */

/** Why a request, or whatever the gateway refused, failed. */
export class BusbarError extends Error {
  /**
   * @param {string} message for people
   * @param {object} [details]
   * @param {string} [details.address] what was asked or told
   * @param {string} [details.failureType] for a request NO_HANDLERS, TIMEOUT, RECIPIENT_FAILURE or ERROR; ours are
   *     DISCONNECTED, CLOSED and QUEUE_FULL
   * @param {number} [details.failureCode] the one that the other side chose, else -1
   * @param {string} [details.code] what the gateway calls its refusal: access_denied, auth_error, max_handlers_reached, …
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
 * Starts to connect and returns at once: subscriptions made before the connection is open just work.
 *
 * @param {string|URL|object} [target] the bridge's URL (`eventbus` beside this module unless told), or the options
 * @param {object} [options] those of a Link, and:
 * @param {number} [options.pingInterval] ms between two pings (5000)
 * @param {number} [options.queue] how many messages may wait for the connection (64); 0: none, they throw
 * @param {Login|(() => Login|Promise<Login>)} [options.login] who to say that we are: {username, password} or {token}; or
 *     what says so, which is asked at each connection and again before a token ends. A login that the gateway refuses is an
 *     error `auth_error`, and the end of the connection unless there is a function to ask again
 * @returns {Connection}
 */
export function connect(target, options) {
  const given = typeof target === 'string' || target instanceof URL ? {...options, url: target} : {...target, ...options};
  return new Connection(given);
}

/**
 * A connection to the bridge, which comes back by itself with all its subscriptions.
 *
 * Events: `state` (see Status in link.js), `error` (a BusbarError: what the gateway refused, with its address where it
 * said so, or what a handler threw), and of channels with a history `recovered` (we came back and miss nothing) and `gap`
 * (something was missed that cannot be had any more), each with {address, epoch, offset} and a gap's reason. `onrecovered`
 * and `ongap` are called with the same.
 */
export class Connection extends Emitter {
  #link;
  #pingInterval;
  #pingTimer;
  #pingedAt = 0;
  #queueLimit;
  #queue = [];
  #subscriptions = new Map(); // address -> {headers, handlers, position}; the position in the channel's stream, if any
  #requests = new Map(); // reply address -> {address, resolve, reject, timer, text}
  #status = {state: 'connecting'};
  #login;
  #loggingIn; // 'login' or 'refresh' while its answer is awaited
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

  /** @returns {import('./link.js').Status} `open` once the gateway has let us in */
  get status() {
    return this.#status;
  }

  /** 'connecting', 'open', 'waiting' (for the next try) or 'closed'. */
  get state() {
    return this.#status.state;
  }

  /** Who the gateway says that we are; null for nobody. */
  get user() {
    return this.#user;
  }

  /**
   * Calls `handler` with each message that comes to `address`. The first subscription to an address registers it, with
   * its headers; the last one to end unregisters it.
   *
   * @param {string} address
   * @param {(message: Message) => void} handler
   * @param {object} [headers]
   * @returns {() => void} ends this subscription
   */
  subscribe(address, handler, headers) {
    let subscription = this.#subscriptions.get(address);
    if (!subscription) {
      JSON.stringify(headers); // throws now and not when the connection opens
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

  /** One channel: who is in it, and the same as here without its address. @returns {Channel} */
  channel(address) {
    return new Channel(this, address);
  }

  /** Tells everyone who listens to `address`. Throws a BusbarError if the connection is closed or too much waits for it. */
  publish(address, body, headers) {
    this.#enqueue({type: 'publish', address, headers, body});
  }

  /** Tells one of those who listen to `address`. Throws like publish. */
  send(address, body, headers) {
    this.#enqueue({type: 'send', address, headers, body});
  }

  /**
   * Asks one of those who listen to `address`.
   *
   * @param {string} address
   * @param {any} body
   * @param {{timeout?: number, headers?: object}} [options] `timeout` in ms (30000), waiting for the connection included
   * @returns {Promise<Message>} the answer; rejected with a BusbarError if it fails, takes too long, or the connection
   *     is lost in between
   */
  request(address, body, {timeout = 30_000, headers} = {}) {
    return new Promise((resolve, reject) => {
      const replyAddress = randomAddress();
      const text = this.#enqueue({type: 'send', address, headers, body, replyAddress}); // throws: the promise is rejected
      const timer = after(timeout, () => {
        this.#queue = this.#queue.filter(waiting => waiting !== text);
        const message = `No answer from ${address} in ${timeout} ms`;
        this.#settle(replyAddress)?.reject(new BusbarError(message, {address, failureType: 'TIMEOUT'}));
      });
      this.#requests.set(replyAddress, {address, resolve, reject, timer, text});
    });
  }

  /** Tries to connect at once, if it is waiting for its next try. */
  retry() {
    this.#link.retry();
  }

  /** Ends the connection for good; requests under way are rejected. */
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

  /** Where in its stream a channel begins, or goes on behind a gap. */
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
    if (type === 'refresh') return; // the gateway ends the connection when the token has
    if (typeof this.#login === 'function') this.#link.drop(error.message);
    else this.close(); // a wrong password does not become right
  }

  #ping() {
    clearTimeout(this.#pingTimer);
    this.#pingedAt = Date.now();
    this.#link.send('{"type":"ping"}');
    this.#pingTimer = after(this.#pingInterval, () => this.#ping());
  }

  /** Rejects what was asked over a connection that is gone; what waits in the queue lives on, unless all is over. */
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

  /** Returns the text of the frame, made at once: what is no JSON is the caller's error, and what changes later is not sent. */
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

  /** Vert.x's own bridge sends its text as bytes over a plain WebSocket. */
  #receive(data) {
    // browsers slow the timers of hidden tabs down to one a minute, but not the messages
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

/** At most 36 characters: the bridge refuses longer reply addresses. (randomUUID is missing where there is no TLS.) */
function randomAddress() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}
