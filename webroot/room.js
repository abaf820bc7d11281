/** The chat's room over a library that connects by itself: its status and its messages. */

import {Emitter} from './emitter.js';

/** The events of the room, with the types of the messages that a page gets. */
const TYPES = {message: 'message', nickname: 'nick_update', notification: 'notification'};

/** A room. Events: `state` (a Status, see link.js). */
export class Room extends Emitter {
  #status;

  /**
   * @param {string} transport name of the library's transport
   * @param {(told: {type: string, id?: string, nickname?: string, message: string, code?: number}) => void} hear
   *     gets the room's messages
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

  /** Sets the status and reports it. A closed room keeps its status. @param {import('./link.js').Status} status */
  become(status) {
    if (this.isClosed) return;
    this.#status = status;
    this.emit('state', status);
  }

  /**
   * Handles the room's events. Their data are objects with a nickname and a message.
   * @param {(event: string, handler: (data: object) => void) => void} on adds a handler for one event of the library
   */
  hearEvents(on) {
    for (const [event, type] of Object.entries(TYPES)) on(event, data => this.hear({...data, type}));
  }
}
