/** The chat's room over Pusher. Messages come as events, and the page sends its own as HTTP requests. */

import {loadScript} from './dom.js';
import {Room} from './room.js';

/** The room over Pusher. Its state is `open` while the page is in the room. */
export class PusherRoom extends Room {
  #wire;
  #here = new URL('.', document.baseURI);
  #pusher = null;
  #room = null;
  #nickname; // the chosen nickname, which the page asks for again after a reconnect
  #login; // a promise of the id that the requests need

  /**
   * Starts to enter the room.
   * @param {(told: {type: string, id?: string, nickname?: string, message: string}) => void} hear gets the room's messages
   * @param {{wire?: import('./wire-panel.js').WirePanel, WebSocket?: Function}} [options] `wire` shows the requests
   */
  constructor(hear, {wire, WebSocket} = {}) {
    super('pusher', hear);
    this.#wire = wire;
    this.#open(WebSocket);
  }

  say(message) {
    this.#tell(this.#request('chat', {message}));
  }

  rename(nickname) {
    const changed = this.#request('nickname', {nickname});
    changed.then(answer => (this.#nickname = answer.nickname)).catch(() => {});
    this.#tell(changed);
  }

  /** Does nothing, because the client reconnects by itself and has no method for it. */
  retry() {}

  /** Leaves for good. */
  close() {
    this.become({state: 'closed'});
    this.#pusher?.disconnect();
  }

  async #open(WebSocket) {
    await loadScript('pusher.min.js').catch(() => {}); // The file is empty, unless somebody has put pusher-js there.
    const Pusher = globalThis.Pusher ?? (await import('./pusher-client.js')).Pusher;
    if (this.isClosed) return;
    const port = Number(this.#here.port) || undefined;
    this.#pusher = new Pusher('chat-demo', {
      wsHost: this.#here.hostname,
      wsPort: port ?? 80,
      wssPort: port ?? 443,
      wsPath: this.#here.pathname.slice(0, -1),
      forceTLS: this.#here.protocol === 'https:',
      enabledTransports: ['ws'],
      cluster: '', // pusher-js requires one, but does not use it if there is a host
      WebSocket,
    });
    const room = (this.#room = this.#pusher.subscribe('chat'));
    this.hearEvents((event, handler) => room.bind(event, handler));
    room.bind('pusher:subscription_succeeded', () => this.#tell(this.#comeIn()));
    room.bind('pusher:subscription_error', ({error}) => {
      this.become({state: 'waiting', reason: 'not in the room'});
      this.hear({type: 'error', message: error});
    });
    this.#pusher.connection.bind('state_change', ({current}) => {
      this.#login = undefined;
      if (current === 'connecting') this.become({state: 'connecting', transport: 'pusher'});
      else if (current === 'failed') this.become({state: 'closed', reason: 'this gateway does not have the chat over Pusher'});
      else if (current !== 'connected') this.become({state: 'waiting', reason: 'no connection'});
    });
  }

  #comeIn() {
    this.#login = this.#logIn();
    this.#login.catch(() => {
      this.#login = undefined; // The next request tries again.
      this.become({state: 'waiting', reason: 'not in the room'});
    });
    return this.#login;
  }

  /** Enters the room with the id of the connection. The end of the connection also ends the login. */
  async #logIn() {
    const {connection} = this.#pusher;
    const {socket_id} = connection;
    const nickname = this.#nickname;
    const again = nickname && (await this.#post('login', {nickname, socket_id}).catch(error => taken(error)));
    const {id} = again ?? (await this.#post('login', {socket_id}));
    if (socket_id === connection.socket_id) this.become({state: 'open', transport: 'pusher'});
    return id;
  }

  /** Sends a request with the page's id. If the id is no longer valid, it logs in and sends it once more. */
  async #request(path, body) {
    if (!this.#room?.subscribed) throw new Error('not connected');
    try {
      return await this.#post(path, {id: await (this.#login ?? this.#comeIn()), ...body});
    } catch (error) {
      if (error.code !== 410) throw error;
      return this.#post(path, {id: await this.#comeIn(), ...body});
    }
  }

  async #post(path, body) {
    const headers = {'content-type': 'application/json'};
    this.#wire?.went(`POST ${path} ${withoutId(body)}`);
    const response = await fetch(new URL(path, this.#here), {method: 'POST', headers, body: JSON.stringify(body)});
    const answer = await response.json();
    this.#wire?.came(`${response.status} ${withoutId(answer)}`);
    if (!response.ok) {
      // The feature's errors are objects, and the gateway's own are strings.
      const message = answer.error.message ?? answer.error;
      throw Object.assign(new Error(message), {code: response.status});
    }
    return answer;
  }

  #tell(asked) {
    asked.catch(({message, code}) => this.hear({type: 'error', message, code}));
  }
}

/** Ignores the error that somebody else has the nickname now. The page then enters without it. */
function taken(error) {
  if (error.code !== 409) throw error;
  return undefined;
}

/** Hides the ids, because anybody who knows the id of a login can use it. */
function withoutId(body) {
  return JSON.stringify(body, (key, value) => (key === 'id' || key === 'socket_id' ? '•••' : value));
}
