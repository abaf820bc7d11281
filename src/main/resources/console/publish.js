/** A form that publishes or sends a message to an address, for tests. */

import {ask, path} from './api.js';
import {element} from './dom.js';
import {clock, plural} from './format.js';
import {choice, field, Problem} from './parts.js';

const MOST_SHOWN = 10;

export function show(root, {query, signal}) {
  const address = element('input', {
    name: 'address',
    required: true,
    maxLength: 200,
    value: query.get('address') ?? '',
    placeholder: 'public.news',
    autocomplete: 'off',
    spellcheck: false,
  });
  const body = element('textarea', {name: 'body', rows: 6, spellcheck: false, value: '{"title": "hello"}'});
  const button = element('button', {type: 'submit'}, 'Publish');
  const problem = new Problem();
  const said = element('ol', {className: 'said'});
  const state = {how: 'publish', kind: 'json'};
  const form = element(
    'form',
    {className: 'panel publish'},
    field('Address', address, 'No permission is asked: whoever reaches this port may tell anybody anything, but for the gateway’s own addresses.'),
    element(
      'div',
      {className: 'inline'},
      choice('To whom', 'how', [['publish', 'To everyone'], ['send', 'To one']], state.how, chosen => {
        state.how = chosen;
        button.textContent = chosen === 'send' ? 'Send' : 'Publish';
      }),
      choice('What the body is', 'kind', [['json', 'JSON'], ['text', 'Text']], state.kind, chosen => (state.kind = chosen)),
    ),
    field('Body', body),
    problem.element,
    element('div', {className: 'actions'}, button),
  );
  root.append(form, element('div', {role: 'log', ariaLabel: 'What was said'}, said));

  form.addEventListener('submit', async event => {
    event.preventDefault();
    problem.say();
    const to = address.value.trim();
    const wrong = state.kind === 'json' ? whyNoJson(body.value) : null;
    if (wrong) {
      problem.say(wrong);
      body.focus();
      return;
    }
    button.disabled = true;
    try {
      const type = state.kind === 'json' ? 'application/json' : 'text/plain; charset=utf-8';
      await ask(`/api/${state.how}?${new URLSearchParams({address: to})}`, {method: 'POST', type, body: body.value, signal});
      const words = state.how === 'send' ? 'Sent to one who listens to' : 'Published on';
      note(`${clock(Date.now())} ${words} ${to}. ${await whoListens(to, signal)}`);
    } catch (error) {
      if (!signal.aborted) problem.say(`It was not said: ${error.message}`);
    } finally {
      button.disabled = false;
    }
  });

  function note(words) {
    said.prepend(element('li', {}, words));
    while (said.children.length > MOST_SHOWN) said.lastElementChild.remove();
  }
}

function whyNoJson(text) {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return `The body is not JSON: ${error.message}. Choose Text, or put it in quotes.`;
  }
}

async function whoListens(to, signal) {
  try {
    const {subscribers} = await ask(path`/api/channels/${to}`, {signal});
    return `${plural(subscribers, 'client')} of this node ${subscribers === 1 ? 'listens' : 'listen'} to it.`;
  } catch (error) {
    return error.status === 404 ? 'No client of this node listens to it; features and other nodes may.' : '';
  }
}
