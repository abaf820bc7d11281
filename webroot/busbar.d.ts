import type {Channel} from './channel.js';
import {Emitter} from './emitter.js';
import type {LinkOptions, Status} from './link.js';

export type {Channel, Member, MemberPage, Presence, PresenceEvents} from './channel.js';
export type {LinkOptions, SockJsConstructor, SockJsTransport, Status, Transport, WebSocketLike} from './link.js';

/**
 * A JSON value. The type is `unknown`, because an interface of yours may be JSON and have no index signature. A value on
 * which JSON.stringify throws, such as a bigint or a cycle, throws here, too.
 */
export type Json = unknown;

/** The value of a header. A header whose value is undefined is not sent. */
export type HeaderValue = string | number | boolean | readonly (string | number | boolean)[] | undefined;

/** Headers to send. */
export interface Headers {
  readonly [name: string]: HeaderValue;
}

/** The login of this client. */
export type Login = {readonly username: string; readonly password: string} | {readonly token: string};

/** A message that came to an address. */
export interface Message<Body = any> {
  address: string;
  /** A JSON value. `Body` is the type that you expect. It is not checked. */
  body: Body;
  headers: {[name: string]: string | string[]};
  /**
   * Answers the sender. It exists only if the sender asked for an answer.
   * @returns false, and nothing is sent, if the connection that brought the request is lost
   */
  reply?: (body?: Json, headers?: Headers) => boolean;
}

/** Handles messages. An exception from it becomes an `error` of the connection. */
export type Handler<Body = any> = (message: Message<Body>) => void;

/** The kind of failure of a request. */
export type FailureType =
  /** Nobody listens to the address. */
  | 'NO_HANDLERS'
  /** No answer came in time. */
  | 'TIMEOUT'
  /** The other side failed the request, with `failureCode`; or the gateway refused it, with `code`. */
  | 'RECIPIENT_FAILURE'
  /** The event bus itself failed. */
  | 'ERROR'
  /** The connection was lost before the answer. It is not known if somebody handled the request. */
  | 'DISCONNECTED'
  /** The connection was closed by `close()`. */
  | 'CLOSED'
  /** There is no connection, and already `queue` messages wait for one. */
  | 'QUEUE_FULL';

/** The codes of the gateway's refusals. */
export type RefusalCode =
  /** No rule of `permissions` allows it. */
  | 'access_denied'
  /** A rule of `permissions` denies it. */
  | 'rejected'
  /** Without a login it is not allowed, but some users may do it. */
  | 'not_logged_in'
  /** A login or a refresh failed. */
  | 'auth_error'
  /** The address is too long, or has too many words. */
  | 'max_address_length_reached'
  /** This connection already has that registration. */
  | 'address_already_registered'
  /** This connection has no such registration. */
  | 'unknown_address'
  /** The registrations and open requests have reached `limits.subscriptions`. */
  | 'max_handlers_reached'
  /** There are too many patterns. */
  | 'max_patterns_reached'
  /** There are too many messages a second. The same message may succeed later. */
  | 'rate_limit_reached'
  /** A number in the body is too large, such as `1e400`. */
  | 'invalid_body'
  /** A header is null, nested, or a number that is too large. */
  | 'invalid_headers'
  /** The header `info` is not JSON. */
  | 'invalid_info'
  /** The header `info` is longer than 1024 bytes. */
  | 'max_info_size_reached'
  /** The cluster did not take the registration. The same registration may succeed later. */
  | 'registration_failure'
  /** The session is closed. */
  | 'closed'
  // The gateway sends the next codes only to other clients, because this one makes no such errors.
  | 'max_message_size_reached'
  | 'filter_not_allowed'
  | 'invalid_json'
  | 'missing_type'
  | 'invalid_type'
  | 'missing_address'
  | 'invalid_reply_address'
  | 'invalid_since';

/** A code of the gateway. Another server of the bridge may have codes of its own. */
export type Code = RefusalCode | (string & {});

export interface BusbarErrorDetails {
  address?: string | undefined;
  failureType?: FailureType | undefined;
  failureCode?: number | undefined;
  code?: Code | undefined;
}

/** The failure of a request, or a refusal of the gateway. `message` is for people. */
export class BusbarError extends Error {
  constructor(message: string, details?: BusbarErrorDetails);

