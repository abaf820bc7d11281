import {createHmac, randomUUID} from 'node:crypto';
import {createRequire} from 'node:module';
import {afterwards, url} from './checks.mjs';
import {Inbox} from './inbox.mjs';

const require = createRequire(import.meta.url);

/** The packages of the stock client, by its line. */
export const LINES = {8: 'pusher-js', 7: 'pusher-js-7'};

const KEY = 'demo-key';
const SECRET = 'demo-secret';
const {hostname, port} = new URL(url);

/** The class of that line. */
export function pusherOf(line) {
  const module = require(LINES[line]);
  return module.Pusher ?? module.default ?? module;
}

/** What the app's backend signs; here it is the script itself. */
export function signature(text) {
  return `${KEY}:${createHmac('sha256', SECRET).update(text).digest('hex')}`;
}

/** What a backend would answer to who asks for a channel, as that user. */
export function letIn(channel, socketId, user, more = {}) {
  if (!channel.startsWith('presence-')) return {auth: signature(`${socketId}:${channel}`), ...more};
  const channelData = JSON.stringify({user_id: user, user_info: {name: `Name of ${user}`}});
  return {auth: signature(`${socketId}:${channel}:${channelData}`), channel_data: channelData};
}

/** The options of a client that is that user, and needs no backend. */
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

/** A client that is connected: of that line, over that transport. */
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

/** An inbox of all events of the channel, as `[name, data]`. */
export function hear(channel) {
  const inbox = new Inbox();
  channel.bind_global((name, data) => inbox.put([name, data]));
  return inbox;
}

/** The channel, once the client is in it; `inbox` has what is heard there. */
export async function subscribed(pusher, name) {
  const channel = pusher.subscribe(name);
  const inbox = hear(channel);
  await inbox.find(`that ${name} is subscribed to`, ([event]) => event === 'pusher:subscription_succeeded');
  return Object.assign(channel, {inbox});
}

/** A name that no other check has. */
export function fresh(prefix) {
  return `${prefix}${randomUUID()}`;
}
