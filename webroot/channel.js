/** One channel of a connection, and its presence. */

import {Emitter} from './emitter.js';

/** Users in a page of a list. The gateway sends fewer if their `info` is large. */
const PAGE = 500;

/** The methods of a Connection (busbar.js) for one address. */
export class Channel {
  #bus;

  constructor(bus, address) {
    this.#bus = bus;
    this.address = address;
  }

  /**
   * Subscribes as the connection does.
   * @param {(message: import('./busbar.js').Message) => void} handler
   * @param {{info?: any}} [options] `info` is shown to others while this client listens, if the channel has presence: at
   *     most 1024 bytes of JSON. The first subscription to a channel sets it
   * @returns {() => void} a function that ends this subscription
   */
  subscribe(handler, {info} = {}) {
    const headers = info === undefined || info === null ? undefined : {info: typeof info === 'string' ? JSON.stringify(info) : info};
    return this.#bus.subscribe(this.address, handler, headers);
  }

  /** Publishes as the connection does. */
  publish(body, headers) {
    this.#bus.publish(this.address, body, headers);
  }

  /** Follows the users of the channel until it is closed. @param {{most?: number}} [options] @returns {Presence} */
  presence(options) {
    return new Presence(this.#bus, this.address, options);
  }
}

/**
 * @typedef {object} Member
 * @property {string} user the name of the logged-in user, or the id of the session
 * @property {number} [sessions] the number of the user's sessions when the list was loaded
 * @property {any} info the `info` of the newest session
 */

/**
 * The users in a channel. It loads the list at each connection, and then follows the changes.
 *
 * Events: `join` and `leave` with a Member, from messages of the gateway and from differences between two lists; `list`
 * with a Map of Members by user when a list was loaded; `error`.
 */
export class Presence extends Emitter {
  #bus;
  #address;
  #most;
  #members = new Map();
  #stops;
  #gone = new Set(); // users who left while the list was loaded
  #joined = new Map(); // members who joined in that time
  #asking = 0; // the number of the load whose result counts; 0 for none
  #askings = 0;

  constructor(bus, channel, {most = 1000} = {}) {
    super();
    this.#bus = bus;
    this.#address = `presence.${channel}`;
    this.#most = most;
    this.#stops = [
      bus.subscribe(this.#address, ({body}) => this.#told(body)),
      bus.on('state', ({state}) => {
        if (state === 'open') this.refresh();
      }),
    ];
    if (bus.state === 'open') this.refresh();
  }

  /** The known Members by user: at most `most` of them, and the users who came later. */
  get members() {
    return this.#members;
  }

  /**
   * Requests a page of the users.
   * @param {{limit?: number, after?: string}} [page]
   * @returns {Promise<{users: Member[], count: number, next?: string}>} `next` is the `after` of the next page
   */
  async list(page = {}) {
    const {body} = await this.#bus.request(this.#address, page);
    return body;
  }

  /** Loads the list again. */
  async refresh() {
    const asking = (this.#askings += 1);
    this.#asking = asking;
    this.#gone.clear();
    this.#joined.clear();
    const before = this.#members;
    const found = new Map();
    try {
      let after;
      do {
        const limit = Math.min(PAGE, this.#most - found.size);
        const {users, next} = await this.list({limit, after});
        if (asking !== this.#asking) return;
        for (const user of users) found.set(user.user, user);
        after = next;
      } while (after !== undefined && found.size < this.#most);
    } catch (error) {
      if (asking === this.#asking) {
        this.#asking = 0;
        if (error.failureType !== 'DISCONNECTED' && error.failureType !== 'CLOSED') this.emit('error', error);
      }
      return;
    }
    this.#asking = 0;
    for (const user of this.#gone) found.delete(user);
    for (const [user, member] of this.#joined) if (!found.has(user)) found.set(user, member);
    this.#joined.clear();
    this.#members = found;
    for (const [user, member] of found) if (!before.has(user)) this.emit('join', member);
    for (const [user, member] of before) if (!found.has(user)) this.emit('leave', member);
    this.emit('list', found);
  }

  #told({event, user, info}) {
    if (event === 'join') {
      const isNew = !this.#members.has(user);
      const member = {user, info};
      this.#members.set(user, member);
      if (this.#asking) this.#joined.set(user, member);
      this.#gone.delete(user);
      if (isNew) this.emit('join', member);
    } else if (event === 'leave') {
      if (this.#asking) this.#gone.add(user);
      this.#joined.delete(user);
      if (this.#members.delete(user)) this.emit('leave', {user, info});
    }
  }

  /** Stops following. The members stay as they are. */
  close() {
    this.#asking = 0;
    for (const stop of this.#stops) stop();
  }
}
