/** A stock page that uses only @stomp/stompjs and STOMP's destinations, and nothing of Busbar. */

import {adviceFor} from './advice.js';
import {byId, element} from './dom.js';
import {showPrice} from './price-cell.js';

/** The user of the default configuration. */
const DEMO_USER = {login: 'demo', passcode: 'demo'};

const {Client, ReconnectionTimeMode} = globalThis.StompJs;
const SYMBOL = /^[A-Z][A-Z0-9-]{0,9}$/;
const STATES = {
  connecting: 'Connecting…',
  open: 'Online',
  waiting: 'Connection lost, trying again…',
  closed: 'Offline',
};

const stocks = new Map(); // symbol -> {row, price, last}

const client = new Client({
  brokerURL: new URL('stomp', location.href).href.replace('http', 'ws'),
  connectHeaders: DEMO_USER,
  connectionTimeout: 10_000,
  heartbeatIncoming: 10_000,
  // In hidden tabs, browsers run timers only once a minute. That is late, but the gateway still accepts it.
  heartbeatOutgoing: 45_000,
  discardWebsocketOnCommFailure: true,
  reconnectDelay: 500,
  maxReconnectDelay: 30_000,
  reconnectTimeMode: ReconnectionTimeMode.EXPONENTIAL,
  onConnect() {
    show('open');
    for (const symbol of stocks.keys()) subscribe(symbol);
  },
  onStompError({headers}) {
    if (headers.message?.includes('passcode')) {
      client.connectHeaders = {}; // This gateway has no demo user, but clients without a login may still subscribe.
      return;
    }
    remove(headers['receipt-id']); // The refusal has ended the connection, so the page must not subscribe again.
    complain(headers.message);
  },
  onWebSocketClose: ({code, reason}) => (client.active ? show('waiting', {code, reason}) : show('closed')),
});

byId('add').addEventListener('submit', event => {
  event.preventDefault();
  const symbol = byId('symbol').value.trim().toUpperCase();
  if (!SYMBOL.test(symbol)) {
    complain('A symbol is a letter, then up to nine letters, digits or dashes.');
  } else if (stocks.has(symbol)) {
    complain(`${symbol} is in the table already.`);
  } else {
    complain('');
    add(symbol);
    byId('symbol').value = '';
  }
  byId('symbol').focus();
});

byId('toggle').addEventListener('click', () => (client.active ? goOffline() : goOnline()));
addEventListener('pagehide', () => client.deactivate());
addEventListener('pageshow', event => event.persisted && goOnline());
goOnline();

function goOnline() {
  show('connecting');
  client.activate();
}

function goOffline() {
  client.deactivate();
  show('closed');
}

function add(symbol) {
  const price = element('td', {className: 'price'}, 'Retrieving..');
  const button = element('button', {type: 'button', className: 'quiet', ariaLabel: `Remove ${symbol}`}, 'Remove');
  const row = element('tr', {}, element('th', {scope: 'row'}, symbol), price, element('td', {}, button));
  row.dataset.symbol = symbol;
  button.addEventListener('click', () => remove(symbol));
  byId('prices').append(row);
  count();
  stocks.set(symbol, {row, price, last: null});
  if (client.connected && client.active) subscribe(symbol);
}

/** Subscribes to a symbol, which is also the id of the subscription and of its receipt. */
function subscribe(symbol) {
  const stock = stocks.get(symbol);
  const hear = ({body}) => {
    const {price, error} = JSON.parse(body);
    if (error) {
      stock.price.textContent = error;
      return;
    }
    showPrice(stock.price, price, stock.last);
    stock.last = price;
  };
  client.subscribe(`/queue/stocks.${symbol}`, hear, {id: symbol, receipt: symbol});
}

function remove(symbol) {
  if (!stocks.has(symbol)) return;
  stocks.get(symbol).row.remove();
  stocks.delete(symbol);
  count();
  if (client.connected && client.active) client.unsubscribe(symbol);
}

function count() {
  const isEmpty = byId('prices').children.length === 0;
  byId('nothing').hidden = !isEmpty;
  byId('table').hidden = isEmpty;
}

function show(state, {code, reason} = {}) {
  byId('help').textContent = adviceFor({state, code, reason});
  byId('connection').dataset.state = state;
  byId('state').textContent = STATES[state];
  byId('toggle').textContent = state === 'closed' ? 'Go online' : 'Go offline';
  byId('prices').classList.toggle('off', state !== 'open');
}

function complain(message) {
  byId('complaint').textContent = message;
}
