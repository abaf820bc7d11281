/** A panel that shows the frames of one connection, sent and received. */

import {element} from './dom.js';

const MOST_FRAMES = 200;
const LONGEST_TEXT = 300; // characters that are shown
const LONGEST_READ = 4000; // characters in which secrets are masked; the shown text is a part of them
const MASK = '•••';

const NAMES = 'password|passcode|passphrase|secret|token|access_token|refresh_token|auth|authorization|credentials';

/**
 * The secrets to mask: members of JSON, of JSON in a string of JSON (Pusher), headers of STOMP, and parameters of URLs.
 * They are found even if the end is cut off.
 */
const SECRETS = [
  [new RegExp(String.raw`("(?:${NAMES})"\s*:\s*")(?:[^"\\]|\\.?)*`, 'gi'), `$1${MASK}`],
  [new RegExp(String.raw`(\\"(?:${NAMES})\\"\s*:\s*\\")(?:[^"\\]|\\{3}"|\\(?!"))*`, 'gi'), `$1${MASK}`],
  [/^((?:passcode|password|secret|token|authorization)[ \t]*:).*$/gim, `$1${MASK}`],
  [/([?&](?:password|secret|token|access_token|auth|auth_signature)=)[^&#\s"]*/gi, `$1${MASK}`],
];

/** Returns a text for the panel: with masked passwords and tokens, and cut to a short length. */
export function shown(text) {
  const read = text.slice(0, LONGEST_READ).replaceAll('\0', '\\0');
  const masked = SECRETS.reduce((left, [secret, mask]) => left.replace(secret, mask), read);
  const isCut = masked.length > LONGEST_TEXT || text.length > LONGEST_READ;
  return isCut ? `${masked.slice(0, LONGEST_TEXT)}…` : masked;
}

/** The panel. Its list has at most 200 frames, and can be paused, cleared and closed. */
export class WirePanel {
  #list;
  #none;
  #pending = []; // frames that are drawn at the next repaint
  #isPaused = false;
  #missed = 0;
  #pause;

  /**
   * Fills `place`.
   * @param {HTMLElement} place
   * @param {{title?: string, level?: number, open?: boolean}} [options] `level` is the level of the heading; `open`: whether
   *     the frames are shown at first
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

  /** The options for a Link whose frames this panel shall show. */
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
      // With `new`, a function that returns an object gives that object, here the socket itself.
      SockJS: SockJS && function (...where) { return panel.#tapped(new SockJS(...where)); },
    };
  }

  /** Shows the messages of a SockJS socket. sockjs-client calls `dispatchEvent` for each of them. */
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

  /** Adds a frame that the page has sent. */
  went(data) {
    this.#add('went', '→', data);
  }

  /** Adds a frame that the gateway has sent. */
  came(data) {
    this.#add('came', '←', data);
  }

  /** Removes all frames. */
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
    if (this.#pending.length > MOST_FRAMES) this.#pending.shift(); // A hidden tab does not draw, so the list needs a limit.
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
