/** A table that keeps the elements of its rows while their content changes. So a focused link keeps the focus. */

import {element} from './dom.js';

/**
 * @typedef {object} Column
 * @property {string} title
 * @property {(item: any) => string} text the shown text, which is never taken for markup
 * @property {(item: any) => string?} [href]
 * @property {(item: any) => string?} [tone] good, warn or bad
 * @property {boolean} [number] whether it is aligned to the right
 * @property {boolean} [long] whether lines may break anywhere
 * @property {boolean} [extra] whether it is hidden on narrow screens
 */

export class Table {
  #columns;
  #key;
  #body = element('tbody');
  #rows = new Map();

  /**
   * @param {string} caption text for screen readers
   * @param {Column[]} columns the first one has the name of the row
   * @param {(item: any) => string} [key] returns the key of a row; by default the text of the first column
   */
  constructor(caption, columns, key = columns[0].text) {
    this.#columns = columns;
    this.#key = key;
    const heads = columns.map(column =>
      element('th', {scope: 'col', className: classes(column)}, column.title),
    );
    this.element = element(
      'div',
      {className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: caption},
      element(
        'table',
        {className: 'grid'},
        element('caption', {className: 'unseen'}, caption),
        element('thead', {}, element('tr', {}, ...heads)),
        this.#body,
      ),
    );
  }

  /** Shows exactly these items, in their order. */
  show(items) {
    const rows = items.map(item => this.#row(item));
    const shown = new Set(rows);
    for (const [key, row] of this.#rows) {
      if (!shown.has(row)) this.#rows.delete(key);
    }
    const same = rows.length === this.#body.rows.length && rows.every((row, at) => row === this.#body.rows[at]);
    if (!same) this.#body.replaceChildren(...rows);
  }

  #row(item) {
    const key = this.#key(item);
    if (!this.#rows.has(key)) {
      const cells = this.#columns.map((column, at) =>
        element(at === 0 ? 'th' : 'td', at === 0 ? {scope: 'row', className: classes(column)} : {className: classes(column)}),
      );
      this.#rows.set(key, element('tr', {}, ...cells));
    }
    const row = this.#rows.get(key);
    this.#columns.forEach((column, at) => fill(row.cells[at], column.text(item), column.href?.(item), column.tone?.(item)));
    return row;
  }
}

function classes({number, extra, long}) {
  return [number && 'number', extra && 'extra', long && 'long'].filter(Boolean).join(' ');
}

/** Sets the text of an element, as a link if there is an `href`. It changes nothing that is already right. */
export function fill(target, text, href, tone) {
  target.dataset.tone = tone ?? '';
  const link = target.firstElementChild;
  if (href && link?.getAttribute('href') === href) {
    if (link.textContent !== text) link.textContent = text;
  } else if (href) {
    target.replaceChildren(element('a', {href}, text));
  } else if (link || target.textContent !== text) {
    target.replaceChildren(text);
  }
}

/** A list of names and values that describes one item. */
export class Facts {
  #values = new Map();

  constructor() {
    this.element = element('dl', {className: 'facts'});
  }

  /** Shows the values. @param {[name: string, text: string, href?: string, tone?: string][]} facts always with the same names */
  show(facts) {
    for (const [name, text, href, tone] of facts) {
      if (!this.#values.has(name)) {
        const value = element('dd');
        this.#values.set(name, value);
        this.element.append(element('div', {}, element('dt', {}, name), value));
      }
      fill(this.#values.get(name), text, href, tone);
    }
  }
}
