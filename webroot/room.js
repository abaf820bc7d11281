/** The chat's room over a library that connects by itself: its status, and the words that it tells. */

import {Emitter} from './emitter.js';

/** The events of the room, and the types under which a page hears them. */
const TYPES = {message: 'message', nickname: 'nick_update', notification: 'notification'};

/** Events: `state` (a Status, as link.js has it). */
export class Room extends Emitter {
  #status;

  /**
   * @param {string} transport the name of the library's transport
   * @param {(told: {type: string, id?: string, nickname?: string, message: string, code?: number}) => void} hear
   *     is told what the room says
   */
  constructor(transport, hear) {
    super();
    this.#status = {state: 'connecting', transport};
    this.hear = hear;
  }

  /** @returns {import('./link.js').Status} */
  get status() {
    return this.#status;
  }

  /** Whether the page has left for good. */
  get isClosed() {
    return this.#status.state === 'closed';
  }

  /** Tells a new status. A closed room keeps its status. @param {import('./link.js').Status} status */
  become(status) {
    if (this.isClosed) return;
    this.#status = status;
    this.emit('state', status);
  }

  /**
   * Hears the room's events. Their data are objects with a nickname and a message.
   * @param {(event: string, handler: (data: object) => void) => void} on listens to one event of the library
   */
  hearEvents(on) {
    for (const [event, type] of Object.entries(TYPES)) on(event, data => this.hear({...data, type}));
  }
}
