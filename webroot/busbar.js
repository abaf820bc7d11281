/**
 * Busbar in a browser (or in Node): one connection to the gateway's event-bus bridge.
 *
 *     import {connect} from './busbar.js';
 *     const bus = connect('/eventbus');
 *     bus.subscribe('stocks.AAPL', ({body}) => console.log(body.price));
 *     bus.publish('public.news', {title: 'hello'});
 *     const {body} = await bus.request('echo', 'are you there?');
 *
 * It works with every server that speaks the Vert.x event-bus bridge. Delivery is at most once: what is published to a
 * channel while this client is away does not reach it.
 */

import {Emitter} from './emitter.js';
import {Link, absolute} from './link.js';

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
   * @param {string} [details.code] what the gateway calls its refusal: access_denied, max_handlers_reached, …
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
 * said so, or what a handler threw).
 */
export class Connection extends Emitter {
  #link;
  #pingInterval;
  #pingTimer;
  #pingedAt = 0;
  #queueLimit;
  #queue = [];
  #subscriptions = new Map(); // address -> {headers, handlers}
  #requests = new Map(); // reply address -> {address, resolve, reject, timer, frame}

  constructor({pingInterval = 5000, queue = 64, ...options} = {}) {
    super();
    const url = absolute(options.url ?? new URL('eventbus', import.meta.url));
    const websocketUrl = new URL(url);
    websocketUrl.pathname = `${url.pathname.replace(/\/$/, '')}/websocket`;
    this.#pingInterval = pingInterval;
    this.#queueLimit = queue;
    this.#link = new Link({websocketUrl, ...options, url});
    this.#link.on('message', text => this.#receive(text));
    this.#link.on('state', status => this.#changed(status));
  }

  /** @returns {import('./link.js').Status} */
  get status() {
    return this.#link.status;
  }

  /** 'connecting', 'open', 'waiting' (for the next try) or 'closed'. */
  get state() {
    return this.#link.status.state;
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
      subscription = {headers, handlers: new Set()};
      this.#subscriptions.set(address, subscription);
      this.#write({type: 'register', address, headers});
    }
    const entry = {handler}; // the same function may subscribe twice
    subscription.handlers.add(entry);
    return () => {
      if (!subscription.handlers.delete(entry) || subscription.handlers.size > 0) return;
      this.#subscriptions.delete(address);
      this.#write({type: 'unregister', address, headers: subscription.headers});
    };
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
      const frame = {type: 'send', address, headers, body, replyAddress};
      this.#enqueue(frame); // throws: the promise is rejected
      const timer = setTimeout(() => {
        this.#queue = this.#queue.filter(waiting => waiting !== frame);
        const message = `No answer from ${address} in ${timeout} ms`;
        this.#settle(replyAddress)?.reject(new BusbarError(message, {address, failureType: 'TIMEOUT'}));
      }, timeout);
      this.#requests.set(replyAddress, {address, resolve, reject, timer, frame});
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
      for (const [address, {headers}] of this.#subscriptions) this.#write({type: 'register', address, headers});
      for (const frame of this.#queue.splice(0)) this.#write(frame);
    } else {
      clearTimeout(this.#pingTimer);
      this.#failRequests(status.state === 'closed');
    }
    this.emit('state', status);
  }

  #ping() {
    clearTimeout(this.#pingTimer);
    this.#pingedAt = Date.now();
    this.#write({type: 'ping'});
    this.#pingTimer = setTimeout(() => this.#ping(), this.#pingInterval);
  }

  /** Rejects what was asked over a connection that is gone; what waits in the queue lives on, unless all is over. */
  #failRequests(closed) {
    if (closed) this.#queue = [];
    const waiting = new Set(this.#queue);
    for (const [replyAddress, {address, frame}] of this.#requests) {
      if (waiting.has(frame)) continue;
      const failureType = closed ? 'CLOSED' : 'DISCONNECTED';
      const message = `The connection ${closed ? 'was closed' : 'was lost'} before ${address} answered`;
      this.#settle(replyAddress).reject(new BusbarError(message, {address, failureType}));
    }
  }

  #write(frame) {
    return this.#link.send(JSON.stringify(frame));
  }

  #enqueue(frame) {
    const {address} = frame;
    if (this.state === 'closed') throw new BusbarError('The connection is closed', {address, failureType: 'CLOSED'});
    if (this.#write(frame)) return;
    if (this.#queue.length >= this.#queueLimit) {
      const message = `Not connected, and ${this.#queue.length} messages wait already`;
      throw new BusbarError(message, {address, failureType: 'QUEUE_FULL'});
    }
    this.#queue.push(frame);
  }

  #settle(replyAddress) {
    const request = this.#requests.get(replyAddress);
    clearTimeout(request?.timer);
    this.#requests.delete(replyAddress);
    return request;
  }

  #receive(text) {
    // browsers slow the timers of hidden tabs down to one a minute, but not the messages
    if (Date.now() - this.#pingedAt >= this.#pingInterval) this.#ping();
    const frame = JSON.parse(text);
    if (frame.type === 'err') this.#refused(frame);
    else if (frame.type === 'rec') this.#deliver(frame);
  }

  #deliver({address, body, headers = {}, replyAddress}) {
    const message = {address, body, headers};
    if (replyAddress) {
      message.reply = (answer, itsHeaders) =>
        this.#write({type: 'send', address: replyAddress, headers: itsHeaders, body: answer});
    }
    const request = this.#settle(address);
    if (request) {
      request.resolve(message);
      return;
    }
    for (const {handler} of [...(this.#subscriptions.get(address)?.handlers ?? [])]) {
      try {
        handler(message);
      } catch (error) {
        this.#fail(error);
      }
    }
  }

  #refused({address, body: code, failureType, failureCode, message}) {
    const request = this.#settle(address);
    const details = {address: request?.address ?? address, failureType, failureCode, code};
    const error = new BusbarError(message ?? code ?? failureType, details);
    if (request) request.reject(error);
    else this.#fail(error);
  }

  #fail(error) {
    if (!this.emit('error', error)) console.error(error);
  }
}

/** At most 36 characters: the bridge refuses longer reply addresses. (randomUUID is missing where there is no TLS.) */
function randomAddress() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}
