/** The view of one queue: its numbers and messages, and the actions to move or purge waiting messages. */

import {ask, path, poll} from './api.js';
import {element} from './dom.js';
import {count, cut, duration, plural, rate, size} from './format.js';
import {card, confirmed, crumbs, emptyState, field, Problem} from './parts.js';
import {Facts, Table} from './table.js';

const EVERY_MILLIS = 2000;
const SHOWN = 20;

export function show(root, {id, signal}) {
  const url = path`/api/queues/${id}`;
  const problem = new Problem();
  const done = element('p', {className: 'about', role: 'status'});
  const facts = new Facts();
  const fates = new Facts();
  const messages = new Table('The next messages of this queue', [
    {title: 'Body', text: each => cut(each.body)},
    {title: 'State', text: each => each.state},
    {title: 'Age', number: true, text: each => duration(each.ageMillis)},
    {title: 'Tries', number: true, extra: true, text: each => count(each.tries)},
    {title: 'Priority', number: true, extra: true, text: each => String(each.priority)},
  ], each => each.id);
  const none = emptyState('It has no message at the moment.');
  const gone = emptyState('There is no such queue now.', 'A queue is gone when it has neither messages nor consumers.');
  gone.hidden = true;
  const purge = element('button', {type: 'button', className: 'danger'}, 'Purge');
  const to = element('input', {name: 'to', required: true, maxLength: 200, autocomplete: 'off', spellcheck: false});
  const move = element(
    'form',
    {className: 'inline'},
    field('Move what waits to', to),
    element('button', {type: 'submit', className: 'quiet'}, 'Move'),
  );
  const details = element(
    'div',
    {hidden: true},
    element('div', {className: 'halves'}, card('Now', facts.element), card('What became of its messages', fates.element)),
    card('Messages', element('p', {className: 'about'}, `The next ${SHOWN} at most. Nothing happens to them.`), messages.element, none),
    card('What waits', element('div', {className: 'inline'}, move, purge)),
  );
  root.append(crumbs('#/queues', 'Queues'), problem.element, done, gone, details);

  const again = poll(signal, EVERY_MILLIS, async () => {
    try {
      const queue = await ask(url, {signal});
      const page = await ask(`${url}/messages?limit=${SHOWN}`, {signal});
      problem.say();
      facts.show([
        ['Waiting', plural(queue.waiting, 'message')],
        ['Unacknowledged', `${plural(queue.unacknowledged, 'message')} with consumers`],
        ['Consumers', count(queue.consumers), null, queue.consumers ? '' : 'warn'],
        ['Oldest', duration(queue.oldestMillis)],
        ['In and out', `${rate(queue.inPerSecond)} and ${rate(queue.outPerSecond)} a second`],
        ['Kept in', `${queue.store}, ${size(queue.bytes)}`],
        ['Lives on', queue.node === 'here' ? 'this node' : queue.node],
      ]);
      fates.show([
        ['Taken', count(queue.kept)],
        ['Acknowledged', count(queue.acknowledged)],
        ['Given back', count(queue.tries)],
        ['Dead letters', count(queue.deadLetters), null, queue.deadLetters ? 'warn' : ''],
        ['Expired', count(queue.expired), null, queue.expired ? 'warn' : ''],
        ['Dropped', count(queue.dropped), null, queue.dropped ? 'bad' : ''],
      ]);
      messages.show(page.messages);
      messages.element.hidden = page.messages.length === 0;
      none.hidden = page.messages.length > 0;
      details.hidden = false;
      gone.hidden = true;
    } catch (error) {
      if (signal.aborted) return;
      details.hidden = true;
      gone.hidden = error.status !== 404;
      problem.say(error.status === 404 ? '' : error.message);
    }
  });

  const handle = async (question, consequence, verb, address, method, words) => {
    if (!(await confirmed(question, consequence, verb))) return;
    try {
      done.textContent = words(await ask(address, {method}));
    } catch (error) {
      problem.say(error.message);
    }
    again();
  };
  purge.addEventListener('click', () =>
    handle('Purge this queue?', 'All messages that wait in it are forgotten for good. What consumers have stays theirs.', 'Purge', `${url}/messages`, 'DELETE', ({purged}) =>
      `${plural(purged, 'message')} forgotten.`,
    ),
  );
  move.addEventListener('submit', event => {
    event.preventDefault();
    const target = to.value.trim();
    handle(`Move what waits to ${cut(target, 100)}?`, 'The messages keep their order. Their age and their tries begin anew there.', 'Move', `${url}/move?${new URLSearchParams({to: target})}`, 'POST', ({moved}) =>
      `${plural(moved, 'message')} moved to ${target}.`,
    );
  });
}
