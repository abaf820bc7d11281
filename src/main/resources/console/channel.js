/** The view of one channel: its listeners, its rate, its users, and the messages of its stream. */

import {ask, path, poll} from './api.js';
import {element} from './dom.js';
import {count, cut, dateAndTime, plural, rate} from './format.js';
import {card, crumbs, emptyState, Problem} from './parts.js';
import {Facts, Table} from './table.js';

const EVERY_MILLIS = 2000;
const SLOWLY_MILLIS = 5000;
const SHOWN = 20;

export function show(root, {id, signal}) {
  root.append(crumbs('#/channels', 'Channels'));
  listeners(root, id, signal);
  presence(root, id, signal);
  stream(root, id, signal);
  root.append(
    element('p', {}, element('a', {href: `#/publish?address=${encodeURIComponent(id)}`}, 'Publish a message on this channel')),
  );
}

function listeners(root, id, signal) {
  const facts = new Facts();
  const protocols = new Table('Subscribers by protocol', [
    {title: 'Protocol', text: each => each.protocol},
    {title: 'Subscribers', number: true, text: each => count(each.subscribers)},
  ]);
  const nobody = emptyState('No client of this node listens to it.', 'Those of other nodes are seen in their consoles.');
  const problem = new Problem();
  nobody.hidden = true;
  const details = element('div', {className: 'halves', hidden: true}, card('', facts.element), card('Subscribers', protocols.element));
  root.append(problem.element, nobody, details);
  let before = null;

  poll(signal, EVERY_MILLIS, async () => {
    try {
      const channel = await ask(path`/api/channels/${id}`, {signal});
      const now = {messages: channel.messages, time: performance.now()};
      const perSecond = before ? Math.max(0, ((now.messages - before.messages) * 1000) / (now.time - before.time)) : null;
      before = now;
      facts.show([
        ['Kind', channel.pattern ? 'pattern: all publications whose addresses match' : 'channel'],
        ['Subscribers', count(channel.subscribers)],
        ['Messages', `${count(channel.messages)} since its first subscriber came`],
        ['A second', perSecond === null ? 'is being counted' : rate(perSecond)],
        ['For slow clients', channel.overflow],
      ]);
      protocols.show(Object.entries(channel.protocols).map(([protocol, subscribers]) => ({protocol, subscribers})));
      problem.say();
      details.hidden = false;
      nobody.hidden = true;
    } catch (error) {
      if (signal.aborted) return;
      before = null;
      details.hidden = true;
      nobody.hidden = error.status !== 404;
      problem.say(error.status === 404 ? '' : error.message);
    }
  });
}

function presence(root, id, signal) {
  const about = element('p', {className: 'about'});
  const users = new Table('Users who are present', [
    {title: 'User', text: each => each.user},
    {title: 'Sessions', number: true, text: each => count(each.sessions)},
    {title: 'Says of itself', extra: true, long: true, text: each => (each.info == null ? '–' : cut(JSON.stringify(each.info), 120))},
  ]);
  const part = card('Who is present', about, users.element);
  part.hidden = true;
  root.append(part);
  poll(signal, SLOWLY_MILLIS, async () => {
    try {
      const page = await ask(`${path`/api/channels/${id}/presence`}?limit=${SHOWN}`, {signal});
      part.hidden = false;
      users.show(page.users);
      users.element.hidden = page.users.length === 0;
      about.textContent =
        page.count > page.users.length ? `The first ${page.users.length} of ${plural(page.count, 'user')}.` : plural(page.count, 'user');
    } catch (error) {
      return away(part, error, signal); // There is no presence, or its owner does not answer at the moment.
    }
  });
}

function stream(root, id, signal) {
  const about = element('p', {className: 'about'});
  const messages = new Table('The newest messages of the stream', [
    {title: 'Offset', text: each => String(each.offset)},
    {title: 'Time', extra: true, text: each => dateAndTime(each.time)},
    {title: 'Body', long: true, text: each => cut(typeof each.body === 'string' ? each.body : JSON.stringify(each.body))},
  ]);
  const part = card('History', about, messages.element);
  part.hidden = true;
  root.append(part);
  poll(signal, SLOWLY_MILLIS, async () => {
    try {
      const page = await ask(`${path`/api/channels/${id}/history`}?reverse=true&limit=${SHOWN}`, {signal});
      part.hidden = false;
      messages.show(page.messages);
      messages.element.hidden = page.messages.length === 0;
      const kept = Math.max(0, page.head + 1 - page.first);
      about.textContent = kept
        ? `${plural(kept, 'message')} kept, offsets ${page.first} to ${page.head}. The newest come first.`
        : 'It keeps no message at the moment.';
    } catch (error) {
      return away(part, error, signal); // There is no stream, or its owner does not answer at the moment.
    }
  });
}

/** Hides a part after an error. Returns false, which ends the requests, if no rule gives the channel that part. */
function away(part, error, signal) {
  if (signal.aborted) return false;
  part.hidden = true;
  return error.status !== 404;
}
