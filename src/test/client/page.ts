/** Every name of the declarations, as a page uses it; and below each `@ts-expect-error` what they must refuse. */

import {
  BusbarError,
  Connection,
  connect,
  type Channel,
  type Code,
  type ConnectOptions,
  type FailureType,
  type Gap,
  type Login,
  type Member,
  type MemberPage,
  type Message,
  type Presence,
  type Recovered,
  type RefusalCode,
  type SockJsConstructor,
  type Status,
  type Transport,
} from 'busbar-client';
import {Link, type LinkOptions} from 'busbar-client/link';

interface Price {
  symbol: string;
  price: number;
}

declare const SockJS: SockJsConstructor;

const options: ConnectOptions = {
  transport: 'auto',
  sockjsTransports: ['xhr-streaming', 'xhr-polling'],
  SockJS,
  WebSocket,
  websocketUrl: '/eventbus/websocket',
  openTimeout: 5000,
  pingInterval: 5000,
  backoff: {min: 500, max: 30_000, jitter: 1},
  queue: 64,
  login: async (): Promise<Login> => ({token: await (await fetch('/token')).text()}),
};
const bus: Connection = connect('/eventbus', options);
connect();
connect({url: new URL('https://gate.way/eventbus'), login: {username: 'demo', password: 'demo'}});
connect('/eventbus', {queue: undefined, login: undefined, backoff: {min: undefined}});
new Connection({url: '/eventbus'});

// @ts-expect-error no such transport
connect('/eventbus', {transport: 'pigeon'});
// @ts-expect-error no such option
connect('/eventbus', {reconnect: true});
// @ts-expect-error half a login
connect('/eventbus', {login: {username: 'demo'}});
// @ts-expect-error an instance is no constructor
connect('/eventbus', {WebSocket: new WebSocket('/')});

// messages
const stop: () => void = bus.subscribe<Price>('stocks.AAPL', ({address, body, headers, reply}) => {
  const where: string = address;
  const price: number = body.price;
  const kind: string | string[] | undefined = headers['kind'];
  const sent: boolean | undefined = reply?.({where, price, kind}, {kind: 'answer'});
  return sent;
});
stop();
bus.subscribe('any', ({body}) => body.whatever.it.is, {token: 't', list: [1, true]});
// @ts-expect-error not every message wants an answer
bus.subscribe('any', message => message.reply('x'));
// @ts-expect-error a Price has no such thing
bus.subscribe<Price>('stocks.AAPL', ({body}) => body.prize);
// @ts-expect-error a header is no object
bus.publish('any', 1, {nested: {a: 1}});
// @ts-expect-error nor null
bus.publish('any', 1, {nothing: null});
// @ts-expect-error an address is text
bus.publish(1, 'body');
const price: Price = {symbol: 'AAPL', price: 1};
bus.publish('any', price, {kind: 'x'});
bus.send('any', null);
bus.send('any');
const asked: Promise<Message<Price>> = bus.request<Price>('price', 'AAPL', {timeout: 100, headers: {a: 'b'}});
// @ts-expect-error the third argument has the headers within
bus.request('price', 'AAPL', {kind: 'x'});

// errors
asked.catch((error: unknown) => {
  if (!(error instanceof BusbarError)) throw error;
  const why: FailureType | undefined = error.failureType;
  const code: Code | undefined = error.code;
  const failure: [string, 'BusbarError', number, string | undefined] = [error.message, error.name, error.failureCode, error.address];
  if (why === 'TIMEOUT' || code === 'access_denied') return failure;
  // @ts-expect-error no such failure
  return why === 'TIME_OUT' ? failure : undefined;
});
new BusbarError('no', {address: 'a', failureType: 'ERROR', failureCode: 1, code: 'of_another_server'});
// @ts-expect-error the gateway has no such code
const unknown: RefusalCode = 'denied';

// states and events
const end: () => void = bus.on('state', (status: Status) => {
  if (status.state === 'waiting') return `${status.attempt} ${status.retryAt} ${status.reason} ${status.code ?? ''}`;
  if (status.state === 'open') return status.transport satisfies Transport;
  // @ts-expect-error when it is closed there is no transport
  if (status.state === 'closed') return status.transport;
  return status.transport ?? 'none yet';
});
end();
bus.on('error', error => console.log(error.message));
bus.on('recovered', ({address, epoch, offset}: Recovered) => [address, epoch, offset + 1]);
bus.on('gap', ({address, epoch, offset, reason}: Gap) => [address, epoch, offset + 1, reason satisfies string]);
bus.onrecovered = where => where.offset;
bus.ongap = gap => (gap.reason === 'expired' ? gap.offset : 0);
// @ts-expect-error no such event
bus.on('open', () => {});
// @ts-expect-error an event has one value
bus.on('gap', (gap, more) => [gap, more]);
const states: ['connecting' | 'open' | 'waiting' | 'closed', Status, string | null] = [bus.state, bus.status, bus.user];
// @ts-expect-error it cannot be set
bus.state = 'open';
bus.retry();
bus.close();

// channels and who is in them
const room: Channel = bus.channel('chat.lobby');
room.subscribe<string>(({body}) => body.length, {info: {name: 'Ann'}});
room.publish('hello', {kind: 'x'});
const presence: Presence<{name: string}> = room.presence<{name: string}>({most: 10});
presence.on('join', ({user, sessions, info}: Member<{name: string}>) => [user, sessions ?? 0, info?.name]);
presence.on('leave', ({user}) => user.length);
presence.on('list', members => [...members.values()].map(({info}) => info?.name));
presence.on('error', ({code, failureType}) => [code, failureType]);
presence.list({limit: 10, after: 'ann'}).then(({users, count, next}: MemberPage<{name: string}>) => [users.length, count, next]);
presence.members.get('ann')?.info?.name;
// @ts-expect-error they are read only
presence.members.clear();
presence.refresh().then(() => presence.close());

// a link
const linkOptions: LinkOptions = {url: '/chat', transport: 'websocket'};
const link = new Link(linkOptions);
link.on('message', data => (typeof data === 'string' ? data : data.byteLength));
link.on('state', ({state}) => state === 'open' && link.send('hello'));
link.drop('dead');
link.retry();
link.close();
// @ts-expect-error a link has no queue
new Link({url: '/chat', queue: 1});

export {room, states, unknown};
