import {element} from './dom.js';

const LONGEST_LOG = 500;

/** What was said in the room, as a list in an element that scrolls; messages of one's own stand apart. */
export class ChatLog {
  #list;
  #place;
  #said = []; // what we said before we knew our own id
  #myId; // known once one of our own messages has come back

  /**
   * @param {HTMLElement} list whose parent scrolls
   * @param {string} hint what stands there until something is said
   */
  constructor(list, hint) {
    this.#list = list;
    this.#place = list.parentElement;
    if (hint) list.append(element('li', {className: 'empty'}, hint));
  }

  /** We are about to say that. */
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

  /** A line of the page's own between what was before and what comes: over what it goes on, say. */
  divide(words) {
    this.#add(element('li', {className: 'divider'}, words));
  }

  /** We come back as somebody else. */
  forget() {
    this.#said = [];
    this.#myId = undefined;
  }

  #add(line) {
    const list = this.#list;
    const place = this.#place;
    const isAtEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 40;
    // who comes and goes says nothing
    if (line.className !== 'notice') list.querySelector('.empty')?.remove();
    list.append(line);
    while (list.children.length > LONGEST_LOG) list.firstChild.remove();
    if (isAtEnd) place.scrollTop = place.scrollHeight;
  }
}

/** One of the style sheet's five colours, the same for each message of one person. */
function hue(id) {
  return [...id].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 997, 7) % 5;
}