  name: 'BusbarError';
  /** The address of the request or message, if it is known. */
  address: string | undefined;
  /** The kind of failure, for a request. */
  failureType: FailureType | undefined;
  /** The code with which the other side failed the request; otherwise -1. */
  failureCode: number;
  /** The code of the gateway's refusal. */
  code: Code | undefined;
}

/** The options of {@link connect}. */
export interface ConnectOptions extends Omit<LinkOptions, 'url'> {
  /**
   * URL of the bridge: absolute, or relative to the page or to the script of the worker. The default is `eventbus` beside
   * the module. It is right if the gateway serves the module, and wrong in a bundle and in Node.
   */
  url?: string | URL | undefined;
  /** URL for a plain WebSocket. The default is `url` with `/websocket`. */
  websocketUrl?: string | URL | undefined;
  /** The time between two pings in ms (5000). The gateway drops a client that has pinged and then stays silent. */
  pingInterval?: number | undefined;
  /** The most messages that wait for the connection (64). With 0, a message throws if there is no connection. */
  queue?: number | undefined;
  /**
   * The login, or a function that returns it. The function is called for each connection, and again before a token expires.
   * A login that the gateway refuses is an error `auth_error`. It ends the connection, unless `login` is a function.
   */
  login?: Login | (() => Login | PromiseLike<Login>) | undefined;
}

/** The position in its history from which a channel continues. */
export interface Recovered {
  readonly address: string;
  readonly epoch: string;
  readonly offset: number;
}

/** Some messages are missed for good. The channel continues after `offset`. */
export interface Gap extends Recovered {
  /** The stream is a new one; the missed messages are too old; or there were more than the history keeps. */
  readonly reason: 'epoch' | 'expired' | 'too far behind';
}

export interface ConnectionEvents {
  /** The status has changed. */
  state: [status: Status];
  /** A refusal of the gateway (a BusbarError), or an exception of a handler or login function. Without a handler the console gets it. */
  error: [error: any];
  /** The client has come back to a channel with a history, and has missed nothing. */
  recovered: [where: Recovered];
  /** The client has come back, and some messages are missed for good. */
  gap: [where: Gap];
}

/** A connection to the bridge. After a loss it reconnects by itself, with all its subscriptions. */
export class Connection extends Emitter<ConnectionEvents> {
  /** Does the same as {@link connect}, with the URL in the options. */
  constructor(options?: ConnectOptions);

  /** Called with the event `recovered`. */
  onrecovered: (where: Recovered) => void;

  /** Called with the event `gap`. */
  ongap: (where: Gap) => void;

  /** The state with its details. It is `open` when the login has succeeded, if there is one. */
  get status(): Status;

  /** The state alone. */
  get state(): Status['state'];

  /** The name of the logged-in user, as the gateway says; null without a login. */
  get user(): string | null;

  /**
   * Calls `handler` with each message that comes to `address`. You may call it before the connection is open. The first
   * subscription to an address registers it, with its headers. The end of the last one unregisters it.
   * @returns a function that ends this subscription
   * @throws TypeError if the headers are not JSON
   */
  subscribe<Body = any>(address: string, handler: Handler<Body>, headers?: Headers): () => void;

  /** Returns one channel: its presence, and the same methods as here without the address. */
  channel(address: string): Channel;

  /**
   * Sends a message to all listeners of `address`.
   * @throws BusbarError with the failureType `CLOSED` or `QUEUE_FULL`; TypeError if it is not JSON
   */
  publish(address: string, body?: Json, headers?: Headers): void;

  /** Sends a message to one listener of `address`. It throws as publish does. */
  send(address: string, body?: Json, headers?: Headers): void;

  /**
   * Sends a request to one listener of `address`.
   * @param options `timeout` in ms (30000), which includes the wait for the connection
   * @returns the answer. It is rejected with a BusbarError if the request fails or takes too long, or the connection is lost
   */
  request<Body = any>(
    address: string,
    body?: Json,
    options?: {readonly timeout?: number | undefined; readonly headers?: Headers | undefined},
  ): Promise<Message<Body>>;

  /** Tries to connect now, if the connection waits for its next try. */
  retry(): void;

  /** Ends the connection for good. Open requests are rejected with `CLOSED`. */
  close(): void;
}

/**
 * Starts to connect and returns at once. You may subscribe and send before the connection is open.
 * @param url URL of the bridge; see the option `url`
 * @throws TypeError if an option is wrong, or there is no WebSocket and no SockJS
 */
export function connect(url: string | URL, options?: ConnectOptions): Connection;
export function connect(options?: ConnectOptions): Connection;
