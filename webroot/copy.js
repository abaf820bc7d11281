/** Buttons that copy text, and say so to those who do not see it. */

import {element} from './dom.js';

const SHOWN_FOR = 2000; // ms

const announcer = element('span', {className: 'hidden', role: 'status'});
document.body.append(announcer);

/**
 * A button that copies.
 *
 * @param {string} what it copies, for people: "the address"
 * @param {() => string} text what it copies
 */
export function copyButton(what, text) {
  const button = element('button', {type: 'button', className: 'copy', ariaLabel: `Copy ${what}`}, 'Copy');
  let timer;
  button.addEventListener('click', async () => {
    const done = await copy(text());
    button.textContent = done ? 'Copied' : 'Not copied';
    announce(done ? `Copied ${what}` : `The browser does not let this page copy ${what}: select it and copy it yourself`);
    clearTimeout(timer);
    timer = setTimeout(() => (button.textContent = 'Copy'), SHOWN_FOR);
  });
  return button;
}

/** Says it once more where it said the same before. */
function announce(words) {
  announcer.textContent = '';
  setTimeout(() => (announcer.textContent = words));
}

/** Returns whether it is copied. Without TLS, but on the own machine, browsers have no clipboard for pages. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text) {
  const before = document.activeElement;
  const field = element('textarea', {value: text, readOnly: true, className: 'hidden'});
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  before?.focus();
  return done;
}
