/**
 * The bus over STOMP, with the same methods as in busbar.js. It uses @stomp/stompjs over a Link.
 *
 *     import {StompBus} from './stomp-bus.js';
 *     const bus = new StompBus('/stomp', {login: 'demo', passcode: 'demo'});
 *     bus.subscribe('stocks.AAPL', ({body}) => console.log(body.price));
 *     const {body} = await bus.request('echo', 'are you there?');
 *
 * The page loads @stomp/stompjs first. A publication to an address goes to the destination `/topic/ADDRESS`. A message to one
 * listener goes to `/request/ADDRESS`. This class has no queues, because they are not on the bus. Use stompjs for them.
 */

import {BusbarError} from './busbar.js';
import {Emitter} from './emitter.js';
import {Link} from './link.js';

const HEART_BEATS = {
  heartbeatIncoming: 10_000,
  // In hidden tabs, browsers run timers only once a minute. That is late, but the gateway still accepts it.
  heartbeatOutgoing: 45_000,
};

/** Time in ms in which the gateway must answer CONNECT. */
const LOGIN_TIMEOUT = 10_000;

/** An open link in the form of a socket for stompjs. The link itself lives longer. */
class LinkSocket {
  static OPEN = 1;
  static CLOSED = 3;

  readyState = LinkSocket.OPEN;
  #link;

  constructor(link) {
    this.#link = link;
  }

  /** Calls the handler soon, because the socket is already open. */
  set onopen(handler) {
    queueMicrotask(handler);
  }

  send(message) {
    this.#link.send(message);
  }

  /** Drops the link. stompjs calls it if the gateway is silent for too long. */
  close() {
    if (this.readyState === LinkSocket.OPEN) this.#link.drop('no sign of life');
  }

  /** Tells stompjs that the link is no longer open. */
  lost(event) {
    this.readyState = LinkSocket.CLOSED;
    this.onclose?.(event);
  }
}

/**
 * A STOMP connection. After a loss it reconnects by itself, with all its subscriptions. Messages and requests fail at once
 * while it is not open, because none wait.
 *
 * Events: `state` (see Status in link.js) and `error`: an ERROR of the gateway as a BusbarError, which ends the connection, or
 * an exception of a handler.
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
   * @param {string|URL} url URL of STOMP over SockJS and WebSockets
   * @param {object} [options] the options of a Link, and:
   * @param {string} [options.login]
   * @param {string} [options.passcode]
   * @param {Function} [options.Client] the Client of stompjs, if there is no global StompJs
   */
  constructor(url, {login, passcode, Client = globalThis.StompJs?.Client, ...options} = {}) {
    super();
    this.#options = {connectHeaders: login === undefined ? {} : {login, passcode}, Client};
    this.#link = new Link({...options, url});
    this.#link.on('message', data => this.#socket?.onmessage?.({data}));
    this.#link.on('state', status => this.#linkChanged(status));
  }

  /** @returns {import('./link.js').Status} `open` when the gateway has accepted the login */
  get status() {
    return this.#status;
  }

  /** The name of the logged-in user while it is open; null without a login. */
  get user() {
    return this.#status.state === 'open' ? (this.#options.connectHeaders.login ?? null) : null;
  }

  /** Calls `handler` with each message to `address`. Returns a function that ends this subscription. */
  subscribe(address, handler) {
    const id = `sub-${(this.#ids += 1)}`;
    const subscription = {destination: `/topic/${address}`, handler};
    this.#subscriptions.set(id, subscription);
    if (this.#status.state === 'open') this.#listen(id, subscription);
    return () => {
      if (this.#subscriptions.delete(id) && this.#status.state === 'open') this.#client.unsubscribe(id);
    };
  }

  /** Sends a message to all listeners of `address`. Throws a BusbarError if it is not open. */
  publish(address, body, headers) {
    this.#write(address, `/topic/${address}`, body, headers);
  }

  /** Sends a message to one listener of `address`. Without a listener it is lost. It throws as publish does. */
  send(address, body, headers) {
    this.#write(address, `/request/${address}`, body, headers);
  }

  /**
   * Sends a request to one listener of `address`.
   *
   * @returns {Promise<{address: string, body: any, headers: object}>} the answer. It is rejected with a BusbarError if the
   *     request fails, the gateway waits too long for an answer, or the connection is lost
   */
  request(address, body, headers) {
    return new Promise((resolve, reject) => {
      const replyTo = `/temp-queue/${(this.#ids += 1)}`;
      this.#write(address, `/request/${address}`, body, {...headers, 'reply-to': replyTo}); // An exception here rejects the promise.
      this.#requests.set(replyTo, {address, resolve, reject});
    });
  }

  /** Tries to connect now, if the connection waits for its next try. */
  retry() {
    this.#link.retry();
  }

  /** Ends the connection for good. Open requests are rejected. */
  close() {
    if (this.#status.state === 'open') this.#client.deactivate(); // It sends DISCONNECT.
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

  /** Makes a client of stompjs for this connection. It must not reconnect, because the link does. */
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
        this.#status = status;
        for (const [id, subscription] of this.#subscriptions) this.#listen(id, subscription);
        // The event comes last, so a handler that publishes at once also gets its own message.
        this.emit('state', status);
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
    if (!request) return; // A message may come after its subscription has ended.
    if (error === undefined) {
      request.resolve({...read(message), address: request.address});
    } else {
      const details = {address: request.address, failureType: error, failureCode: Number(code ?? -1)};
      request.reject(new BusbarError(message.body, details));
    }
  }

  /** Handles an ERROR. A refused subscription or login is not tried again. */
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
