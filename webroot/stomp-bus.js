/**
 * The bus over STOMP, with the methods that busbar.js has for the bridge: @stomp/stompjs over a Link.
 *
 *     import {StompBus} from './stomp-bus.js';
 *     const bus = new StompBus('/stomp', {login: 'demo', passcode: 'demo'});
 *     bus.subscribe('stocks.AAPL', ({body}) => console.log(body.price));
 *     const {body} = await bus.request('echo', 'are you there?');
 *
 * The page loads @stomp/stompjs first. An address is the destination `/topic/ADDRESS`, or `/request/ADDRESS` for what one of
 * those who listen shall get. Queues are not on the bus: who wants one uses stompjs.
 */

import {BusbarError} from './busbar.js';
import {Emitter} from './emitter.js';
import {Link} from './link.js';

const HEART_BEATS = {
  heartbeatIncoming: 10_000,
  // browsers slow the timers of hidden tabs down to one a minute: that is late, but not too late, for this promise
  heartbeatOutgoing: 45_000,
};

/** ms that the gateway may take to answer CONNECT. */
const LOGIN_TIMEOUT = 10_000;

/** A link that is open, as stompjs knows sockets; the link outlives it. */
class LinkSocket {
  static OPEN = 1;
  static CLOSED = 3;

  readyState = LinkSocket.OPEN;
  #link;

  constructor(link) {
    this.#link = link;
  }

  /** It is open already, and says so to who begins to listen. */
  set onopen(handler) {
    queueMicrotask(handler);
  }

  send(message) {
    this.#link.send(message);
  }

  /** What stompjs does when it hears nothing for too long. */
  close() {
    if (this.readyState === LinkSocket.OPEN) this.#link.drop('no sign of life');
  }

  /** The link is not open any more. */
  lost(event) {
    this.readyState = LinkSocket.CLOSED;
    this.onclose?.(event);
  }
}

/**
 * A STOMP connection, which comes back by itself with all its subscriptions. What it is told while it is not open fails at
 * once: nothing waits.
 *
 * Events: `state` (see Status in link.js), `error` (a BusbarError: an ERROR of the gateway, which ends the connection, or
 * what a handler threw).
 */
export class StompBus extends Emitter {
  #link;
  #options;
  #status = {state: 'connecting'};
  #socket = null;
  #client = null;
  #subscriptions = new Map(); // id -> {destination, handler}
  #requests = new Map(); // destination of the answer -> {address, resolve, reject}
  #ids = 0;

  /**
   * Starts to connect and returns at once.
   *
   * @param {string|URL} url where SockJS and WebSockets speak STOMP
   * @param {object} [options] those of a Link, and:
   * @param {string} [options.login]
   * @param {string} [options.passcode]
   * @param {Function} [options.Client] that of stompjs, where there is no global StompJs
   */
  constructor(url, {login, passcode, Client = globalThis.StompJs?.Client, ...options} = {}) {
    super();
    this.#options = {connectHeaders: login === undefined ? {} : {login, passcode}, Client};
    this.#link = new Link({...options, url});
    this.#link.on('message', data => this.#socket?.onmessage?.({data}));
    this.#link.on('state', status => this.#linkChanged(status));
  }

  /** @returns {import('./link.js').Status} `open` once the gateway has let us in */
  get status() {
    return this.#status;
  }

  /** Who we are, once the gateway has let us in; null for nobody. */
  get user() {
    return this.#status.state === 'open' ? (this.#options.connectHeaders.login ?? null) : null;
  }

