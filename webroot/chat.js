import {connect} from './busbar.js';
import {demo} from './demo.js';
import {byId, element} from './dom.js';
import {Link} from './link.js';
import {StompBus} from './stomp-bus.js';

const LONGEST_LOG = 500;

let said = []; // what we said before we knew our own id
let myId; // known once one of our own messages has come back

const page = demo({
  service(options) {
    const link = new Link({...options, url: 'chat'});
    link.on('message', text => show(JSON.parse(text)));
    link.on('state', forget);
    return {connection: link, say: text => link.send(text)};
  },
  bridge: options => overBus(connect('eventbus', options)),
  stomp: options => overBus(new StompBus('stomp', options)),
});

function overBus(bus) {
  bus.subscribe('chat.room', ({body}) => show(body));
  const complain = error => error.code === 'auth_error' || show({type: 'error', message: error.message});
  bus.on('error', complain);
  bus.on('state', forget);
  // a request, not a publish: what the room refuses comes back
  return {connection: bus, say: text => bus.request('chat.say', {message: text}).catch(complain)};
}

byId('say').addEventListener('submit', event => {
  event.preventDefault();
  const text = byId('text').value;
  if (text.trim() === '') return;
  if (!myId) said.push(text);
  page.session.say(text);
  byId('text').value = '';
});

byId('nick').addEventListener('submit', event => {
  event.preventDefault();
  page.session.say(`/nick ${byId('nickname').value}`);
  byId('nickname').value = '';
});

function show({type, id, nickname, message}) {
  const log = byId('log');
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  if (type === 'message') {
    if (!myId && said.includes(message)) myId = id;
    const time = new Date().toLocaleTimeString([], {hour: '2-digit', minute: '2-digit'});
    const line = element(
      'li',
      {className: id === myId ? 'message mine' : 'message'},
      element('span', {className: 'who'}, nickname, element('time', {}, time)),
      element('span', {className: 'said'}, message),
    );
    line.dataset.hue = hue(id);
    log.append(line);
  } else {
    log.append(element('li', {className: type === 'error' ? 'error' : 'notice'}, message));
  }
  while (log.children.length > LONGEST_LOG) log.firstChild.remove();
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

/** One of the style sheet's five colours, the same for each message of one person. */
function hue(id) {
  return [...id].reduce((sum, character) => (sum * 31 + character.codePointAt(0)) % 997, 7) % 5;
}

function forget({state}) {
  if (state === 'open') return;
  said = [];
  myId = undefined;
}
