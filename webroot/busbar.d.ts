import type {Channel} from './channel.js';
import {Emitter} from './emitter.js';
import type {LinkOptions, Status} from './link.js';

export type {Channel, Member, MemberPage, Presence, PresenceEvents} from './channel.js';
export type {LinkOptions, SockJsConstructor, SockJsTransport, Status, Transport, WebSocketLike} from './link.js';

/**
 * What JSON can hold. It is said as `unknown`, since an interface of yours is JSON without having an index signature. What
 * JSON.stringify throws on, a bigint or a circle, throws here, too.
 */
export type Json = unknown;

/** The value of a header. One that is undefined is left out. */
export type HeaderValue = string | number | boolean | readonly (string | number | boolean)[] | undefined;

/** Headers to send. */
export interface Headers {
  readonly [name: string]: HeaderValue;
}

/** Who to say that we are. */
export type Login = {readonly username: string; readonly password: string} | {readonly token: string};

/** What comes to an address. */
export interface Message<Body = any> {
  address: string;
  /** A JSON value. `Body` says which one you expect; nobody checks it. */
  body: Body;
  headers: {[name: string]: string | string[]};
  /**
   * Answers the sender; only there if it asked for an answer.
   * @returns false, and does nothing, once the connection that brought the question is gone
   */
  reply?: (body?: Json, headers?: Headers) => boolean;
}

/** Hears messages. What it throws is an `error` of the connection. */
export type Handler<Body = any> = (message: Message<Body>) => void;

/** Why a request failed. */
export type FailureType =
  /** Nobody listens to the address. */
  | 'NO_HANDLERS'
  /** No answer in time. */
  | 'TIMEOUT'
  /** The one who was asked said no, with `failureCode`; or the gateway did, with `code`. */
  | 'RECIPIENT_FAILURE'
  /** What the event bus itself fails with. */
  | 'ERROR'
  /** The connection was lost before the answer; whether the request was handled is not known. */
  | 'DISCONNECTED'
  /** The connection was closed by `close()`. */
  | 'CLOSED'
  /** Not connected, and `queue` messages wait already. */
  | 'QUEUE_FULL';

/** What the gateway calls its refusals. */
export type RefusalCode =
  /** No rule of `permissions` allows it. */
  | 'access_denied'
  /** A rule of `permissions` denies it. */
  | 'rejected'
  /** No rule lets nobody do it, but one lets some users. */
  | 'not_logged_in'
  /** A login or refresh that is not right. */
  | 'auth_error'
  /** The address is too long, or has too many words. */
  | 'max_address_length_reached'
  /** This connection has that registration. */
  | 'address_already_registered'
  /** This connection has no such registration. */
  | 'unknown_address'
  /** Registrations and open questions reach `limits.subscriptions`. */
  | 'max_handlers_reached'
  /** Too many patterns. */
  | 'max_patterns_reached'
  /** Too many messages a second; the same may succeed later. */
  | 'rate_limit_reached'
  /** A number in the body is too large: `1e400`. */
  | 'invalid_body'
  /** A header is null, nested, or a number that is too large. */
  | 'invalid_headers'
  /** The header `info` is no JSON. */
  | 'invalid_info'
  /** The header `info` is longer than 1024 bytes. */
  | 'max_info_size_reached'
  /** The cluster did not take the registration; the same may succeed later. */
  | 'registration_failure'
  /** The session is closed. */
  | 'closed'
  // what the gateway says to other clients, and this one gives no cause for
  | 'max_message_size_reached'
  | 'filter_not_allowed'
  | 'invalid_json'
  | 'missing_type'
  | 'invalid_type'
  | 'missing_address'
  | 'invalid_reply_address'
  | 'invalid_since';

/** A code of the gateway's; another server of the bridge may have codes of its own. */
export type Code = RefusalCode | (string & {});

export interface BusbarErrorDetails {
  address?: string | undefined;
  failureType?: FailureType | undefined;
  failureCode?: number | undefined;
  code?: Code | undefined;
}

/** Why a request, or whatever the gateway refused, failed. `message` is for people. */
export class BusbarError extends Error {
  constructor(message: string, details?: BusbarErrorDetails);

