/** Buttons that copy text, with a message for screen readers. */

import {element} from './dom.js';

const SHOWN_FOR = 2000; // ms

const announcer = element('span', {className: 'hidden', role: 'status'});
document.body.append(announcer);

/**
 * Returns a button that copies a text.
 *
 * @param {string} what name of the text for people, such as "the address"
 * @param {() => string} text returns the text
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

/** Announces the words, even if they are the same as before. */
function announce(words) {
  announcer.textContent = '';
  setTimeout(() => (announcer.textContent = words));
}

/** Returns whether the text was copied. Without TLS, browsers give a page the clipboard only on the own machine. */
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
