import {element} from './dom.js';

const LONGEST_LOG = 500;

/** The messages of the room, as a list in an element that scrolls. The person's own messages look different. */
export class ChatLog {
  #list;
  #place;
  #said = []; // own messages that were sent before the own id was known
  #myId; // known when one of the own messages has come back

  /**
   * @param {HTMLElement} list an element whose parent scrolls
   * @param {string} hint text that is shown until the first message
   */
  constructor(list, hint) {
    this.#list = list;
    this.#place = list.parentElement;
    if (hint) list.append(element('li', {className: 'empty'}, hint));
  }

  /** Notes a text that this page is about to send. */
  saying(text) {
    if (!this.#myId) this.#said.push(text);
  }

  show({type, id, nickname, message}) {
    if (type !== 'message') {
      this.#add(element('li', {className: type === 'error' ? 'error' : 'notice'}, message));
      return;
    }
    if (!this.#myId && this.#said.includes(message)) this.#myId = id;
    const time = new Date().toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'});
    const line = element(
      'li',
      {className: id === this.#myId ? 'message mine' : 'message'},
      element('span', {className: 'who'}, nickname, element('time', {}, time)),
      element('span', {className: 'said'}, message),
    );
    line.dataset.hue = hue(id);
    this.#add(line);
  }

  /** Adds a line of the page itself, such as the transport of the messages that follow. */
  divide(words) {
    this.#add(element('li', {className: 'divider'}, words));
  }

  /** Forgets the own id, because the next connection has another one. */
  forget() {
    this.#said = [];
    this.#myId = undefined;
  }

  #add(line) {
    const list = this.#list;
    const place = this.#place;
    const isAtEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 40;
    // A notice that somebody came or went is no message, so the hint stays.
    if (line.className !== 'notice') list.querySelector('.empty')?.remove();
    list.append(line);
    while (list.children.length > LONGEST_LOG) list.firstChild.remove();
    if (isAtEnd) place.scrollTop = place.scrollHeight;
  }
}

/** Returns one of the five colours of the style sheet, always the same for one person. */
function hue(id) {
  return [...id].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 997, 7) % 5;
}
