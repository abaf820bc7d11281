/** The list of the queues of all nodes. */

import {count, duration, rate} from './format.js';
import {showList} from './list.js';

const OLD_MILLIS = 5 * 60_000;

export function show(root, context) {
  showList(root, context, {
    url: '/api/queues',
    list: 'queues',
    caption: 'Queues of all nodes',
    columns: [
      {title: 'Queue', text: each => each.name, href: each => `#/queues/${encodeURIComponent(each.name)}`},
      {title: 'Waiting', number: true, text: each => count(each.waiting)},
      {title: 'Unacked', number: true, extra: true, text: each => count(each.unacknowledged)},
      {title: 'Consumers', number: true, text: each => count(each.consumers), tone: each => (each.consumers ? '' : 'warn')},
      {title: 'Oldest', number: true, text: each => duration(each.oldestMillis), tone},
      {title: 'In /s', number: true, extra: true, text: each => rate(each.inPerSecond)},
      {title: 'Out /s', number: true, extra: true, text: each => rate(each.outPerSecond)},
      {title: 'Kept in', extra: true, text: each => each.store},
    ],
    fields: [{name: 'prefix', label: 'Name begins with', hint: 'orders'}],
    empty: ['No queue has messages or consumers.', 'A queue is there from its first message or consumer on, and gone when it has neither.'],
  });
}

function tone({consumers, oldestMillis}) {
  return consumers === 0 && oldestMillis > OLD_MILLIS ? 'bad' : '';
}