  /** Calls `handler` with each message to `address`; returns a function that ends this subscription. */
  subscribe(address, handler) {
    const id = `sub-${(this.#ids += 1)}`;
    const subscription = {destination: `/topic/${address}`, handler};
    this.#subscriptions.set(id, subscription);
    if (this.#status.state === 'open') this.#listen(id, subscription);
    return () => {
      if (this.#subscriptions.delete(id) && this.#status.state === 'open') this.#client.unsubscribe(id);
    };
  }

  /** Tells everyone who listens to `address`. Throws a BusbarError if it is not open. */
  publish(address, body, headers) {
    this.#write(address, `/topic/${address}`, body, headers);
  }

  /** Tells one of those who listen to `address`; where nobody does, it is lost. Throws like publish. */
  send(address, body, headers) {
    this.#write(address, `/request/${address}`, body, headers);
  }

  /**
   * Asks one of those who listen to `address`.
   *
   * @returns {Promise<{address: string, body: any, headers: object}>} the answer; rejected with a BusbarError if it fails,
   *     takes longer than the gateway waits, or the connection is lost in between
   */
  request(address, body, headers) {
    return new Promise((resolve, reject) => {
      const replyTo = `/temp-queue/${(this.#ids += 1)}`;
      this.#write(address, `/request/${address}`, body, {...headers, 'reply-to': replyTo}); // throws: rejected
      this.#requests.set(replyTo, {address, resolve, reject});
    });
  }

  /** Tries to connect at once, if it is waiting for its next try. */
  retry() {
    this.#link.retry();
  }

  /** Ends the connection for good; requests under way are rejected. */
  close() {
    if (this.#status.state === 'open') this.#client.deactivate(); // says DISCONNECT
    this.#link.close();
  }

  #linkChanged(status) {
    this.#socket?.lost({code: 1006, reason: status.reason ?? ''});
    this.#socket = null;
    if (status.state !== 'open') {
      this.#say(status);
      this.#failRequests(status.state === 'closed');
      return;
    }
    this.#say({...status, state: 'connecting'});
    try {
      this.#logIn(status);
    } catch (error) {
      this.#link.drop(error.message);
    }
  }

  /** A client of stompjs for each connection: it shall not reconnect, the link does. */
  #logIn(status) {
    const {Client, connectHeaders} = this.#options;
    if (!Client) throw new Error('@stomp/stompjs is not loaded');
    const socket = (this.#socket = new LinkSocket(this.#link));
    this.#client = new Client({
      webSocketFactory: () => socket,
      connectHeaders,
      ...HEART_BEATS,
      connectionTimeout: LOGIN_TIMEOUT,
      reconnectDelay: 0,
      onConnect: () => {
        this.#say(status);
        for (const [id, subscription] of this.#subscriptions) this.#listen(id, subscription);
      },
      onStompError: frame => this.#refused(frame),
      onUnhandledMessage: message => this.#answered(message),
    });
    this.#client.activate();
  }

  #listen(id, {destination, handler}) {
    const hear = message => {
      try {
        handler(read(message));
      } catch (error) {
        this.#fail(error);
      }
    };
    this.#client.subscribe(destination, hear, {id, receipt: id});
  }

  #write(address, destination, body, headers) {
    if (this.#status.state !== 'open') {
      throw new BusbarError('Not connected', {address, failureType: 'DISCONNECTED'});
    }
    const isText = typeof body === 'string';
    this.#client.publish({
      destination,
      body: isText ? body : JSON.stringify(body ?? null),
      headers: {'content-type': isText ? 'text/plain' : 'application/json', ...headers},
    });
  }

  #answered(message) {
    const {destination, error, 'error-code': code} = message.headers;
    const request = this.#requests.get(destination);
    this.#requests.delete(destination);
    if (!request) return; // the end of a subscription and a message to it may cross
    if (error === undefined) {
      request.resolve({...read(message), address: request.address});
    } else {
      const details = {address: request.address, failureType: error, failureCode: Number(code ?? -1)};
      request.reject(new BusbarError(message.body, details));
    }
  }

  /** A subscription that is not allowed is not tried again, and neither is a login. */
  #refused({headers, body}) {
    if (this.#status.state !== 'open' && headers.message?.includes('login')) {
      this.#fail(new BusbarError(headers.message, {code: 'auth_error'}));
      this.close();
      return;
    }
    const refused = this.#subscriptions.get(headers['receipt-id']);
    this.#subscriptions.delete(headers['receipt-id']);
    this.#fail(new BusbarError(headers.message ?? body, {address: refused?.destination}));
  }

  #failRequests(closed) {
    for (const {address, reject} of this.#requests.values()) {
      const failureType = closed ? 'CLOSED' : 'DISCONNECTED';
      const message = `The connection ${closed ? 'was closed' : 'was lost'} before ${address} answered`;
      reject(new BusbarError(message, {address, failureType}));
    }
    this.#requests.clear();
  }

  #say(status) {
    this.#status = status;
    this.emit('state', status);
  }

  #fail(error) {
    if (!this.emit('error', error)) console.error(error);
  }
}

function read({headers, body}) {
  const isJson = headers['content-type'] === 'application/json';
  return {address: headers.destination, body: isJson ? JSON.parse(body) : body, headers};
}
