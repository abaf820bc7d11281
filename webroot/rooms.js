/**
 * The chat's room over each protocol that a page can speak. `rooms(hear)` returns a function for each protocol
 * (transports.js). The function enters the room with the options of a Link and returns:
 *
 *     connection  the Link, bus or room: `status`, `on('state')`, `retry()`, `close()`, and `user` if it has a login
 *     say         sends a message to the room
 *     greet       sends the first message after a connect, only if that differs from `say`
 *     rename      asks for another nickname
 *     keepsNickname  whether it asks for the nickname again by itself after a reconnect
 *
 * `hear` is called with the room's messages: {type, id, nickname, message}. The type is message, notification, nick_update
 * or error. An error is only for this page, and may have a code (409: somebody has the nickname).
 */

import {wordsFor} from './advice.js';
import {connect} from './busbar.js';
import {loadScript} from './dom.js';
import {Link} from './link.js';
import {PusherRoom} from './pusher-room.js';
import {SocketIoRoom} from './socketio-room.js';
import {StompBus} from './stomp-bus.js';

const STOMPJS = 'webjars/stomp__stompjs/bundles/stomp.umd.min.js';

/** Loads the script that a protocol needs, before its room is opened. */
export function prepare({protocol}) {
  return protocol === 'stomp' ? loadScript(STOMPJS) : Promise.resolve();
}

/** Returns the functions by protocol. @param {(told: {type: string, id?: string, nickname?: string, message: string, code?: number}) => void} hear */
export function rooms(hear) {
  const complain = error => error.code === 'auth_error' || hear({type: 'error', message: wordsFor(error), code: error.failureCode});
  const overBus = bus => {
    bus.subscribe('chat.room', ({body}) => hear(body));
    bus.on('error', complain);
    // A request, and not a publication, because the answer says if the room refuses it.
    const say = message => bus.request('chat.say', {message}).catch(complain);
    // A publication, because it waits for the subscription: the page then hears its own first message.
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
