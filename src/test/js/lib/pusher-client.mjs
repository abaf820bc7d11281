import {createHmac, randomUUID} from 'node:crypto';
import {createRequire} from 'node:module';
import {afterwards, url} from './checks.mjs';
import {Inbox} from './inbox.mjs';

const require = createRequire(import.meta.url);

/** The packages of the standard client by major version. */
export const LINES = {8: 'pusher-js', 7: 'pusher-js-7'};

const KEY = 'demo-key';
const SECRET = 'demo-secret';
const {hostname, port} = new URL(url);

/** Returns the class of that version. */
export function pusherOf(line) {
  const module = require(LINES[line]);
  return module.Pusher ?? module.default ?? module;
}

/** Signs a text as the app's backend does. Here the script is the backend. */
export function signature(text) {
  return `${KEY}:${createHmac('sha256', SECRET).update(text).digest('hex')}`;
}

/** Returns the answer of a backend that lets this user into a channel. */
export function letIn(channel, socketId, user, more = {}) {
  if (!channel.startsWith('presence-')) return {auth: signature(`${socketId}:${channel}`), ...more};
  const channelData = JSON.stringify({user_id: user, user_info: {name: `Name of ${user}`}});
  return {auth: signature(`${socketId}:${channel}:${channelData}`), channel_data: channelData};
}

/** Returns the options of a client that is that user and needs no backend. */
export function options(user = 'somebody', {watchlist, ...more} = {}) {
  return {
    cluster: '',
    wsHost: hostname,
    wsPort: Number(port),
    httpHost: hostname,
    httpPort: Number(port),
    forceTLS: false,
    enabledTransports: ['ws'],
    disableStats: true,
    channelAuthorization: {
      customHandler: ({socketId, channelName}, callback) => callback(null, letIn(channelName, socketId, user)),
    },
    userAuthentication: {
      customHandler: ({socketId}, callback) => {
        const userData = JSON.stringify({id: user, user_info: {name: user}, watchlist});
        callback(null, {auth: signature(`${socketId}::user::${userData}`), user_data: userData});
      },
    },
    ...more,
  };
}

/** Will return a connected client of that version, over that transport. */
export async function connected({line, transport}, user, more) {
  const Pusher = pusherOf(line);
  const pusher = new Pusher(KEY, options(user, {enabledTransports: [transport], ...more}));
  afterwards(() => pusher.disconnect());
  await new Promise((resolve, reject) => {
    pusher.connection.bind('connected', resolve);
    pusher.connection.bind('failed', reject);
    pusher.connection.bind('error', reject);
  });
  return pusher;
}

/** Returns an inbox of all events of the channel, as `[name, data]`. */
export function hear(channel) {
  const inbox = new Inbox();
  channel.bind_global((name, data) => inbox.put([name, data]));
  return inbox;
}

/** Will return the channel when the client is in it. Its `inbox` has the events. */
export async function subscribed(pusher, name) {
  const channel = pusher.subscribe(name);
  const inbox = hear(channel);
  await inbox.find(`that ${name} is subscribed to`, ([event]) => event === 'pusher:subscription_succeeded');
  return Object.assign(channel, {inbox});
}

/** Returns a name that no other check uses. */
export function fresh(prefix) {
  return `${prefix}${randomUUID()}`;
}
