// What a script finds: vertx, timers, console. Called once in each context, before the script, with
// the functions of the host and the configuration as JSON; answers what the host calls.
(function (host, config) {
  'use strict';
  const names = 'load loadWithNewGlobal print printErr Polyglot Java Graal quit exit readline readbuffer';
  names.split(' ').forEach(name => delete globalThis[name]);

  // as they are before the script changes them
  const { parse, stringify } = JSON;
  const { isView } = ArrayBuffer;

  // How a body crosses: what it is, and itself.
  const pack = body => {
    if (body === undefined || body === null) {
      return ['null'];
    }
    if (isView(body)) {
      return ['bytes', body.buffer, body.byteOffset, body.byteLength];
    }
    if (body instanceof ArrayBuffer) {
      return ['bytes', body, 0, body.byteLength];
    }
    switch (typeof body) {
      case 'object':
        return ['json', String(stringify(body))];
      case 'string':
      case 'boolean':
        return ['plain', body];
      case 'number':
        return Number.isFinite(body) ? ['plain', body] : ['null'];
      default:
        throw new TypeError('a body is JSON, text or bytes, and no ' + typeof body);
    }
  };
  const unpack = (kind, data) => (kind === 'json' ? parse(data) : data);

  const callable = handler => {
    if (typeof handler !== 'function') {
      throw new TypeError('a handler must be a function');
    }
    return handler;
  };

  const text = (value, what) => {
    if (typeof value !== 'string') {
      throw new TypeError(what + ' must be a string');
    }
    return value;
  };

  const options = given => (given === undefined || given === null ? null : stringify(given));

  // The error is made here, where it knows the line of the script that asked.
  const later = begin => {
    const error = new Error();
    return new Promise((resolve, reject) => {
      begin(resolve, (message, failureCode, failureType) => {
        Object.assign(error, { message, failureCode, failureType });
        reject(error);
      });
    });
  };
  const unpacked = resolve => (kind, data) => resolve(unpack(kind, data));
  const asMessage = resolve => (...parts) => resolve(new Message(...parts));

  class Message {
    #kind;
    #data;
    #headers;
    #answer;

    constructor(kind, data, headers, address, replyAddress, answer) {
      this.#kind = kind;
      this.#data = data;
      this.#headers = headers;
      this.#answer = answer;
      this.address = address;
      this.replyAddress = replyAddress;
    }

    // Read when somebody looks at it: many handlers need the headers only.
    get body() {
      if (this.#kind === 'json') {
        this.#data = parse(this.#data);
        this.#kind = 'read';
      }
      return this.#data;
    }

    get headers() {
      if (typeof this.#headers === 'string') {
        this.#headers = parse(this.#headers);
      }
      return this.#headers;
    }

    reply(body, how) {
      this.#answer('reply', options(how), ...pack(body));
    }

    fail(code, message) {
      this.#answer('fail', code, message === undefined ? null : message);
    }

    replyAndRequest(body, how) {
      return later((resolve, reject) =>
        this.#answer('ask', options(how), asMessage(resolve), reject, ...pack(body)));
    }
  }

  const consumer = (address, handler, local) => {
    const registration = host.consumer(text(address, 'an address'), callable(handler), local);
    return {
      address,
      completion: () => later((resolve, reject) => registration('completion', resolve, reject)),
      unregister: () => later((resolve, reject) => registration('unregister', resolve, reject)),
    };
  };

  const bus = {
    consumer: (address, handler) => consumer(address, handler, false),
    localConsumer: (address, handler) => consumer(address, handler, true),
    publish(address, body, how) {
      host.publish(text(address, 'an address'), options(how), ...pack(body));
      return bus;
    },
    send(address, body, how) {
      host.send(text(address, 'an address'), options(how), ...pack(body));
      return bus;
    },
    request: (address, body, how) =>
      later((resolve, reject) =>
        host.request(
          text(address, 'an address'), options(how), asMessage(resolve), reject, ...pack(body))),
  };

  const shared = (make, operations) => name =>
    later((resolve, reject) => {
      make(
        text(name, 'a name'),
        call => {
          const object = {};
          for (const operation of operations) {
            object[operation] = (...values) =>
              later((ok, no) => call(operation, unpacked(ok), no, ...values.map(pack)));
          }
          resolve(object);
        },
        reject);
    });

  const sharedData = {
    getAsyncMap: shared(
      host.map, ['get', 'put', 'putIfAbsent', 'remove', 'replace', 'keys', 'size', 'clear']),
    getCounter: shared(
      host.counter,
      ['get', 'incrementAndGet', 'decrementAndGet', 'addAndGet', 'compareAndSet']),
  };

  const timer = (delay, handler, periodic) => host.timer(Number(delay) || 0, callable(handler), periodic);
  const cancel = id => typeof id === 'number' && host.cancel(id);

  globalThis.vertx = {
    eventBus: () => bus,
    sharedData: () => sharedData,
    setTimer: (delay, handler) => timer(delay, handler, false),
    setPeriodic: (delay, handler) => timer(delay, handler, true),
    cancelTimer: cancel,
  };
  globalThis.setTimeout = (handler, delay, ...rest) => timer(delay, () => callable(handler)(...rest), false);
  globalThis.setInterval = (handler, delay, ...rest) => timer(delay, () => callable(handler)(...rest), true);
  globalThis.clearTimeout = cancel;
  globalThis.clearInterval = cancel;

  const shown = value => {
    if (value instanceof Error) {
      return String(value.stack);
    }
    try {
      return typeof value === 'object' && value !== null ? String(stringify(value)) : String(value);
    } catch (e) {
      // it goes in circles
      return Object.prototype.toString.call(value);
    }
  };
  const logs = level => (...values) => host.log(level, values.map(shown).join(' '));
  globalThis.console = {
    debug: logs('DEBUG'),
    log: logs('INFO'),
    info: logs('INFO'),
    warn: logs('WARNING'),
    error: logs('ERROR'),
  };

  globalThis.config = parse(config);
  globalThis.exports = {};
  globalThis.module = { exports: globalThis.exports };

  return {
    // Answers whether the handler goes on after it has returned; it says then when it ends.
    deliver(handler, end, ...parts) {
      const result = handler(new Message(...parts));
      const waits = result !== null && typeof result === 'object' && typeof result.then === 'function';
      if (waits) {
        result.then(() => end(), error => end('failed', error));
      }
      return waits;
    },
    // Calls start or stop, where there is one.
    run(name, end) {
      const found = globalThis.module.exports[name] || host.global(name);
      if (typeof found !== 'function') {
        end();
        return;
      }
      Promise.resolve(found()).then(() => end(), error => end('failed', error));
    },
    bytes: length => new Uint8Array(length),
    refuse(message) {
      throw new TypeError(message);
    },
  };
})
