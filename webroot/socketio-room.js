/** The chat's room over Socket.IO, with the standard client. */

import {loadScript} from './dom.js';
import {Room} from './room.js';

/** The types of packets. The index of each is its digit on the wire. */
const TYPES = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop'];
const COME_BACK = 1000; // ms

export class SocketIoRoom extends Room {
  #socket = null;
  #wire;
  #timer;

  /**
   * Starts to enter the room.
   * @param {(told: {type: string, id?: string, nickname?: string, message: string}) => void} hear gets the room's messages
   * @param {{wire?: import('./wire-panel.js').WirePanel}} [options] `wire` shows the packets
   */
  constructor(hear, {wire} = {}) {
    super('socket.io', hear);
    this.#wire = wire;
    this.#open();
  }

  say(text) {
    this.#socket?.send(text);
  }

  rename(nickname) {
    this.#socket?.emit('nickname', {nickname});
  }

  retry() {
    this.#socket?.connect();
  }

  /** Leaves for good. */
  close() {
    clearTimeout(this.#timer);
    this.become({state: 'closed'}); // Before the disconnect, whose event would otherwise set `waiting`.
    this.#socket?.disconnect();
  }

  async #open() {
    try {
      await loadScript('socket.io/socket.io.js');
    } catch (error) {
      if (this.isClosed) return;
      this.become({state: 'waiting', reason: error.message});
      this.#timer = setTimeout(() => this.#open(), COME_BACK);
      return;
    }
    if (this.isClosed) return;
    const path = new URL('socket.io', document.baseURI).pathname;
    const socket = (this.#socket = globalThis.io('/chat', {path, forceNew: true}));
    this.hearEvents((event, handler) => socket.on(event, handler));
    socket.on('error', error => this.hear({type: 'error', message: error.message ?? String(error), code: error.code}));
    socket.on('connect', () => this.become({state: 'open', transport: `socket.io/${socket.io.engine.transport.name}`}));
    socket.on('connect_error', () => this.become({state: 'waiting', reason: 'no answer'}));
    socket.on('disconnect', reason => {
      if (this.isClosed) return; // The page itself has left.
      this.become({state: 'waiting', reason});
      // The client does not reconnect by itself if the server has ended the connection.
      if (reason === 'io server disconnect') this.#timer = setTimeout(() => socket.connect(), COME_BACK);
    });
    this.#listen();
    socket.io.on('reconnecting', () => queueMicrotask(() => this.#listen()));
  }

  /** Follows the engine. Each connection has a new one. */
  #listen() {
    const {engine} = this.#socket.io;
    engine.on('upgrade', ({name}) => {
      if (this.status.state === 'open') this.become({state: 'open', transport: `socket.io/${name}`});
    });
    if (!this.#wire) return;
    engine.on('packetCreate', packet => this.#wire.went(written(packet)));
    engine.on('packet', packet => this.#wire.came(written(packet)));
  }
}

function written({type, data}) {
  return `${TYPES.indexOf(type)}${data ?? ''}`;
}
