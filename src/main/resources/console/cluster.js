/** The view of the cluster: the nodes that this one sees, with their numbers. */

import {ask, poll} from './api.js';
import {element} from './dom.js';
import {count, duration, plural, rate, size} from './format.js';
import {card, emptyState, Problem} from './parts.js';
import {fill, Table} from './table.js';

const EVERY_MILLIS = 2000;
const LONG_MILLIS = 5000;

export function show(root, {signal}) {
  const problem = new Problem();
  const about = element('p', {className: 'about', id: 'cluster'});
  const members = new Table('Members of the cluster', [
    {title: 'Member', text: each => `${each.address ?? 'This node'}${each.self && each.address ? ' (this node)' : ''}`},
    {title: 'State', text: state, tone},
    {title: 'Sessions', number: true, text: each => count(each.numbers?.sessions)},
    {title: 'In /s', number: true, extra: true, text: each => rate(each.numbers?.inPerSecond)},
    {title: 'Out /s', number: true, extra: true, text: each => rate(each.numbers?.outPerSecond)},
    {title: 'Loop lag', number: true, extra: true, text: each => (each.numbers ? `${count(each.numbers.lagMillis)} ms` : '–')},
    {title: 'Heap', number: true, extra: true, text: each => size(each.numbers?.heapBytes)},
    {title: 'Listens to', number: true, extra: true, text: each => count(each.registrations)},
    {title: 'Last heard', number: true, text: each => (each.self ? '–' : each.heardMillis == null ? 'never' : duration(each.heardMillis))},
    {title: 'Answers in', number: true, extra: true, text: each => (each.answerMillis == null ? '–' : `${count(each.answerMillis)} ms`)},
    {title: 'Version', extra: true, text: each => each.numbers?.version ?? '–'},
  ], each => each.node ?? each.address ?? 'here');
  const lost = new Table('Members that were lost', [
    {title: 'Member', text: each => each.address},
    {title: 'Left without saying so', number: true, text: each => `${duration(Date.now() - each.time)} ago`},
  ]);
  const lostCard = card('Lost', lost.element);
  lostCard.hidden = true;
  const alone = emptyState('This node is alone.', 'cluster.enabled: true, or --cluster on the command line, lets it join others.');
  alone.hidden = true;
  root.append(problem.element, card('Members', about, members.element, alone), lostCard);
  poll(signal, EVERY_MILLIS, async () => {
    try {
      const cluster = await ask('/api/cluster', {signal});
      problem.say();
      members.show(cluster.members);
      alone.hidden = cluster.clustered;
      fill(about, words(cluster), null, cluster.healthy === false ? 'bad' : '');
      const left = cluster.left ?? [];
      lost.show(left);
      lostCard.hidden = left.length === 0;
    } catch (error) {
      if (!signal.aborted) problem.say(error.message);
    }
  });
}

function words({clustered, members, healthy, reason, safe}) {
  if (!clustered) return '';
  const health = healthy === false ? `not healthy: ${reason}` : 'healthy';
  const backup = safe === false ? ' What this node keeps is not on a second node yet.' : '';
  return `${members.length} ${members.length === 1 ? 'node' : 'nodes'}, ${health}.${backup}`;
}

function state({self, numbers, heardMillis}) {
  if (!numbers) return heardMillis == null || heardMillis > LONG_MILLIS ? 'does not answer' : 'has no admin port, or does not answer';
  const {critical, warnings} = numbers;
  if (critical + warnings === 0) return self ? 'here, well' : 'well';
  return [critical && `${critical} critical`, warnings && plural(warnings, 'warning')].filter(Boolean).join(', ');
}

function tone({numbers}) {
  if (!numbers) return 'bad';
  return numbers.critical ? 'bad' : numbers.warnings ? 'warn' : 'good';
}
