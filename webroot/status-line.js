/** Says in words how a connection is, and what to do when it is not well. */

import {adviceFor} from './advice.js';
import {element} from './dom.js';
import {describe} from './transports.js';

export class StatusLine {
  #root;
  #text = element('span', {role: 'status'});
  #countdown = element('span', {className: 'countdown'}); // not read out: it changes every second
  #advice = element('p', {className: 'help'});
  #retry = element('button', {type: 'button', className: 'quiet small', hidden: true}, 'Try now');
  #timer;

  /**
   * Adds itself to `root`, which is marked with the state (`data-state`).
   * @param {HTMLElement} root
   * @param {{retry?: () => void, ids?: boolean}} [options] `retry` tries again at once; `ids` for the only one of a page
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

  /** @param {import('./link.js').Status} status */
  show(status) {
    clearInterval(this.#timer);
    this.#root.dataset.state = status.state;
    this.#text.textContent = describe(status);
    if (status.state !== 'connecting') this.#advice.textContent = adviceFor(status); // else it would blink at each try
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
