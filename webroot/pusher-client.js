/**
 * A small client of Pusher's protocol: public channels over a WebSocket, with the same names as in pusher-js.
 * After a loss it reconnects, each time after a longer wait, and subscribes to its channels again.
 */

import {Link} from './link.js';

const PONG_MILLIS = 30_000;

/** After a close code from 4000 to 4099 a client must not reconnect. */
const isFinal = code => code >= 4000 && code < 4100;

/** A source of named events. */
class Events {
  #handlers = new Map();

  bind(event, handler) {
    if (!this.#handlers.has(event)) this.#handlers.set(event, new Set());
    this.#handlers.get(event).add(handler);
    return this;
  }

  /** Removes a handler; all handlers of the event if none is given. */
  unbind(event, handler) {
    if (handler) this.#handlers.get(event)?.delete(handler);
    else this.#handlers.delete(event);
    return this;
  }

  /** Calls the handlers of an event. If one throws, the others are still called. */
  emit(event, data) {
    for (const handler of [...(this.#handlers.get(event) ?? [])]) {
      try {
        handler(data);
      } catch (error) {
        console.error(error);
      }
    }
  }
}

/** A channel. Events: those of the channel, `pusher:subscription_succeeded` and `pusher:subscription_error`. */
class Channel extends Events {
  subscribed = false;

  constructor(name) {
    super();
    this.name = name;
  }
}

/** The state of the connection. Events: `state_change` with `{previous, current}`, each state by its name, and `error`. */
class Connection extends Events {
  /** @type {'initialized'|'connecting'|'connected'|'unavailable'|'failed'|'disconnected'} */
  state = 'initialized';
  socket_id = null;

  become(current) {
    const previous = this.state;
    if (previous === current) return;
    this.state = current;
    if (current !== 'connected') this.socket_id = null;
    this.emit('state_change', {previous, current});
    this.emit(current);
  }
}

export class Pusher {
  connection = new Connection();
  #channels = new Map();
  #link;
  #timer;
  #silenceMillis = 120_000;

  /**
   * Starts to connect.
   *
   * @param {string} key key of the app
   * @param {{wsHost: string, wsPort?: number, wssPort?: number, forceTLS?: boolean, wsPath?: string}} options and also
   *     `WebSocket` and `backoff`, as for a Link
   */
  constructor(key, {wsHost, wsPort = 80, wssPort = 443, forceTLS = true, wsPath = '', WebSocket, backoff}) {
    const origin = forceTLS ? `https://${wsHost}:${wssPort}` : `http://${wsHost}:${wsPort}`;
    const url = `${origin}${wsPath}/app/${key}?protocol=7&client=busbar&version=1`;
    this.#link = new Link({url, transport: 'websocket', WebSocket, backoff});
    this.#link.on('state', status => this.#linkIs(status));
    this.#link.on('message', message => this.#heard(JSON.parse(message)));
  }

  /** Subscribes to a channel and returns it. */
  subscribe(name) {
    let channel = this.#channels.get(name);
    if (!channel) {
      channel = new Channel(name);
      this.#channels.set(name, channel);
      if (this.connection.state === 'connected') this.#say('pusher:subscribe', {channel: name});
    }
    return channel;
  }

  unsubscribe(name) {
    if (this.#channels.delete(name)) this.#say('pusher:unsubscribe', {channel: name});
  }

  /** Returns the channel with that name; undefined without a subscription. */
  channel(name) {
    return this.#channels.get(name);
  }

  /** Ends the connection for good. */
  disconnect() {
    this.#link.close();
  }

  #say(event, data) {
    this.#link.send(JSON.stringify({event, data}));
  }

  #linkIs({state, code}) {
    clearTimeout(this.#timer);
    if (state === 'open') return; // The state `connected` begins when the socket id has come.
    for (const channel of this.#channels.values()) channel.subscribed = false;
    if (state === 'closed') {
      if (this.connection.state !== 'failed') this.connection.become('disconnected');
    } else if (isFinal(code)) {
      this.connection.become('failed');
      this.#link.close();
    } else {
      this.connection.become(state === 'waiting' ? 'unavailable' : 'connecting');
    }
  }

  #heard({event, channel, data}) {
    this.#listen();
    const value = parsed(data);
    switch (event) {
      case 'pusher:connection_established':
        this.#silenceMillis = value.activity_timeout * 1000;
        this.#listen();
        this.connection.socket_id = value.socket_id;
        this.connection.become('connected');
        for (const name of this.#channels.keys()) this.#say('pusher:subscribe', {channel: name});
        break;
      case 'pusher:ping':
        this.#say('pusher:pong', {});
        break;
      case 'pusher:error':
        this.connection.emit('error', {type: 'PusherError', data: value});
        break;
      default:
        this.#told(this.#channels.get(channel), event, value);
    }
  }

  #told(channel, event, value) {
    if (!channel) return;
    if (event === 'pusher_internal:subscription_succeeded') {
      channel.subscribed = true;
      channel.emit('pusher:subscription_succeeded', value);
    } else if (!event.startsWith('pusher_internal:')) {
      channel.emit(event, value);
    }
  }

  /** Sends a ping after a long silence, and drops the link if no answer comes. */
  #listen() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#say('pusher:ping', {});
      this.#timer = setTimeout(() => this.#link.drop('no answer'), PONG_MILLIS);
    }, this.#silenceMillis);
  }
}

/** Returns the data of an event. It is JSON in a string, or plain text. */
function parsed(data) {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}
