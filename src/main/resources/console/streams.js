/** The list of the streams that live on this node. */

import {ago, count, size} from './format.js';
import {showList} from './list.js';

export function show(root, context) {
  showList(root, context, {
    url: '/api/streams',
    list: 'streams',
    caption: 'Streams of this node',
    columns: [
      {title: 'Stream', text: each => each.name, href: each => `#/channels/${encodeURIComponent(each.name)}`},
      {title: 'Messages', number: true, text: each => count(each.messages)},
      {title: 'Size', number: true, text: each => size(each.bytes)},
      {title: 'Oldest', number: true, extra: true, text: each => ago(each.oldest)},
      {title: 'Newest offset', number: true, extra: true, text: each => count(each.head)},
    ],
    fields: [{name: 'prefix', label: 'Name begins with', hint: 'stocks.'}],
    empty: [
      'No stream lives on this node.',
      'A channel is a stream when its rule has a history: channels: [{address: "stocks.*", history: {messages: 100}}].',
      'It is here from its first message on. In a cluster each node owns a part of them.',
    ],
  });
}
