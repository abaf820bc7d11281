import {element} from './dom.js';

const LONGEST_LOG = 500;

/** What was said in the room, as a list; messages of one's own stand apart. */
export class ChatLog {
  #list;
  #said = []; // what we said before we knew our own id
  #myId; // known once one of our own messages has come back

  constructor(list) {
    this.#list = list;
  }

  /** We are about to say that. */
  saying(text) {
    if (!this.#myId) this.#said.push(text);
  }

  show({type, id, nickname, message}) {
    const list = this.#list;
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    if (type === 'message') {
      if (!this.#myId && this.#said.includes(message)) this.#myId = id;
      const time = new Date().toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'});
      const line = element(
        'li',
        {className: id === this.#myId ? 'message mine' : 'message'},
        element('span', {className: 'who'}, nickname, element('time', {}, time)),
        element('span', {className: 'said'}, message),
      );
      line.dataset.hue = hue(id);
      list.append(line);
    } else {
      list.append(element('li', {className: type === 'error' ? 'error' : 'notice'}, message));
    }
    while (list.children.length > LONGEST_LOG) list.firstChild.remove();
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }

  /** We come back as somebody else. */
  forget() {
    this.#said = [];
    this.#myId = undefined;
  }
}

/** One of the style sheet's five colours, the same for each message of one person. */
function hue(id) {
  return [...id].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 997, 7) % 5;
}
