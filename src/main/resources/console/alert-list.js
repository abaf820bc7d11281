/** A list of the node's alerts: the problem, the reason, the duration, and the advice. */

import {element} from './dom.js';
import {ago} from './format.js';
import {fill} from './table.js';

export class AlertList {
  #items = new Map();

  constructor() {
    this.element = element('ul', {className: 'alerts', hidden: true});
  }

  /** Shows exactly these alerts. An alert that stays keeps its element, even if its numbers change. */
  show(alerts) {
    const items = alerts.map(alert => this.#item(alert));
    const ids = new Set(alerts.map(({id}) => id));
    for (const id of [...this.#items.keys()]) {
      if (!ids.has(id)) this.#items.delete(id);
    }
    const list = this.element;
    const same = items.length === list.children.length && items.every((item, at) => item === list.children[at]);
    if (!same) list.replaceChildren(...items);
    list.hidden = alerts.length === 0;
  }

  #item({id, severity, since, title, reason, advice, view}) {
    if (!this.#items.has(id)) this.#items.set(id, make());
    const {item, parts} = this.#items.get(id);
    item.dataset.severity = severity;
    fill(parts.severity, severity === 'critical' ? 'Critical' : 'Warning');
    fill(parts.title, title, view.startsWith('#/') ? view : null);
    fill(parts.since, `for ${ago(since)}`);
    fill(parts.reason, reason);
    fill(parts.advice, advice);
    return item;
  }
}

function make() {
  const parts = {
    severity: element('span', {className: 'tag'}),
    title: element('h2'),
    since: element('span', {className: 'since'}),
    reason: element('p', {className: 'reason'}),
    advice: element('p', {className: 'advice'}),
  };
  const head = element('div', {className: 'alert-head'}, parts.severity, parts.title, parts.since);
  return {item: element('li', {}, head, parts.reason, parts.advice), parts};
}
