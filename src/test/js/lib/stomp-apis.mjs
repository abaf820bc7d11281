/**
 * STOMP clients of npm behind one interface, so that one check runs with each. It uses only calls
 * from the manual of the client. A promise completes when the gateway has confirmed the call, or as
 * soon as the client can tell.
 */

import {createRequire} from 'node:module';
import {afterwards} from './checks.mjs';
import {Inbox} from './inbox.mjs';
import {HOST, oldStomp, tcpPort, TRANSPORTS} from './stomp-transports.mjs';

const require = createRequire(import.meta.url);
const {Client} = require('@stomp/stompjs');
const webstomp = require('webstomp-client');
const stompit = require('stompit');

let receipts = 0;

function nextReceipt() {
  return `r-${(receipts += 1)}`;
}

/** Returns a message in the form of the checks. `ack()` acknowledges it. */
function seen({headers, body}, ack) {
  return {headers, body, ack};
}

/** @stomp/stompjs. */
class Stompjs {
  unexpected = new Inbox();
  #client;

  static async open(webSocketFactory, who) {
    const api = new Stompjs();
    const connected = new Inbox();
    api.#client = new Client({
      webSocketFactory,
      connectHeaders: who,
      reconnectDelay: 0,
      onConnect: () => connected.put(true),
      onUnhandledMessage: message => api.unexpected.put(seen(message)),
      onStompError: ({headers}) => api.unexpected.end(headers.message),
    });
    api.#client.activate();
    await connected.next('CONNECTED');
    return api;
  }

  #confirmed(frame) {
    const receipt = nextReceipt();
    const confirmed = new Promise(resolve => this.#client.watchForReceipt(receipt, resolve));
    return {confirmed, result: frame(receipt)};
  }

  async subscribe(destination, headers) {
    const inbox = new Inbox();
    const hear = message => inbox.put(seen(message, () => message.ack()));
    const {confirmed, result} = this.#confirmed(receipt => this.#client.subscribe(destination, hear, {...headers, receipt}));
    inbox.unsubscribe = more => this.#confirmed(receipt => result.unsubscribe({...more, receipt})).confirmed;
    await confirmed;
    return inbox;
  }

  send(destination, body, headers) {
    const publish = receipt => this.#client.publish({destination, body, headers: {...headers, receipt}});
    return this.#confirmed(publish).confirmed;
  }

  close() {
    return this.#client.deactivate();
  }
}

/**
 * stompjs 2 and webstomp-client, which is based on it. The order of the arguments of SEND differs.
 */
class OldApi {
  unexpected = new Inbox();
  #client;
  #transmit;
  #receipts = new Inbox();

  static async open(client, transmit, who) {
    const api = new OldApi();
    const connected = new Inbox();
    if (client.debug) client.debug = () => {};
    api.#client = client;
    api.#transmit = transmit;
    client.onreceive = message => api.unexpected.put(seen(message));
    client.onreceipt = ({headers}) => api.#receipts.put(headers['receipt-id']);
    client.connect(who, () => connected.put(true), why => api.#receipts.end(String(why.headers?.message ?? why)));
    await connected.next('CONNECTED');
    return api;
  }

  async subscribe(destination, headers) {
    const inbox = new Inbox();
    const receipt = nextReceipt();
    const hear = message => inbox.put(seen(message, () => message.ack()));
    const subscription = this.#client.subscribe(destination, hear, {...headers, receipt});
    inbox.unsubscribe = async more => subscription.unsubscribe(more);
    await this.#confirmed(receipt);
    return inbox;
  }

  async send(destination, body, headers) {
    const receipt = nextReceipt();
    this.#transmit(this.#client, destination, {...headers, receipt}, body);
    await this.#confirmed(receipt);
  }

  #confirmed(receipt) {
    return this.#receipts.find(`the receipt ${receipt}`, each => each === receipt);
  }

  close() {
    return new Promise(resolve => this.#client.disconnect(resolve));
  }
}

/** stompit, which uses TCP and reads bodies as streams. */
class Stompit {
  unexpected = new Inbox();
  #client;

  static open(who) {
    const api = new Stompit();
    return new Promise((resolve, reject) => {
      stompit.connect({host: HOST, port: tcpPort, connectHeaders: {host: '/', ...who}}, (error, client) => {
        api.#client = client;
        if (error) reject(error);
        else resolve(api);
      });
    });
  }

  #into(inbox) {
    return (error, message) => {
      if (error) return inbox.end(error.message);
      message.readString('utf-8', (failure, body) => {
        inbox.put(seen({headers: message.headers, body}, () => this.#client.ack(message)));
      });
    };
  }

  /** The client gives no receipt for SUBSCRIBE, so a later SEND with a receipt proves it. */
  async subscribe(destination, headers) {
    const inbox = new Inbox();
    const subscription = this.#client.subscribe({...headers, destination}, this.#into(inbox));
    inbox.unsubscribe = async more => subscription.unsubscribe(more);
    await this.send('/topic/public.settled', '', {});
    return inbox;
  }

  /** Adds a subscription that no SUBSCRIBE made, because the client must know it. */
  expect(id) {
    this.#client.setImplicitSubscription(id, 'auto', this.#into(this.unexpected));
  }

  send(destination, body, headers) {
    return new Promise((resolve, reject) => {
      this.#client.sendString({...headers, destination}, body, {onReceipt: resolve, onError: reject});
    });
  }

  close() {
    return new Promise((resolve, reject) => {
      this.#client.disconnect(error => (error ? reject(error) : resolve()));
    });
  }
}

const bodyFirst = (client, destination, headers, body) => client.send(destination, body, headers);
const headersFirst = (client, destination, headers, body) => client.send(destination, headers, body);

const OPENERS = {
  '@stomp/stompjs over WebSocket': who => Stompjs.open(TRANSPORTS.WebSocket, who),
  '@stomp/stompjs over SockJS': who => Stompjs.open(TRANSPORTS.SockJS, who),
  '@stomp/stompjs over TCP': who => Stompjs.open(TRANSPORTS.TCP, who),
  'webstomp-client over WebSocket': who => OldApi.open(webstomp.over(TRANSPORTS.WebSocket(), {debug: false}), bodyFirst, who),
  'webstomp-client over SockJS': who => OldApi.open(webstomp.over(TRANSPORTS.SockJS(), {debug: false}), bodyFirst, who),
  'stompjs 2 over WebSocket': who => OldApi.open(oldStomp.over(TRANSPORTS.WebSocket()), headersFirst, who),
  'stompjs 2 over SockJS': who => OldApi.open(oldStomp.over(TRANSPORTS.SockJS()), headersFirst, who),
  'stompit over TCP': who => Stompit.open(who),
};

export const NAMES = Object.keys(OPENERS);

/** Will connect the client of that name, with `{login, passcode}`. It is closed after the check. */
export async function open(name, who) {
  const api = await OPENERS[name]({...who});
  let closed;
  const close = api.close.bind(api);
  api.close = () => (closed ??= close());
  afterwards(() => api.close());
  return api;
}
