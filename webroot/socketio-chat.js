import {ChatLog} from './chat-log.js';
import {byId} from './dom.js';

/* global io */
const path = new URL('socket.io', document.baseURI).pathname;
const socket = io('/chat', {path});
const log = new ChatLog(byId('log'));

// the room's words are events; their arguments are objects with a nickname and a message
socket.on('message', message => log.show({...message, type: 'message'}));
socket.on('nickname', message => log.show({...message, type: 'notice'}));
socket.on('notification', message => log.show({...message, type: 'notice'}));
socket.on('connect', () => state('open', 'connected'));
socket.on('disconnect', () => {
  log.forget();
  state('waiting', 'not connected, trying again');
});
// what the room refuses is an event, too
socket.on('error', error => log.show({type: 'error', message: error.message ?? String(error)}));

// a browser may keep the page, and its connection, to come back to it
addEventListener('pagehide', () => socket.disconnect());
addEventListener('pageshow', event => event.persisted && location.reload());

byId('say').addEventListener('submit', event => {
  event.preventDefault();
  const text = byId('text').value;
  if (text.trim() === '') return;
  log.saying(text);
  socket.send(text);
  byId('text').value = '';
});

byId('nick').addEventListener('submit', event => {
  event.preventDefault();
  socket.emit('nickname', {nickname: byId('nickname').value});
  byId('nickname').value = '';
});

function state(name, words) {
  byId('connection').dataset.state = name;
  byId('state').textContent = words;
}
