/** The list of the channels with presence that this node owns. */

import {count} from './format.js';
import {showList} from './list.js';

export function show(root, context) {
  showList(root, context, {
    url: '/api/presence',
    list: 'channels',
    caption: 'Channels with presence that this node owns',
    columns: [
      {title: 'Channel', text: each => each.channel, href: each => `#/channels/${encodeURIComponent(each.channel)}`},
      {title: 'Users', number: true, text: each => count(each.users)},
    ],
    fields: [{name: 'prefix', label: 'Channel begins with', hint: 'room.'}],
    empty: [
      'Nobody is present in a channel that this node owns.',
      'A channel has presence when its rule says so: channels: [{address: "room.*", presence: true}].',
      'In a cluster each node owns a part of the channels.',
    ],
  });
}
