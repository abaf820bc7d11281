/** The state of a connection in words, with advice if something is wrong. */

import {adviceFor} from './advice.js';
import {element} from './dom.js';
import {describe} from './transports.js';

export class StatusLine {
  #root;
  #text = element('span', {role: 'status'});
  #countdown = element('span', {className: 'countdown'}); // not for screen readers, because it changes every second
  #advice = element('p', {className: 'help'});
  #retry = element('button', {type: 'button', className: 'quiet small', hidden: true}, 'Try now');
  #timer;

  /**
   * Adds itself to `root`, and sets the state there (`data-state`).
   * @param {HTMLElement} root
   * @param {{retry?: () => void, ids?: boolean}} [options] `retry` tries again at once; `ids` gives the parts their ids, for
   *     the only status line of a page
   */
  constructor(root, {retry, ids = false} = {}) {
    this.#root = root;
    if (ids) Object.assign(this.#text, {id: 'state'});
    if (ids) Object.assign(this.#countdown, {id: 'countdown'});
    if (ids) Object.assign(this.#retry, {id: 'retry'});
    this.#retry.addEventListener('click', () => retry?.());
    const dot = element('span', {className: 'dot'});
    dot.setAttribute('aria-hidden', 'true');
    const parts = [dot, this.#text, this.#countdown, ...(retry ? [this.#retry] : [])];
    root.append(element('div', {className: 'state'}, ...parts), this.#advice);
  }

  /** Shows a status. @param {import('./link.js').Status} status */
  show(status) {
    clearInterval(this.#timer);
    this.#root.dataset.state = status.state;
    this.#text.textContent = describe(status);
    // During a try the advice stays, because it would otherwise blink.
    if (status.state !== 'connecting') this.#advice.textContent = adviceFor(status);
    const counts = status.state === 'waiting' && status.retryAt !== undefined;
    this.#retry.hidden = !counts;
    this.#countdown.textContent = '';
    if (!counts) return;
    const count = () => {
      const seconds = Math.max(0, Math.ceil((status.retryAt - Date.now()) / 1000));
      this.#countdown.textContent = `retrying in ${seconds} s`;
    };
    count();
    this.#timer = setInterval(count, 250);
  }
}
