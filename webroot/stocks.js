import {wordsFor} from './advice.js';
import {connect} from './busbar.js';
import {demo} from './demo.js';
import {byId, element} from './dom.js';
import {Link} from './link.js';
import {showPrice} from './price-cell.js';
import {PriceChart} from './price-chart.js';
import {StompBus} from './stomp-bus.js';

const SYMBOLS = ['AAPL', 'MSFT', 'AMZN', 'GOOG', 'YHOO'];

const chart = new PriceChart(byId('chart'), SYMBOLS);
const rows = new Map(SYMBOLS.map(symbol => [symbol, row(symbol)]));
const wanted = () => SYMBOLS.filter(symbol => rows.get(symbol).box.checked);

const page = demo({
  service(options) {
    const link = new Link({...options, url: 'stocks'});
    const ask = () => link.send(JSON.stringify({stocks: wanted()}));
    link.on('state', ({state}) => state === 'open' && ask());
    link.on('message', text => {
      const answer = JSON.parse(text);
      if (answer.type === 'error') complain(answer.message);
      else for (const [symbol, price] of Object.entries(answer)) show(symbol, price);
    });
    return {connection: link, follow: ask};
  },
  bridge: options => overBus(connect('eventbus', options)),
  stomp: options => overBus(new StompBus('stomp', options)),
});

function overBus(bus) {
  const ends = new Map();
  const hear = symbol => ({body}) => (body.error ? complain(`${symbol}: ${body.error}`) : show(symbol, body.price));
  const follow = () => {
    for (const symbol of SYMBOLS) {
      if (wanted().includes(symbol)) {
        if (!ends.has(symbol)) ends.set(symbol, bus.subscribe(`stocks.${symbol}`, hear(symbol)));
      } else {
        ends.get(symbol)?.();
        ends.delete(symbol);
      }
    }
  };
  bus.on('error', error => error.code === 'auth_error' || complain(wordsFor(error)));
  follow();
  return {connection: bus, follow};
}

function row(symbol) {
  const box = element('input', {type: 'checkbox', checked: true, id: `follow-${symbol}`});
  const name = element('label', {}, box, symbol);
  const price = element('td', {className: 'price'}, '–');
  const change = element('td', {className: 'change'}, '–');
  const line = element('tr', {}, element('th', {scope: 'row'}, name), price, change);
  line.dataset.symbol = symbol;
  byId('prices').append(line);
  box.addEventListener('change', () => {
    line.classList.toggle('off', !box.checked);
    chart.toggle(symbol, box.checked);
    page.session.follow();
  });
  return {box, price, change, first: null, last: null};
}

function show(symbol, price) {
  const known = rows.get(symbol);
  if (!known || !known.box.checked) return;
  known.first ??= price;
  showPrice(known.price, price, known.last);
  const percent = ((price - known.first) / known.first) * 100;
  const {flash} = known.price.dataset;
  if (flash) Object.assign(known.change.dataset, {flash, direction: percent < 0 ? 'down' : 'up'});
  known.change.textContent = `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(2)} %`;
  known.last = price;
  chart.add(symbol, price);
  byId('complaint').textContent = '';
}

function complain(message) {
  byId('complaint').textContent = message;
}
