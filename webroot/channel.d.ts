import type {Handler, Headers, Json, BusbarError} from './busbar.js';
import {Emitter} from './emitter.js';

/** One channel of a connection, as `bus.channel(address)` returns it. */
export class Channel {
  private constructor();

  /** The name of the channel. */
  address: string;

  /**
   * Subscribes as the connection does, without the address.
   * @param options `info` is shown to others while this client listens, if the channel has presence: at most 1024 bytes of
   *     JSON. The first subscription to a channel sets it
   * @returns a function that ends this subscription
   */
  subscribe<Body = any>(handler: Handler<Body>, options?: {readonly info?: Json | undefined}): () => void;

  /** Publishes as the connection does, without the address. */
  publish(body?: Json, headers?: Headers): void;

  /**
   * Follows the users of the channel until it is closed.
   * @param options `most` is the largest number of members to load (1000)
   */
  presence<Info = any>(options?: {readonly most?: number | undefined}): Presence<Info>;
}

/** One user in a channel. */
export interface Member<Info = any> {
  /** The name of the logged-in user, or the id of the session. */
  readonly user: string;
  /** The number of the user's sessions when the list was loaded; missing for a user who came later. */
  readonly sessions?: number;
  /** The `info` of the newest session. */
  readonly info?: Info;
}

/** A page of the users in a channel. */
export interface MemberPage<Info = any> {
  readonly users: readonly Member<Info>[];
  /** The number of all users. */
  readonly count: number;
  /** The `after` of the next page, if there is one. */
  readonly next?: string;
}

export interface PresenceEvents<Info = any> {
  /** A user came: the gateway said so, or the user is new in the reloaded list. */
  join: [member: Member<Info>];
  /** A user left. */
  leave: [member: Member<Info>];
  /** All members, each time that the list was loaded. */
  list: [members: ReadonlyMap<string, Member<Info>>];
  /** The list could not be loaded. */
  error: [error: BusbarError];
}

/** The users in a channel. It loads the list at each connection, and then follows the changes. */
export class Presence<Info = any> extends Emitter<PresenceEvents<Info>> {
  private constructor();

  /** The known members by user: at most `most` of them, and the users who came later. */
  get members(): ReadonlyMap<string, Member<Info>>;

  /**
   * Requests a page of the users.
   * @throws BusbarError as a request does
   */
  list(page?: {readonly limit?: number | undefined; readonly after?: string | undefined}): Promise<MemberPage<Info>>;

  /** Loads the list again. A failure is an `error`. */
  refresh(): Promise<void>;

  /** Stops following. The members stay as they are. */
  close(): void;
}
