/** The list of the channels that clients of this node listen to. */

import {count} from './format.js';
import {showList} from './list.js';

export function show(root, context) {
  showList(root, context, {
    url: '/api/channels',
    list: 'channels',
    caption: 'Channels of this node',
    key: each => `${each.pattern} ${each.address}`,
    columns: [
      {title: 'Address', text: each => each.address, href: each => `#/channels/${encodeURIComponent(each.address)}`},
      {title: 'Kind', extra: true, text: each => (each.pattern ? 'pattern' : 'channel')},
      {title: 'Subscribers', number: true, text: each => count(each.subscribers)},
      {title: 'Messages', number: true, text: each => count(each.messages)},
      {title: 'For slow clients', extra: true, text: each => each.overflow},
    ],
    fields: [{name: 'prefix', label: 'Address begins with', hint: 'stocks.'}],
    empty: ['No client of this node listens to a channel.', 'A channel is here as long as somebody listens to it.'],
  });
}
