/**
 * A source of named events.
 * @typeParam Events the values of each event: `{state: [status: Status]}`
 */
export class Emitter<Events extends Record<keyof Events, unknown[]> = Record<string, any[]>> {
  /**
   * Calls `handler` at each `event`.
   * @returns a function that ends it
   */
  on<Event extends keyof Events>(event: Event, handler: (...values: Events[Event]) => void): () => void;

  /**
   * Calls the handlers of `event`. If one throws, the others are still called.
   * @returns whether there was a handler
   */
  emit<Event extends keyof Events>(event: Event, ...values: Events[Event]): boolean;
}
