/** The protocols and transports of the demo pages. A new protocol is one more group here. */

import {element} from './dom.js';

const over = (id, name, link) => ({id, name, link});

const sockjsOnly = transport =>
  over(`sockjs-${transport}`, `SockJS ${transport}`, {transport: 'sockjs', sockjsTransports: [transport]});

/**
 * Each group is a protocol, and each choice has the options of its Link (link.js).
 * A page starts with the first choice that it can use.
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

/** Returns the choice with that id among the choices of these protocols; the first of them if there is none. */
export function choose(id, protocols) {
  const choices = groups
    .filter(({protocol}) => protocols.includes(protocol))
    .flatMap(({protocol, choices}) => choices.map(choice => ({...choice, protocol})));
  return choices.find(choice => choice.id === id) ?? choices[0];
}

/** Returns the options for a login; null if a browser cannot log in over that protocol. */
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

/** Returns the id of the most similar choice that has a login; null if this one has it. */
export function withLogin({protocol, link}) {
  if (loginOptions(protocol, {})) return null;
  return link.transport === 'sockjs' ? 'bridge-sockjs' : 'bridge-websocket';
}

const KINDS = {sockjs: 'SockJS', 'socket.io': 'Socket.IO', pusher: 'Pusher'};

/** Returns the name for people of a transport in a Status (link.js), such as `sockjs/xhr-polling`. */
function nameOf(transport) {
  const [kind, detail] = (transport ?? '').split('/');
  return KINDS[kind] ? `${KINDS[kind]}${detail ? ` ${detail}` : ''}` : 'WebSocket';
}

/** Returns the protocol and transport of a connection in words. @param {{protocol: string}} choice */
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
      return name.split(' ')[0]; // These clients may change the transport while they are open.
  }
}

/** Fills a select element with the choices of these protocols. */
export function fillChooser(select, protocols) {
  for (const {protocol, name, choices} of groups) {
    if (!protocols.includes(protocol)) continue;
    const options = choices.map(choice => element('option', {value: choice.id}, choice.name));
    select.append(element('optgroup', {label: name}, ...options));
  }
}

/** Returns the words for a Status (link.js). */
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
