// A client of Busbar's TCP event-bus bridge: four octets with a length, and a JSON object.
import net from 'node:net';

/** Connects; the promise is one of a client. */
export function connect(host, port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({host, port}, () => resolve(new Bus(socket)));
    socket.once('error', reject);
  });
}

class Bus {
  #socket;
  #rest = Buffer.alloc(0);
  #listeners = new Map();
  #answers = new Map();
  #questions = 0;

  constructor(socket) {
    this.#socket = socket;
    this.closed = new Promise(resolve => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.on('data', octets => this.#read(octets));
  }

  #read(octets) {
    this.#rest = Buffer.concat([this.#rest, octets]);
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
      console.error('the gateway says:', message);
    }
  }

  #say(message) {
    const body = Buffer.from(JSON.stringify(message));
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length);
    this.#socket.write(Buffer.concat([length, body]));
  }

  register(address, listener) {
    this.#listeners.set(address, listener);
    this.#say({type: 'register', address});
  }

  publish(address, body) {
    this.#say({type: 'publish', address, body});
  }

  answer(question, body) {
    if (question.replyAddress) {
      this.#say({type: 'send', address: question.replyAddress, body});
    }
  }

  fail(question, failureCode, message) {
    if (question.replyAddress) {
      this.#say({type: 'send', address: question.replyAddress, failureCode, message});
    }
  }

  /** A promise of the message that answers, which has a failureCode where it failed. */
  request(address, body) {
    const replyAddress = `answer-${++this.#questions}`;
    return new Promise(resolve => {
      this.#answers.set(replyAddress, resolve);
      this.#say({type: 'send', address, body, replyAddress});
    });
  }

  close() {
    this.#socket.end();
  }
}
