/** The ways in which a demo page can talk to the gateway. A new protocol is one more group here. */

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
  if (protocol !== 'service') return null;
  return link.transport === 'sockjs' ? 'bridge-sockjs' : 'bridge-websocket';
}

/** Says what a Status (link.js) means. */
export function describe({state, transport, reason}) {
  const [kind, detail] = (transport ?? '').split('/');
  const name = kind === 'sockjs' ? `SockJS${detail ? ` ${detail}` : ''}` : 'WebSocket';
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
