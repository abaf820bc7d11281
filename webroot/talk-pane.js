/** One of the two chat users on the overview page: a protocol, its messages, and the frames on its wire. */

import {ChatLog} from './chat-log.js';
import {element, onText} from './dom.js';
import {prepare, rooms} from './rooms.js';
import {StatusLine} from './status-line.js';
import {choose, described, fillChooser} from './transports.js';
import {WirePanel} from './wire-panel.js';

export class TalkPane {
  #select;
  #log;
  #text;
  #send;
  #state;
  #wire;
  #enter;
  #session = null;
  #spoken;
  #isStarted = false;
  #isInNow;
  #hasHeard;

  /** Resolves when this side has entered the room for the first time. @type {Promise<void>} */
  isIn = new Promise(resolve => (this.#isInNow = resolve));

  /** Resolves when the first message has come. @type {Promise<void>} */
  hasHeard = new Promise(resolve => (this.#hasHeard = resolve));

  #opening = 0; // number of the present opening; the results of earlier ones are ignored

  /**
   * Fills `place`. Its `aria-label` is the name of this side.
   * @param {HTMLElement} place
   * @param {string} first id of the first choice (transports.js)
   */
  constructor(place, first) {
    const {id} = place;
    const protocols = rooms(told => {
      this.#log.show(told);
      if (told.type === 'message') this.#hasHeard();
    });
    this.#enter = protocols;
    this.#select = element('select', {id: `${id}-transport`});
    fillChooser(this.#select, Object.keys(protocols));
    this.#select.value = first;
    this.#select.addEventListener('change', () => this.#isStarted && this.#open());
    const list = element('ul', {id: `${id}-log`});
    const log = element('div', {className: 'log chat', role: 'log', tabIndex: 0, ariaLabel: `What ${place.ariaLabel} hears`}, list);
    this.#text = element('input', {id: `${id}-text`, autocomplete: 'off', maxLength: 1000, required: true, disabled: true});
    this.#send = element('button', {type: 'submit', disabled: true}, 'Send');
    const form = element(
      'form',
      {className: 'row'},
      element('div', {className: 'field grow'}, element('label', {htmlFor: this.#text.id}, 'Message'), this.#text),
      this.#send,
    );
    const wire = element('div', {id: `${id}-wire`});
    const bar = element(
      'div',
      {className: 'pane-head'},
      element('div', {className: 'field grow'}, element('label', {htmlFor: this.#select.id}, `${place.ariaLabel} speaks`), this.#select),
    );
    place.append(bar, log, form, wire);
    this.#log = new ChatLog(list, 'Not in the room yet. Start above.');
    this.#state = new StatusLine(bar, {retry: () => this.#session?.connection.retry()});
    this.#wire = new WirePanel(wire, {title: 'On its wire', level: 3, open: matchMedia('(min-width: 48rem)').matches});
    onText(form, this.#text, text => this.#say(text));
  }

  /** Enters the room. */
  start() {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#open();
  }

  /** Sends a greeting to the room. */
  greet() {
    this.#say(`Hello from ${this.#spoken}`, this.#session.greet ?? this.#session.say);
  }

  /** Leaves the room at once, for a page that is left. */
  stop() {
    this.#isStarted = false;
    this.#session?.connection.close();
  }

  /** Moves the focus to the text field. */
  focus() {
    this.#text.focus({preventScroll: true});
  }

  async #open() {
    const opening = (this.#opening += 1);
    this.#session?.connection.close();
    this.#log.forget();
    const choice = choose(this.#select.value, Object.keys(this.#enter));
    this.#show({state: 'connecting'});
    try {
      await prepare(choice);
    } catch (error) {
      if (opening === this.#opening) this.#show({state: 'closed', reason: error.message});
      return;
    }
    if (opening !== this.#opening || !this.#isStarted) return;
    const session = this.#enter[choice.protocol]({...choice.link, ...this.#wire.tap, wire: this.#wire});
    this.#session = session;
    session.connection.on('state', status => {
      if (session !== this.#session) return;
      this.#show(status);
      if (status.state === 'open') this.#cameIn(described(choice, status));
      else this.#log.forget();
    });
  }

  #cameIn(spoken) {
    if (this.#spoken !== spoken) this.#log.divide(this.#spoken ? `From here on: ${spoken}` : `In the room: ${spoken}`);
    this.#spoken = spoken;
    this.#isInNow();
  }

  #say(text, way = this.#session.say) {
    this.#log.saying(text);
    way(text);
  }

  #show(status) {
    this.#state.show(status);
    for (const control of [this.#text, this.#send]) control.disabled = status.state !== 'open';
  }
}
