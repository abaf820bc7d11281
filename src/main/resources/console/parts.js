/** Elements that several views use. */

import {element} from './dom.js';

/** Makes a card. @param {string} title its heading; empty for none */
export function card(title, ...children) {
  const heading = title ? [element('h2', {}, title)] : [];
  return element('section', {className: 'panel'}, ...heading, ...children);
}

/** Makes a text that says that there is nothing to show, with advice. */
export function emptyState(title, ...advice) {
  return element(
    'div',
    {className: 'empty'},
    element('p', {className: 'empty-title'}, title),
    ...advice.map(line => element('p', {}, line)),
  );
}

/** A place for an error message, which screen readers announce. */
export class Problem {
  constructor() {
    this.element = element('p', {className: 'problem', role: 'alert', hidden: true});
  }

  /** Shows an error. @param {string} [words] empty if nothing is wrong any more */
  say(words = '') {
    if (this.element.textContent !== words) this.element.textContent = words;
    this.element.hidden = words === '';
  }
}

/** Makes a field with a label above it. */
export function field(label, control, note) {
  const id = `field-${control.name}`;
  control.id = id;
  return element(
    'div',
    {className: 'labelled'},
    element('label', {htmlFor: id}, label),
    control,
    ...(note ? [element('p', {className: 'hint'}, note)] : []),
  );
}

/** Makes a choice of radio buttons, which look like one switch. @param {[value: string, label: string][]} choices */
export function choice(legend, name, choices, chosen, onChange) {
  return element(
    'fieldset',
    {className: 'choice'},
    element('legend', {className: 'unseen'}, legend),
    ...choices.map(([value, label]) => {
      const radio = element('input', {type: 'radio', name, value, checked: value === chosen});
      radio.addEventListener('change', () => onChange(value));
      return element('label', {}, radio, element('span', {}, label));
    }),
  );
}

/** Makes a link back to the list, which stands before the name of an item. */
export function crumbs(href, label) {
  return element('p', {className: 'crumbs'}, element('a', {href}, `← ${label}`));
}

/**
 * Asks for a confirmation before an action that cannot be undone. Resolves to true if the action is confirmed.
 * @returns {Promise<boolean>}
 */
export function confirmed(question, consequence, verb) {
  const no = element('button', {type: 'submit', value: 'no', className: 'quiet'}, 'Cancel');
  const yes = element('button', {type: 'submit', value: 'yes', className: 'danger'}, verb);
  const dialog = element(
    'dialog',
    {className: 'dialog'},
    element(
      'form',
      {method: 'dialog'},
      element('h2', {id: 'dialog-title'}, question),
      element('p', {}, consequence),
      element('div', {className: 'actions'}, no, yes),
    ),
  );
  dialog.setAttribute('aria-labelledby', 'dialog-title');
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
  return new Promise(resolve =>
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    }),
  );
}
