import {Emitter} from './emitter.js';

/** A plain WebSocket, or SockJS as `sockjs`, or as `sockjs/xhr-polling` once it is open. */
export type Transport = 'websocket' | `sockjs/${string}` | 'sockjs';

/** What SockJS may use. */
export type SockJsTransport =
  | 'websocket'
  | 'xhr-streaming'
  | 'eventsource'
  | 'htmlfile'
  | 'xhr-polling'
  | 'jsonp-polling'
  // those in a frame, which sockjs-client chooses itself for the pages of another origin
  | 'iframe-eventsource'
  | 'iframe-htmlfile'
  | 'iframe-xhr-polling';

/** What a connection is doing. `state` says which of the other properties there are. */
export type Status =
  | {
      readonly state: 'connecting';
      /** What is being tried; not there before the first try. */
      readonly transport?: Transport;
    }
  | {readonly state: 'open'; readonly transport: Transport}
  | {
      readonly state: 'waiting';
      /** The time of the next try, in ms since 1970. */
      readonly retryAt: number;
      /** How many tries have failed in a row. */
      readonly attempt: number;
      /** Why the connection was lost. */
      readonly reason: string;
      /** The code that it was closed with, where there was one. */
      readonly code?: number;
    }
  | {readonly state: 'closed'};

/** What a link needs of a WebSocket: a browser's is one, Node's, and that of `ws`. */
export interface WebSocketLike {
  binaryType: string;
  onopen: ((event: any) => any) | null;
  onmessage: ((event: any) => any) | null;
  onerror: ((event: any) => any) | null;
  onclose: ((event: any) => any) | null;
  send(text: string): void;
  close(): void;
}

/** What a link needs of the constructor of sockjs-client. */
export type SockJsConstructor = new (url: string, reserved?: any, options?: any) => {
  onopen: ((event: any) => any) | null;
  onmessage: ((event: any) => any) | null;
  onclose: ((event: any) => any) | null;
  send(text: string): void;
  close(): void;
};

export interface LinkOptions {
  /** Where SockJS lives: absolute, or relative to the page or to the script of the worker. In Node it must be absolute. */
  url: string | URL;
  /** Where a plain WebSocket connects; `url` unless told. */
  websocketUrl?: string | URL | undefined;
  /** `'auto'`, which is what it is unless told, tries a plain WebSocket and, where that does not open, SockJS if it is loaded. */
  transport?: 'auto' | 'websocket' | 'sockjs' | undefined;
  /** The only transports that SockJS may use; unless told it chooses. */
  sockjsTransports?: readonly SockJsTransport[] | undefined;
  /** The constructor, where there is no global one: in Node 20 that of `ws`. */
  WebSocket?: (new (url: string) => WebSocketLike) | undefined;
  /** The constructor of sockjs-client, where there is no global one. */
  SockJS?: SockJsConstructor | undefined;
  /**
   * The wait after the first and after many failures in ms (500 and 30000), and the share of it that is random, from 0 to 1
   * (1: all of it).
   */
  backoff?: {readonly min?: number | undefined; readonly max?: number | undefined; readonly jitter?: number | undefined} | undefined;
  /** How long a plain WebSocket may take to open, in ms (5000). */
  openTimeout?: number | undefined;
}

export interface LinkEvents {
  /** Each change of the status. */
  state: [status: Status];
  /** What came: text, or the bytes of a binary message. */
  message: [data: string | ArrayBuffer];
}

/** A connection for text messages of your own, which comes back by itself. It keeps nothing while it is away. */
export class Link extends Emitter<LinkEvents> {
  /**
   * Starts to connect.
   * @throws TypeError if a URL or the transport cannot be right, or there is nothing to connect with
   */
  constructor(options: LinkOptions);

  get status(): Status;

  /** @returns whether it was sent: only what is open sends */
  send(message: string): boolean;

  /** Tries at once, if the link is waiting for its next try. */
  retry(): void;

  /** Gives up a connection that is open, as if it were lost, for that reason: for whoever finds it dead. */
  drop(reason: string): void;

  /** Ends the link for good. */
  close(): void;
}
