/**
 * Whoever says things by name.
 * @typeParam Events what is said with each event: `{state: [status: Status]}`
 */
export class Emitter<Events extends Record<keyof Events, unknown[]> = Record<string, any[]>> {
  /**
   * Calls `handler` each time `event` is said, until the returned function is called.
   * @returns ends it
   */
  on<Event extends keyof Events>(event: Event, handler: (...values: Events[Event]) => void): () => void;

  /**
   * Says `event` to its handlers, and goes on where one throws.
   * @returns whether there was a handler
   */
  emit<Event extends keyof Events>(event: Event, ...values: Events[Event]): boolean;
}
