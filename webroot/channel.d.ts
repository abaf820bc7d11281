import type {Handler, Headers, Json, BusbarError} from './busbar.js';
import {Emitter} from './emitter.js';

/** One channel of a connection, as `bus.channel(address)` gives it. */
export class Channel {
  private constructor();

  /** Its name. */
  address: string;

  /**
   * As the connection's, without the address.
   * @param options `info` is what others are told of us while we listen, where the channel has presence: at most 1024 bytes
   *     of JSON. The first subscription to a channel says it
   * @returns ends this subscription
   */
  subscribe<Body = any>(handler: Handler<Body>, options?: {readonly info?: Json | undefined}): () => void;

  /** As the connection's, without the address. */
  publish(body?: Json, headers?: Headers): void;

  /**
   * Looks who is here, from now on until it is closed.
   * @param options `most` is how many members are asked for (1000)
   */
  presence<Info = any>(options?: {readonly most?: number | undefined}): Presence<Info>;
}

/** One user who is in a channel. */
export interface Member<Info = any> {
  /** The name of who logged in, or the id of the session. */
  readonly user: string;
  /** How many sessions it had when we asked; not there for who came since. */
  readonly sessions?: number;
  /** What the newest of them says of itself. */
  readonly info?: Info;
}

/** A page of who is in a channel. */
export interface MemberPage<Info = any> {
  readonly users: readonly Member<Info>[];
  /** How many users there are in all. */
  readonly count: number;
  /** The `after` of the next page, if there is one. */
  readonly next?: string;
}

export interface PresenceEvents<Info = any> {
  /** Who came: as the gateway tells it, and who was not there when we asked before. */
  join: [member: Member<Info>];
  /** Who went. */
  leave: [member: Member<Info>];
  /** Everybody, each time that we have asked. */
  list: [members: ReadonlyMap<string, Member<Info>>];
  /** Why asking failed. */
  error: [error: BusbarError];
}

/** Who is in a channel. It asks for all at each connection and follows from there. */
export class Presence<Info = any> extends Emitter<PresenceEvents<Info>> {
  private constructor();

  /** Who is here as far as we know, by user: at most `most` of them and who came since. */
  get members(): ReadonlyMap<string, Member<Info>>;

  /**
   * Asks for a page of who is here.
   * @throws BusbarError as a request does
   */
  list(page?: {readonly limit?: number | undefined; readonly after?: string | undefined}): Promise<MemberPage<Info>>;

  /** Asks again who is here; what fails is an `error`. */
  refresh(): Promise<void>;

  /** Looks no more; the members stay as they are. */
  close(): void;
}
