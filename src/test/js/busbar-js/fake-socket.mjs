/** A WebSocket without a network. The test acts as the gateway. */
export class FakeSocket {
  /**
   * @type {FakeSocket[]} in the order of their creation
   */
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

  /** The sent messages without the pings. */
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
