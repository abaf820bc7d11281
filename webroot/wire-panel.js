/** What just happened on the wire: the messages of one connection, as they go and come. */

import {element} from './dom.js';

const MOST_FRAMES = 200;
const LONGEST_TEXT = 300; // characters that are shown
const LONGEST_READ = 4000; // characters in which secrets are looked for: all that can be shown, and more
const MASK = '•••';

const NAMES = 'password|passcode|passphrase|secret|token|access_token|refresh_token|auth|authorization|credentials';

/**
 * What is nobody's business: members of JSON, of JSON that is text in JSON (Pusher's), headers of STOMP, parameters of addresses.
 * The end may be cut off.
 */
const SECRETS = [
  [new RegExp(String.raw`("(?:${NAMES})"\s*:\s*")(?:[^"\\]|\\.?)*`, 'gi'), `$1${MASK}`],
  [new RegExp(String.raw`(\\"(?:${NAMES})\\"\s*:\s*\\")(?:[^"\\]|\\{3}"|\\(?!"))*`, 'gi'), `$1${MASK}`],
  [/^((?:passcode|password|secret|token|authorization)[ \t]*:).*$/gim, `$1${MASK}`],
  [/([?&](?:password|secret|token|access_token|auth|auth_signature)=)[^&#\s"]*/gi, `$1${MASK}`],
];

/** The text without passwords and tokens, cut at some hundred characters. */
export function shown(text) {
  const read = text.slice(0, LONGEST_READ).replaceAll('\0', '\\0');
  const masked = SECRETS.reduce((left, [secret, mask]) => left.replace(secret, mask), read);
  const isCut = masked.length > LONGEST_TEXT || text.length > LONGEST_READ;
  return isCut ? `${masked.slice(0, LONGEST_TEXT)}…` : masked;
}

/** A list of at most 200 frames, which can be stopped, cleared and folded away. */
export class WirePanel {
  #list;
  #none;
  #pending = []; // what is drawn at the next frame of the screen
  #isPaused = false;
  #missed = 0;
  #pause;

  /**
   * Fills `place`.
   * @param {HTMLElement} place
   * @param {{title?: string, level?: number, open?: boolean}} [options] `level` of the title; `open`: whether the frames are
   *     shown at first
   */
  constructor(place, {title = 'On the wire', level = 2, open = true} = {}) {
    const id = `${place.id}-frames`;
    this.#list = element('ol', {id, className: 'frames', tabIndex: 0, ariaLabel: `${title}: frames, the newest last`});
    this.#none = element('p', {className: 'empty'}, 'What goes to the gateway (→) and what comes from it (←) shows here.');
    this.#pause = this.#button('Pause', () => this.#turn());
    const clear = this.#button('Clear', () => this.clear());
    const fold = element('button', {type: 'button', className: 'fold'}, title);
    const body = element('div', {className: 'wire-body'}, this.#none, this.#list);
    fold.setAttribute('aria-controls', id);
    const unfold = isOpen => {
      fold.setAttribute('aria-expanded', String(isOpen));
      for (const part of [body, this.#pause, clear]) part.hidden = !isOpen;
      if (isOpen) this.#list.scrollTop = this.#list.scrollHeight;
    };
    fold.addEventListener('click', () => unfold(body.hidden));
    place.classList.add('wire');
    place.append(element('div', {className: 'wire-head'}, element(`h${level}`, {}, fold), this.#pause, clear), body);
    unfold(open);
    this.clear();
  }

  /** The options of a Link with which its frames are seen here. */
  get tap() {
    const panel = this;
    const SockJS = globalThis.SockJS;
    return {
      WebSocket: class extends globalThis.WebSocket {
        constructor(...where) {
          super(...where);
          this.addEventListener('message', ({data}) => panel.came(data));
        }

        send(data) {
          panel.went(data);
          super.send(data);
        }
      },
      // a function, as what it returns is the socket itself
      SockJS: SockJS && function (...where) { return panel.#tapped(new SockJS(...where)); },
    };
  }

  /** sockjs-client hands everything on by `dispatchEvent`, before whoever listens. */
  #tapped(socket) {
    const send = socket.send.bind(socket);
    const dispatch = socket.dispatchEvent.bind(socket);
    socket.send = data => {
      this.went(data);
      return send(data);
    };
    socket.dispatchEvent = event => {
      if (event.type === 'message') this.came(event.data);
      return dispatch(event);
    };
    return socket;
  }

  /** The page sent that. */
  went(data) {
    this.#add('went', '→', data);
  }

  /** The gateway sent that. */
  came(data) {
    this.#add('came', '←', data);
  }

  /** Forgets all frames. */
  clear() {
    this.#pending = [];
    this.#list.replaceChildren();
    this.#none.hidden = false;
    this.#list.hidden = true;
  }

  #add(way, arrow, data) {
    if (this.#isPaused) {
      this.#missed += 1;
      this.#pause.textContent = `Go on (${this.#missed} missed)`;
      return;
    }
    if (this.#pending.length === 0) requestAnimationFrame(() => this.#draw());
    this.#pending.push({way, arrow, at: new Date(), size: sizeOf(data), text: typeof data === 'string' ? shown(data) : '(binary)'});
    if (this.#pending.length > MOST_FRAMES) this.#pending.shift(); // a hidden tab draws nothing
  }

  #draw() {
    const list = this.#list;
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(...this.#pending.map(line));
    this.#pending = [];
    while (list.children.length > MOST_FRAMES) list.firstChild.remove();
    this.#none.hidden = list.children.length > 0;
    list.hidden = list.children.length === 0;
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  #turn() {
    this.#isPaused = !this.#isPaused;
    this.#missed = 0;
    this.#pause.textContent = this.#isPaused ? 'Go on' : 'Pause';
  }

  #button(name, act) {
    const button = element('button', {type: 'button', className: 'quiet small'}, name);
    button.addEventListener('click', act);
    return button;
  }
}

function line({way, arrow, at, size, text}) {
  const time = at.toLocaleTimeString([], {hour12: false}) + `.${String(at.getMilliseconds()).padStart(3, '0')}`;
  const sign = element('span', {className: 'arrow'}, element('span', {className: 'hidden'}, way === 'went' ? 'sent' : 'received'));
  sign.append(element('span', {ariaHidden: 'true'}, arrow));
  return element(
    'li',
    {className: way},
    sign,
    element('time', {}, time),
    element('span', {className: 'size'}, size < 1000 ? `${size} B` : `${(size / 1000).toFixed(1)} kB`),
    element('code', {}, text === '' || text === '\n' ? '(a heart-beat)' : text),
  );
}

function sizeOf(data) {
  return typeof data === 'string' ? new Blob([data]).size : (data.byteLength ?? data.size ?? 0);
}
