/** The ways in which a demo page can talk to the gateway. A new protocol is one more group here. */

import {element} from './dom.js';

const over = (id, name, link) => ({id, name, link});

const sockjsOnly = transport =>
  over(`sockjs-${transport}`, `SockJS ${transport}`, {transport: 'sockjs', sockjsTransports: [transport]});

/**
 * Each group is a protocol that a page may speak; each choice has the options of its Link (link.js).
 * The first choice that a page can use is what it starts with.
 */
export const groups = [
  {
    protocol: 'service',
    name: 'Service endpoint',
    choices: [
      over('auto', 'Automatic', {transport: 'auto'}),
      over('websocket', 'WebSocket', {transport: 'websocket'}),
      over('sockjs', 'SockJS, best that works', {transport: 'sockjs'}),
      ...['websocket', 'xhr-streaming', 'eventsource', 'htmlfile', 'xhr-polling', 'jsonp-polling'].map(sockjsOnly),
    ],
  },
  {
    protocol: 'bridge',
    name: 'Event-bus bridge',
    choices: [
      over('bridge-websocket', 'Bridge over WebSocket', {transport: 'websocket'}),
      over('bridge-sockjs', 'Bridge over SockJS', {transport: 'sockjs'}),
    ],
  },
  {
    protocol: 'stomp',
    name: 'STOMP',
    choices: [
      over('stomp-websocket', 'STOMP over WebSocket', {transport: 'websocket'}),
      over('stomp-sockjs', 'STOMP over SockJS', {transport: 'sockjs'}),
    ],
  },
  {
    protocol: 'socketio',
    name: 'Socket.IO',
    choices: [over('socketio', 'Socket.IO', {})],
  },
  {
    protocol: 'pusher',
    name: 'Pusher',
    choices: [over('pusher', 'Pusher, and HTTP requests', {})],
  },
];

/** Finds the choice called `id` among the groups whose protocol is one of `protocols`; the first of all if there is none. */
export function choose(id, protocols) {
  const choices = groups
    .filter(({protocol}) => protocols.includes(protocol))
    .flatMap(({protocol, choices}) => choices.map(choice => ({...choice, protocol})));
  return choices.find(choice => choice.id === id) ?? choices[0];
}

/** The options that log somebody in; null for a protocol in which a browser cannot. */
export function loginOptions(protocol, {username, password}) {
  switch (protocol) {
    case 'bridge':
      return {login: {username, password}};
    case 'stomp':
      return {login: username, passcode: password};
    default:
      return null;
  }
}

/** The choice nearest to this one in which a browser can log in. */
export function withLogin({protocol, link}) {
  if (loginOptions(protocol, {})) return null;
  return link.transport === 'sockjs' ? 'bridge-sockjs' : 'bridge-websocket';
}

const KINDS = {sockjs: 'SockJS', 'socket.io': 'Socket.IO', pusher: 'Pusher'};

/** What a Status (link.js) calls `sockjs/xhr-polling`, for people. */
function nameOf(transport) {
  const [kind, detail] = (transport ?? '').split('/');
  return KINDS[kind] ? `${KINDS[kind]}${detail ? ` ${detail}` : ''}` : 'WebSocket';
}

/** What a page that chose that speaks now, and over what. @param {{protocol: string}} choice */
export function described({protocol}, {transport}) {
  const name = nameOf(transport);
  switch (protocol) {
    case 'service':
      return `service endpoint over ${name}`;
    case 'bridge':
      return `event-bus bridge over ${name}`;
    case 'stomp':
      return `STOMP over ${name}`;
    default:
      return name.split(' ')[0]; // it may change its transport while it is open
  }
}

/** Fills a select with the choices of these protocols. */
export function fillChooser(select, protocols) {
  for (const {protocol, name, choices} of groups) {
    if (!protocols.includes(protocol)) continue;
    const options = choices.map(choice => element('option', {value: choice.id}, choice.name));
    select.append(element('optgroup', {label: name}, ...options));
  }
}

/** Says what a Status (link.js) means. */
export function describe({state, transport, reason}) {
  const name = nameOf(transport);
  switch (state) {
    case 'connecting':
      return transport ? `Connecting over ${name}…` : 'Connecting…';
    case 'open':
      return `Open over ${name}`;
    case 'waiting':
      return `Connection lost (${reason})`;
    default:
      return 'Closed';
  }
}
