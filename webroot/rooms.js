/**
 * The chat's room over each protocol that a page can speak. `rooms(hear)` has a function for each of them (transports.js),
 * which comes into the room with the options of a Link and returns:
 *
 *     connection  the Link, bus or room: `status`, `on('state')`, `retry()`, `close()`, and `user` where one can log in
 *     say         says something to all
 *     greet       says something at once, where that is another way
 *     rename      asks for another nickname
 *     keepsNickname  whether it asks for it again by itself when it comes back
 *
 * `hear` is called with what the room tells: {type, id, nickname, message}, the type being message, notification,
 * nick_update, or error for what only we are told, then with a code where there is one (409: somebody has the nickname).
 */

import {wordsFor} from './advice.js';
import {connect} from './busbar.js';
import {loadScript} from './dom.js';
import {Link} from './link.js';
import {PusherRoom} from './pusher-room.js';
import {SocketIoRoom} from './socketio-room.js';
import {StompBus} from './stomp-bus.js';

const STOMPJS = 'webjars/stomp__stompjs/bundles/stomp.umd.min.js';

/** Gets what a protocol needs besides modules, before it is asked for. */
export function prepare({protocol}) {
  return protocol === 'stomp' ? loadScript(STOMPJS) : Promise.resolve();
}

/** @param {(told: {type: string, id?: string, nickname?: string, message: string, code?: number}) => void} hear */
export function rooms(hear) {
  const complain = error => error.code === 'auth_error' || hear({type: 'error', message: wordsFor(error), code: error.failureCode});
  const overBus = bus => {
    bus.subscribe('chat.room', ({body}) => hear(body));
    bus.on('error', complain);
    // a request, not a publish: what the room refuses comes back
    const say = message => bus.request('chat.say', {message}).catch(complain);
    // a publication waits until we are subscribed, so that we hear what we say first, too
    const greet = message => bus.publish('chat.say', {message});
    return {connection: bus, say, greet, rename: name => say(`/nick ${name}`)};
  };
  const itself = room => ({connection: room, say: text => room.say(text), rename: name => room.rename(name)});
  return {
    service(options) {
      const link = new Link({...options, url: 'chat'});
      link.on('message', text => hear(JSON.parse(text)));
      return {connection: link, say: text => link.send(text), rename: name => link.send(`/nick ${name}`)};
    },
    bridge: options => overBus(connect('eventbus', options)),
    stomp: options => overBus(new StompBus('stomp', options)),
    socketio: options => itself(new SocketIoRoom(hear, options)),
    pusher: options => ({...itself(new PusherRoom(hear, options)), keepsNickname: true}),
  };
}
