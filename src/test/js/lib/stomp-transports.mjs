/** The transports of STOMP clients to the gateway. Its STOMP port is the second argument. */

import {createRequire} from 'node:module';
import WebSocket from 'ws';
import {url, wsUrl} from './checks.mjs';

const require = createRequire(import.meta.url);
const {TCPWrapper} = require('@stomp/tcp-wrapper');
const SockJS = require('sockjs-client');

const SUB_PROTOCOLS = ['v12.stomp', 'v11.stomp', 'v10.stomp'];

export const HOST = '127.0.0.1';

export const tcpPort = Number(process.argv[3]);

export const TRANSPORTS = {
  WebSocket: () => new WebSocket(`${wsUrl}/stomp`, SUB_PROTOCOLS),
  SockJS: () => new SockJS(`${url}/stomp`),
  TCP: () => new TCPWrapper(HOST, tcpPort),
};

/** stompjs 2, with the timers that its wrapper for browsers sets. */
export const {Stomp: oldStomp} = require('stompjs/lib/stomp.js');

oldStomp.setInterval = (millis, beat) => setInterval(beat, millis);
oldStomp.clearInterval = timer => clearInterval(timer);
