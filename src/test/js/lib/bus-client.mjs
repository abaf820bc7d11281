import {afterwards, url} from './checks.mjs';
import {Inbox} from './inbox.mjs';

/** The npm names of the packages of the standard client. */
export const PACKAGES = ['vertx3-eventbus-client', '@vertx/eventbus-bridge-client.js'];

/**
 * A standard client of the event-bus bridge. Its errors are in `errors`. `opened` gets true for
 * each reconnection and false for the first connection.
 */
export class BusClient {
  errors = new Inbox();
  opened = new Inbox();
  lost = new Inbox();

  static async open(name, options) {
    const {default: EventBus} = await import(name);
    const client = new BusClient(new EventBus(`${url}/eventbus`, {timeout: 10_000, ...options}));
    await client.opened.next('the connection');
    return client;
  }

  constructor(bus) {
    this.bus = bus;
    bus.onerror = error => this.errors.put(error);
    bus.onopen = () => this.opened.put(false);
    bus.onreconnect = () => this.opened.put(true);
    bus.onclose = () => this.lost.put(true);
    afterwards(() => bus.state === 1 && bus.close());
  }

  /** Returns an inbox of all messages to the address. */
  hear(address, headers) {
    const inbox = new Inbox();
    const handler = (error, message) => inbox.put(error ?? message);
    this.bus.registerHandler(address, headers, handler);
    return Object.assign(inbox, {end: () => this.bus.unregisterHandler(address, handler)});
  }

  /** Will return the answer. Fails with `{failureCode, failureType, message}`. */
  request(address, body, headers) {
    return new Promise((resolve, reject) => {
      this.bus.send(address, body, headers, (error, message) => (error ? reject(error) : resolve(message)));
    });
  }
}
