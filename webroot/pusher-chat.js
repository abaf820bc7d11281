import {ChatLog} from './chat-log.js';
import {byId} from './dom.js';

const Pusher = globalThis.Pusher ?? (await import('./pusher-client.js')).Pusher;
const here = new URL('.', document.baseURI);
const port = Number(here.port) || undefined;
const pusher = new Pusher('chat-demo', {
  wsHost: here.hostname,
  wsPort: port ?? 80,
  wssPort: port ?? 443,
  wsPath: here.pathname.slice(0, -1),
  forceTLS: here.protocol === 'https:',
  enabledTransports: ['ws'],
  cluster: '', // pusher-js wants one, and asks nobody for it where there is a host
});
const log = new ChatLog(byId('log'));
let nickname; // that we chose; who comes back has it again
let login; // a promise of the id that our requests show

// the room's words are events; their data are objects with a nickname and a message
const room = pusher.subscribe('chat');
room.bind('message', message => log.show({...message, type: 'message'}));
room.bind('nickname', message => log.show({...message, type: 'notice'}));
room.bind('notification', message => log.show({...message, type: 'notice'}));
room.bind('pusher:subscription_succeeded', () => tell(comeIn()));
room.bind('pusher:subscription_error', ({error}) => {
  state('waiting', 'not in the room');
  log.show({type: 'error', message: error});
});
pusher.connection.bind('state_change', ({current}) => {
  login = undefined;
  log.forget();
  if (current === 'connecting') state('connecting', 'connecting');
  else if (current === 'failed') state('closed', 'the gateway does not have this chat');
  else if (current !== 'connected') state('waiting', 'not connected, trying again');
});

// a browser may keep the page, and its connection, to come back to it
addEventListener('pagehide', () => pusher.disconnect());
addEventListener('pageshow', event => event.persisted && location.reload());

byId('say').addEventListener('submit', event => {
  event.preventDefault();
  const message = byId('text').value;
  if (message.trim() === '') return;
  log.saying(message);
  tell(request('chat', {message}));
  byId('text').value = '';
});

byId('nick').addEventListener('submit', event => {
  event.preventDefault();
  const changed = request('nickname', {nickname: byId('nickname').value});
  changed.then(answer => (nickname = answer.nickname)).catch(() => {});
  tell(changed);
  byId('nickname').value = '';
});

function comeIn() {
  login = logIn();
  login.catch(() => {
    login = undefined; // the next request tries again
    state('waiting', 'not in the room');
  });
  return login;
}

/** Who is in the room belongs to the page's connection, and leaves with it. */
async function logIn() {
  const socket_id = pusher.connection.socket_id;
  const again = nickname && (await post('login', {nickname, socket_id}).catch(error => taken(error)));
  const {id} = again ?? (await post('login', {socket_id}));
  if (socket_id === pusher.connection.socket_id) state('open', 'connected');
  return id;
}

/** Somebody else has the nickname meanwhile; we come without it. */
function taken(error) {
  if (error.code !== 409) throw error;
  return undefined;
}

/** Asks for something as who we are, once more when we must log in again. */
async function request(path, body) {
  if (!room.subscribed) throw new Error('not connected');
  try {
    return await post(path, {id: await (login ?? comeIn()), ...body});
  } catch (error) {
    if (error.code !== 410) throw error;
    return post(path, {id: await comeIn(), ...body});
  }
}

async function post(path, body) {
  const headers = {'content-type': 'application/json'};
  const response = await fetch(new URL(path, here), {method: 'POST', headers, body: JSON.stringify(body)});
  const answer = await response.json();
  if (!response.ok) {
    // the gateway itself says words alone
    const message = answer.error.message ?? answer.error;
    throw Object.assign(new Error(message), {code: response.status});
  }
  return answer;
}

function tell(asked) {
  asked.catch(error => log.show({type: 'error', message: error.message}));
}

function state(name, words) {
  byId('connection').dataset.state = name;
  byId('state').textContent = words;
}
