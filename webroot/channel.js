/** One channel of a connection, and who is in it. */

import {Emitter} from './emitter.js';

/** Users of a page of a list; the gateway gives fewer where they say much of themselves. */
const PAGE = 500;

/** What a Connection (busbar.js) can do with one address. */
export class Channel {
  #bus;

  constructor(bus, address) {
    this.#bus = bus;
    this.address = address;
  }

  /**
   * As the connection's.
   * @param {(message: import('./busbar.js').Message) => void} handler
   * @param {{info?: any}} [options] `info`: what others are told of us while we listen, where the channel has presence: at
   *     most 1024 bytes of JSON. The first subscription to a channel says it
   * @returns {() => void} ends the subscription
   */
  subscribe(handler, {info} = {}) {
    const headers = info === undefined || info === null ? undefined : {info: typeof info === 'string' ? JSON.stringify(info) : info};
    return this.#bus.subscribe(this.address, handler, headers);
  }

  /** As the connection's. */
  publish(body, headers) {
    this.#bus.publish(this.address, body, headers);
  }

  /** Looks who is here, from now on until it is closed. @param {{most?: number}} [options] @returns {Presence} */
  presence(options) {
    return new Presence(this.#bus, this.address, options);
  }
}

/**
 * @typedef {object} Member
 * @property {string} user the name of who logged in, or the id of the session
 * @property {number} [sessions] how many it had when we asked
 * @property {any} info what the newest of them says of itself
 */

/**
 * Who is in a channel. It asks for all at each connection and follows from there.
 *
 * Events: `join` and `leave` (a Member: as the gateway tells them, and what was different when it asked again), `list`
 * (a Map of Members by user: when it has asked), `error`.
 */
export class Presence extends Emitter {
  #bus;
  #address;
  #most;
  #members = new Map();
  #stops;
  #gone = new Set(); // who left while we were asking
  #joined = new Map(); // and who joined
  #asking = 0; // the number of the asking that counts; 0 for none
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

  /** Who is here as far as we know: Members by user, at most `most` of them and who came since. */
  get members() {
    return this.#members;
  }

  /**
   * Asks for a page of who is here.
   * @param {{limit?: number, after?: string}} [page]
   * @returns {Promise<{users: Member[], count: number, next?: string}>} `next` is the `after` of the next page
   */
  async list(page = {}) {
    const {body} = await this.#bus.request(this.#address, page);
    return body;
  }

  /** Asks again who is here. */
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

  /** Ends it; the members stay as they are. */
  close() {
    this.#asking = 0;
    for (const stop of this.#stops) stop();
  }
}
