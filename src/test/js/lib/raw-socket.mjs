import {randomBytes} from 'node:crypto';
import {connect} from 'node:net';
import {afterwards, url} from './checks.mjs';
import {Inbox} from './inbox.mjs';

const {hostname, port} = new URL(url);

export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/**
 * A TCP connection that does nothing by itself. After the handshake its inbox has each WebSocket
 * frame as `{opcode, payload, first}`, where `first` is the first byte. It answers none of them.
 */
export class RawSocket {
  inbox = new Inbox();
  #bytes = Buffer.alloc(0);
  #changed = () => {};
  #isUpgraded = false;

  constructor() {
    this.socket = connect({host: hostname, port});
    this.socket.on('error', () => {});
    this.socket.on('data', bytes => this.#take(bytes));
    this.closed = new Promise(resolve => {
      this.socket.on('close', () => {
        this.inbox.end('the connection was closed');
        this.#changed();
        resolve();
      });
    });
    afterwards(() => this.socket.destroy());
  }

  /** Will open a WebSocket. Fails if the answer is not 101. */
  static async webSocket(path, headers = {}) {
    const raw = new RawSocket();
    const head = await raw.request(path, {...handshake(), ...headers});
    if (!head.startsWith('HTTP/1.1 101 ')) throw new Error(`refused: ${head}`);
    return raw;
  }

  write(data) {
    this.socket.write(data);
  }

  /** Will send a request and return the head of the answer. */
  async request(path, headers, method = 'GET') {
    const lines = Object.entries({Host: `${hostname}:${port}`, ...headers}).map(([name, value]) => `${name}: ${value}\r\n`);
    this.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    return this.head();
  }

  /** Will return the head of the next answer. */
  async head() {
    while (this.#bytes.indexOf('\r\n\r\n') < 0) {
      if (this.socket.destroyed) throw new Error(`closed without an answer: ${this.#bytes}`);
      await new Promise(resolve => (this.#changed = resolve));
    }
    const end = this.#bytes.indexOf('\r\n\r\n') + 4;
    const head = this.#bytes.toString('latin1', 0, end);
    this.#bytes = this.#bytes.subarray(end);
    this.#isUpgraded = head.startsWith('HTTP/1.1 101 ');
    this.#take(Buffer.alloc(0));
    return head;
  }

  /** Sends one masked frame. */
  frame(opcode, payload = '', {final = true, reserved = 0, masked = true} = {}) {
    const data = Buffer.from(payload);
    const head = [(final ? 0x80 : 0) | (reserved << 4) | opcode];
    const size = data.length < 126 ? data.length : data.length < 65_536 ? 126 : 127;
    head.push((masked ? 0x80 : 0) | size);
    const length = Buffer.alloc(size < 126 ? 0 : size === 126 ? 2 : 8);
    if (size === 126) length.writeUInt16BE(data.length);
    if (size === 127) length.writeBigUInt64BE(BigInt(data.length));
    const mask = masked ? randomBytes(4) : Buffer.alloc(0);
    if (masked) data.forEach((byte, i) => (data[i] = byte ^ mask[i % 4]));
    this.write(Buffer.concat([Buffer.from(head), length, mask, data]));
  }

  /** Will take the close frame, and drop the frames before it. */
  async closeFrame() {
    const {payload} = await this.inbox.find('the close frame', frame => frame.opcode === CLOSE);
    return {code: payload.readUInt16BE(0), reason: payload.toString('utf8', 2)};
  }

  #take(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    if (this.#isUpgraded) this.#frames();
    this.#changed();
  }

  #frames() {
    for (;;) {
      const bytes = this.#bytes;
      if (bytes.length < 2) return;
      const short = bytes[1] & 0x7f;
      const start = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length < start) return;
      const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
      if (bytes.length < start + size) return;
      this.inbox.put({opcode: bytes[0] & 0x0f, first: bytes[0], payload: bytes.subarray(start, start + size)});
      this.#bytes = bytes.subarray(start + size);
    }
  }
}

/** Returns the headers of a correct handshake. */
export function handshake() {
  return {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
  };
}
