/** A source of named events. */
export class Emitter {
  #handlers = new Map();

  /**
   * Calls `handler` at each `event`, until the returned function is called.
   * @param {string} event
   * @param {(...values: any[]) => void} handler
   * @returns {() => void}
   */
  on(event, handler) {
    if (!this.#handlers.has(event)) this.#handlers.set(event, new Set());
    this.#handlers.get(event).add(handler);
    return () => this.#handlers.get(event).delete(handler);
  }

  /** Calls the handlers of `event`. If one throws, the others are still called. Returns whether there was one. */
  emit(event, ...values) {
    const handlers = [...(this.#handlers.get(event) ?? [])];
    for (const handler of handlers) {
      try {
        handler(...values);
      } catch (error) {
        console.error(error);
      }
    }
    return handlers.length > 0;
  }
}
