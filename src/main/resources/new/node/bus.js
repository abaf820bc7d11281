// A client of Busbar's TCP event-bus bridge. A frame is a length of four bytes, and then a JSON object.
import net from 'node:net';

/** Connects to a node. @returns {Promise<Bus>} */
export function connect(host, port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({host, port}, () => resolve(new Bus(socket)));
    socket.once('error', reject);
  });
}

/** One connection. `closed` is a promise that resolves when the connection has ended. */
class Bus {
  #socket;
  #rest = Buffer.alloc(0);
  #listeners = new Map();
  #answers = new Map();
  #requests = 0;

  constructor(socket) {
    this.#socket = socket;
    this.closed = new Promise(resolve => socket.once('close', resolve));
    // The event `close` follows an error. Without a handler the error would end the program.
    socket.on('error', () => {});
    socket.on('data', data => this.#read(data));
  }

  /** Takes data of any size, and handles each frame that is complete. */
  #read(data) {
    this.#rest = Buffer.concat([this.#rest, data]);
    while (this.#rest.length >= 4) {
      const end = 4 + this.#rest.readInt32BE(0);
      if (this.#rest.length < end) {
        return;
      }
      const message = JSON.parse(this.#rest.subarray(4, end));
      this.#rest = this.#rest.subarray(end);
      this.#take(message);
    }
  }

  #take(message) {
    const answer = this.#answers.get(message.address);
    if (answer) {
      this.#answers.delete(message.address);
      answer(message);
    } else if (message.type === 'message') {
      this.#listeners.get(message.address)?.(message);
    } else if (message.type === 'err') {
      console.error('refused by the gateway:', message);
    }
  }

  #send(message) {
    const body = Buffer.from(JSON.stringify(message));
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length);
    this.#socket.write(Buffer.concat([length, body]));
  }

  /** Calls `listener` with each message that comes to `address`. */
  register(address, listener) {
    this.#listeners.set(address, listener);
    this.#send({type: 'register', address});
  }

  /** Sends a message to all listeners of `address`. */
  publish(address, body) {
    this.#send({type: 'publish', address, body});
  }

  /** Answers a message, if its sender has asked for an answer. */
  reply(request, body) {
    if (request.replyAddress) {
      this.#send({type: 'send', address: request.replyAddress, body});
    }
  }

  /** Answers a message with a failure, if its sender has asked for an answer. */
  fail(request, failureCode, message) {
    if (request.replyAddress) {
      this.#send({type: 'send', address: request.replyAddress, failureCode, message});
    }
  }

  /** Sends a request. The promise resolves to the answer, which has a failureCode if the request failed. */
  request(address, body) {
    const replyAddress = `answer-${++this.#requests}`;
    return new Promise(resolve => {
      this.#answers.set(replyAddress, resolve);
      this.#send({type: 'send', address, body, replyAddress});
    });
  }

  close() {
    this.#socket.end();
  }
}
