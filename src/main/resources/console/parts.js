/** Pieces that several views are made of. */

import {element} from './dom.js';

/** A card with a heading. @param {string} title none is shown where it is empty */
export function card(title, ...children) {
  const heading = title ? [element('h2', {}, title)] : [];
  return element('section', {className: 'panel'}, ...heading, ...children);
}

/** Says that there is nothing, and what to do. */
export function emptyState(title, ...advice) {
  return element(
    'div',
    {className: 'empty'},
    element('p', {className: 'empty-title'}, title),
    ...advice.map(line => element('p', {}, line)),
  );
}

/** A place for what went wrong, which is read out. */
export class Problem {
  constructor() {
    this.element = element('p', {className: 'problem', role: 'alert', hidden: true});
  }

  /** @param {string} [words] nothing is wrong any more without them */
  say(words = '') {
    if (this.element.textContent !== words) this.element.textContent = words;
    this.element.hidden = words === '';
  }
}

/** A field with its label above it. */
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

/** One of a few, as radio buttons that look like one switch. @param {[value: string, label: string][]} choices */
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

/** Where one is: a link to the list, in front of the name. */
export function crumbs(href, label) {
  return element('p', {className: 'crumbs'}, element('a', {href}, `← ${label}`));
}

/**
 * Asks before something is done that cannot be undone. Resolves to whether it is wanted.
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
