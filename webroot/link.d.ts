import {Emitter} from './emitter.js';

/** A plain WebSocket, or SockJS: `sockjs` before it is open, and then for example `sockjs/xhr-polling`. */
export type Transport = 'websocket' | `sockjs/${string}` | 'sockjs';

/** A transport of SockJS. */
export type SockJsTransport =
  | 'websocket'
  | 'xhr-streaming'
  | 'eventsource'
  | 'htmlfile'
  | 'xhr-polling'
  | 'jsonp-polling'
  // The transports in a frame, which sockjs-client chooses itself for pages of another origin.
  | 'iframe-eventsource'
  | 'iframe-htmlfile'
  | 'iframe-xhr-polling';

/** The state of a connection. `state` decides which other properties exist. */
export type Status =
  | {
      readonly state: 'connecting';
      /** The transport that is being tried; missing before the first try. */
      readonly transport?: Transport;
    }
  | {readonly state: 'open'; readonly transport: Transport}
  | {
      readonly state: 'waiting';
      /** The time of the next try, in ms since 1970. */
      readonly retryAt: number;
      /** The number of failed tries in a row. */
      readonly attempt: number;
      /** Why the connection was lost. */
      readonly reason: string;
      /** The close code, if there was one. */
      readonly code?: number;
    }
  | {readonly state: 'closed'};

/** The part of a WebSocket that a link needs. Those of browsers, of Node and of `ws` have it. */
export interface WebSocketLike {
  binaryType: string;
  onopen: ((event: any) => any) | null;
  onmessage: ((event: any) => any) | null;
  onerror: ((event: any) => any) | null;
  onclose: ((event: any) => any) | null;
  send(text: string): void;
  close(): void;
}

/** The part of the constructor of sockjs-client that a link needs. */
export type SockJsConstructor = new (url: string, reserved?: any, options?: any) => {
  onopen: ((event: any) => any) | null;
  onmessage: ((event: any) => any) | null;
  onclose: ((event: any) => any) | null;
  send(text: string): void;
  close(): void;
};

export interface LinkOptions {
  /** URL of SockJS: absolute, or relative to the page or to the script of the worker. In Node it must be absolute. */
  url: string | URL;
  /** URL for a plain WebSocket. The default is `url`. */
  websocketUrl?: string | URL | undefined;
  /** The default `'auto'` tries a plain WebSocket. If that does not open, it tries SockJS, if that is loaded. */
  transport?: 'auto' | 'websocket' | 'sockjs' | undefined;
  /** The only transports that SockJS may use. By default SockJS chooses. */
  sockjsTransports?: readonly SockJsTransport[] | undefined;
  /** The constructor, if there is no global one: in Node 20 that of `ws`. */
  WebSocket?: (new (url: string) => WebSocketLike) | undefined;
  /** The constructor of sockjs-client, if there is no global one. */
  SockJS?: SockJsConstructor | undefined;
  /**
   * The wait in ms after the first failure (500) and after many (30000). `jitter` is the random part of it, from 0 to 1
   * (1: all of it).
   */
  backoff?: {readonly min?: number | undefined; readonly max?: number | undefined; readonly jitter?: number | undefined} | undefined;
  /** The time in ms in which a plain WebSocket must open (5000). */
  openTimeout?: number | undefined;
}

export interface LinkEvents {
  /** The status has changed. */
  state: [status: Status];
  /** A message came: text, or the bytes of a binary message. */
  message: [data: string | ArrayBuffer];
}

/** A connection for your own text messages. After a loss it reconnects by itself. It keeps no messages in between. */
export class Link extends Emitter<LinkEvents> {
  /**
   * Starts to connect.
   * @throws TypeError if a URL or the transport is wrong, or there is no WebSocket and no SockJS
   */
  constructor(options: LinkOptions);

  get status(): Status;

  /** @returns whether it was sent, which is only so while the link is open */
  send(message: string): boolean;

  /** Tries to connect now, if the link waits for its next try. */
  retry(): void;

  /** Gives up an open connection as if it were lost, for that reason. Use it for a connection that is dead. */
  drop(reason: string): void;

  /** Ends the link for good. */
  close(): void;
}
