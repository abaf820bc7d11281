/** The view of one session: its user, its subscriptions, and the messages that wait for it. */

import {ask, path, poll} from './api.js';
import {element} from './dom.js';
import {ago, count, dateAndTime, size} from './format.js';
import {card, confirmed, crumbs, emptyState, Problem} from './parts.js';
import {Facts, Table} from './table.js';

const EVERY_MILLIS = 2000;

export function show(root, {id, signal}) {
  const url = path`/api/sessions/${id}`;
  const problem = new Problem();
  const facts = new Facts();
  const end = element('button', {type: 'button', className: 'danger', hidden: true}, 'End this session');
  const heard = new Table('Subscriptions of this session', [
    {title: 'Address', text: each => each.address, href: each => `#/channels/${encodeURIComponent(each.address)}`},
    {title: 'Kind', text: kind},
  ], each => `${each.pattern} ${each.address}`);
  const queues = new Table('Queues of this session', [
    {title: 'Queue', text: each => each.address, href: each => `#/queues/${encodeURIComponent(each.address)}`},
    {title: 'Acknowledged', text: each => (each.acknowledged ? 'by the client' : 'when written')},
    {title: 'Unacknowledged', number: true, text: each => count(each.unacknowledged)},
  ]);
  const noneHeard = emptyState('It listens to no channel.');
  const queueCard = card('Queues', queues.element);
  const details = element(
    'div',
    {hidden: true},
    card('', facts.element),
    card('Subscriptions', heard.element, noneHeard),
    queueCard,
    element('div', {className: 'actions'}, end),
  );
  root.append(crumbs('#/sessions', 'Sessions'), problem.element, details);

  const load = async () => {
    try {
      const session = await ask(url, {signal});
      problem.say();
      facts.show([
        ['User', session.user ?? 'nobody has logged in', session.user ? `#/sessions?user=${encodeURIComponent(session.user)}` : null],
        ['Protocol', session.protocol],
        ['From', session.address || 'not known'],
        ['Since', `${dateAndTime(session.since)} (${ago(session.since)})`],
        ['Waits for it', `${size(session.outboxBytes)} in ${count(session.outboxMessages)} messages`, null, session.outboxMessages ? 'warn' : ''],
        ['Is read', session.heldBack ? 'not at the moment: it said too much at once' : 'yes', null, session.heldBack ? 'warn' : ''],
      ]);
      heard.show(session.heard);
      heard.element.hidden = session.heard.length === 0;
      noneHeard.hidden = session.heard.length > 0;
      queues.show(session.queues);
      queueCard.hidden = session.queues.length === 0;
      details.hidden = end.hidden = false;
    } catch (error) {
      if (signal.aborted) return;
      end.hidden = true;
      problem.say(error.status === 404 ? 'This session is not on this node any more: it has left, or it was ended.' : error.message);
    }
  };
  const again = poll(signal, EVERY_MILLIS, load);

  end.addEventListener('click', async () => {
    const wanted = await confirmed(
      'End this session?',
      'Its client is told that the session was ended, in the words of its protocol. It may connect again, unless you take its rights away.',
      'End it',
    );
    if (!wanted) return;
    try {
      await ask(url, {method: 'DELETE'});
    } catch (error) {
      problem.say(error.message);
    }
    again();
  });
}

function kind({pattern, filtered}) {
  return `${pattern ? 'pattern' : 'channel'}${filtered ? ', with a selector' : ''}`;
}