  name: 'BusbarError';
  /** What was asked or told, where it is known. */
  address: string | undefined;
  /** For a request. */
  failureType: FailureType | undefined;
  /** The number that the one who was asked failed with, else -1. */
  failureCode: number;
  /** What the gateway calls its refusal. */
  code: Code | undefined;
}

/** The options of {@link connect}. */
export interface ConnectOptions extends Omit<LinkOptions, 'url'> {
  /**
   * The bridge: absolute, or relative to the page or to the script of the worker. Unless told it is `eventbus` beside the
   * module, which is right where the gateway serves the module, and wrong in a bundle and in Node.
   */
  url?: string | URL | undefined;
  /** Where a plain WebSocket connects; `url` and `/websocket` unless told. */
  websocketUrl?: string | URL | undefined;
  /** The time between two pings in ms (5000). The gateway drops who pinged and then stays silent. */
  pingInterval?: number | undefined;
  /** How many messages may wait for the connection (64); 0: none, they throw. */
  queue?: number | undefined;
  /**
   * Who to say that we are; or a function that says it, which is asked at each connection and again before a token ends. A
   * login that the gateway refuses is an error `auth_error`, and the end of the connection unless it is a function.
   */
  login?: Login | (() => Login | PromiseLike<Login>) | undefined;
}

/** Where in its history a channel goes on. */
export interface Recovered {
  readonly address: string;
  readonly epoch: string;
  readonly offset: number;
}

/** What was missed cannot be had any more; it goes on behind `offset`. */
export interface Gap extends Recovered {
  /** The stream is another one; what is missing is too old; more came than is kept. */
  readonly reason: 'epoch' | 'expired' | 'too far behind';
}

export interface ConnectionEvents {
  /** Each change of the status. */
  state: [status: Status];
  /** What the gateway refused, a BusbarError, or what a handler or the login function threw. Without a handler it goes to the console. */
  error: [error: any];
  /** We came back to a channel with a history, and miss nothing. */
  recovered: [where: Recovered];
  /** Something was missed that cannot be had any more. */
  gap: [where: Gap];
}

/** A connection to the bridge, which comes back by itself with all its subscriptions. */
export class Connection extends Emitter<ConnectionEvents> {
  /** As {@link connect}, with all in the options. */
  constructor(options?: ConnectOptions);

  /** Called as the event `recovered` is. */
  onrecovered: (where: Recovered) => void;

  /** Called as the event `gap` is. */
  ongap: (where: Gap) => void;

  /** The state and what belongs to it; `open` once the gateway has let us in. */
  get status(): Status;

  /** The state alone. */
  get state(): Status['state'];

  /** Who the gateway says that we are; null for nobody. */
  get user(): string | null;

  /**
   * Calls `handler` with each message that comes to `address`. Works before the connection is open. The first subscription
   * to an address registers it, with its headers; the last one to end unregisters it.
   * @returns ends this subscription
   * @throws TypeError if the headers are no JSON
   */
  subscribe<Body = any>(address: string, handler: Handler<Body>, headers?: Headers): () => void;

  /** One channel: who is in it, and the same as here without its address. */
  channel(address: string): Channel;

  /**
   * Tells everyone who listens to `address`.
   * @throws BusbarError with the failureType `CLOSED` or `QUEUE_FULL`; TypeError if it is no JSON
   */
  publish(address: string, body?: Json, headers?: Headers): void;

  /** Tells one of those who listen to `address`. Throws as publish does. */
  send(address: string, body?: Json, headers?: Headers): void;

  /**
   * Asks one of those who listen to `address`.
   * @param options `timeout` in ms (30000), waiting for the connection included
   * @returns the answer; rejected with a BusbarError if it fails, takes too long, or the connection is lost in between
   */
  request<Body = any>(
    address: string,
    body?: Json,
    options?: {readonly timeout?: number | undefined; readonly headers?: Headers | undefined},
  ): Promise<Message<Body>>;

  /** Connects now, if it is waiting for its next try. */
  retry(): void;

  /** Ends the connection for good; requests under way are rejected with `CLOSED`. */
  close(): void;
}

/**
 * Starts to connect and returns at once: subscriptions made before the connection is open just work.
 * @param url the bridge's; see the option `url`
 * @throws TypeError if an option cannot be right, or there is nothing to connect with
 */
export function connect(url: string | URL, options?: ConnectOptions): Connection;
export function connect(options?: ConnectOptions): Connection;
