/** A WebSocket without a network: the test plays the gateway. */
export class FakeSocket {
  /** @type {FakeSocket[]} in the order in which they were made */
  static made = [];
  sent = [];
  isClosed = false;

  constructor(url) {
    this.url = url;
    FakeSocket.made.push(this);
  }

  static get last() {
    return FakeSocket.made.at(-1);
  }

  static forget() {
    FakeSocket.made = [];
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.isClosed = true;
  }

  /** What was sent, but for the pings. */
  get frames() {
    return this.sent.filter(({type}) => type !== 'ping');
  }

  open() {
    this.onopen({});
    return this;
  }

  hear(frame) {
    this.onmessage({data: JSON.stringify(frame)});
  }

  lose(code = 1006, reason = '') {
    this.onclose({code, reason});
  }
}
