import {connect} from './busbar.js';
import {demo} from './demo.js';
import {ChatLog} from './chat-log.js';
import {byId} from './dom.js';
import {Link} from './link.js';
import {StompBus} from './stomp-bus.js';

const log = new ChatLog(byId('log'));

const page = demo({
  service(options) {
    const link = new Link({...options, url: 'chat'});
    link.on('message', text => log.show(JSON.parse(text)));
    link.on('state', forget);
    return {connection: link, say: text => link.send(text)};
  },
  bridge: options => overBus(connect('eventbus', options)),
  stomp: options => overBus(new StompBus('stomp', options)),
});

function overBus(bus) {
  bus.subscribe('chat.room', ({body}) => log.show(body));
  const complain = error => error.code === 'auth_error' || log.show({type: 'error', message: error.message});
  bus.on('error', complain);
  bus.on('state', forget);
  // a request, not a publish: what the room refuses comes back
  return {connection: bus, say: text => bus.request('chat.say', {message: text}).catch(complain)};
}

byId('say').addEventListener('submit', event => {
  event.preventDefault();
  const text = byId('text').value;
  if (text.trim() === '') return;
  log.saying(text);
  page.session.say(text);
  byId('text').value = '';
});

byId('nick').addEventListener('submit', event => {
  event.preventDefault();
  page.session.say(`/nick ${byId('nickname').value}`);
  byId('nickname').value = '';
});

function forget({state}) {
  if (state === 'open') return;
  log.forget();
}
