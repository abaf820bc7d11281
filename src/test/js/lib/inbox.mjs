const PATIENCE_MILLIS = 20_000;
const SHOWN = 300;

/** The messages that a client has received, in order, until they are taken. */
export class Inbox {
  #items = [];
  #end;
  #wake = () => {};

  put(item) {
    this.#items.push(item);
    this.#wake();
  }

  /** Ends the inbox for this reason. Nothing more will come. */
  end(why) {
    this.#end ??= why;
    this.#wake();
  }

  /** The messages that were not taken yet. */
  get waiting() {
    return [...this.#items];
  }

  /** Will take the next message. Fails if none comes in time. */
  async next(what = 'the next message') {
    const limit = Date.now() + PATIENCE_MILLIS;
    while (this.#items.length === 0) {
      if (this.#end) throw new Error(`${this.#end}, waiting for ${what}`);
      if (Date.now() >= limit) throw new Error(`nothing came in ${PATIENCE_MILLIS} ms, waiting for ${what}`);
      await this.#change(limit);
    }
    return this.#items.shift();
  }

  /** Will take that many messages. */
  async take(count) {
    const taken = [];
    while (taken.length < count) taken.push(await this.next(`number ${taken.length + 1} of ${count}`));
    return taken;
  }

  /** Will take the next message that fits, and drop all before it. */
  async find(what, isMeant) {
    const dropped = [];
    for (;;) {
      const item = await this.next(`${what}; came: ${JSON.stringify(dropped).slice(0, SHOWN)}`);
      if (isMeant(item)) return item;
      dropped.push(item);
    }
  }

  #change(limit) {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, limit - Date.now());
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
