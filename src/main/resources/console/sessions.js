/** The list of the sessions of this node. */

import {ago, count} from './format.js';
import {showList} from './list.js';

export function show(root, context) {
  showList(root, context, {
    url: '/api/sessions',
    list: 'sessions',
    caption: 'Sessions of this node',
    key: each => each.id,
    columns: [
      {title: 'Session', text: each => each.id, href: each => `#/sessions/${encodeURIComponent(each.id)}`},
      {title: 'User', text: each => each.user ?? 'nobody'},
      {title: 'Protocol', text: each => each.protocol},
      {title: 'From', extra: true, text: each => each.address},
      {title: 'For', extra: true, number: true, text: each => ago(each.since)},
      {title: 'Subscriptions', extra: true, number: true, text: each => count(each.subscriptions)},
    ],
    fields: [
      {name: 'user', label: 'User', hint: 'ann'},
      {name: 'protocol', label: 'Protocol', hint: 'stomp'},
      {name: 'address', label: 'Address begins with', hint: '10.1.'},
      {name: 'id', label: 'Id begins with'},
    ],
    empty: ['No client is connected to this node.', 'Each node of a cluster has its own: the view Cluster shows how many.'],
  });
}
