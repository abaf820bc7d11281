import {byId, element} from './dom.js';
import {Link} from './link.js';
import {MovingChart} from './moving-chart.js';
import {StatusLine} from './status-line.js';

const LONGEST_LOG = 8;
const LONGEST_PAIR = 200;
const MOST_DEVICES = 20;

const link = new Link({url: 'topics', transport: 'websocket'});
const state = new StatusLine(byId('connection'), {ids: true, retry: () => link.retry()});
state.show(link.status);
const relays = new Map(); // name -> its button
const thermometers = new Map(); // name -> the element of its value
const chart = new MovingChart(byId('chart'), {
  window: 60_000,
  step: 10_000,
  y: {ticks: {callback: value => `${value.toFixed(1)} °C`}, grace: 0.5},
  tooltip: {label: ({dataset, parsed}) => `${dataset.label} ${parsed.y.toFixed(1)} °C`},
});
chart.moveTo(Date.now());
setInterval(() => chart.moveTo(Date.now()), 1000);

link.on('state', status => {
  state.show(status);
  for (const button of relays.values()) button.disabled = status.state !== 'open';
  // The bus sends nothing before it gets this message.
  if (status.state === 'open') say('clown.talk/-/config/set', {});
});
link.on('message', text => heard(...JSON.parse(text)));

// A browser may keep a page that was left, with its open connection.
addEventListener('pagehide', () => link.close());
addEventListener('pageshow', event => event.persisted && location.reload());

function say(topic, payload) {
  link.send(JSON.stringify([topic, payload]));
}

function heard(topic, payload) {
  if (topic === 'clown.talk/-/error') byId('complaint').textContent = payload.message;
  if (topic.startsWith('clown.talk/')) return;
  log(topic, payload);
  const [, kind, name, what] = topic.split('/');
  if (kind === 'relay' && what === 'state') relay(name, payload?.state);
  if (kind === 'thermometer' && what === 'temperature') temperature(name, payload?.value);
}

/** Returns the element of a device. The first message of a device adds it to the page. */
function device(list, known, name, make) {
  if (!known.has(name) && known.size < MOST_DEVICES) {
    const place = make();
    known.set(name, place);
    byId(list).append(element('li', {}, element('span', {}, name), place));
  }
  return known.get(name);
}

function relay(name, isOn) {
  const button = device('relays', relays, name, () => {
    const made = element('button', {type: 'button', className: 'switch'});
    made.setAttribute('role', 'switch');
    made.setAttribute('aria-label', `Relay ${name}`);
    // The button changes only when the relay reports its new state.
    made.addEventListener('click', () => {
      byId('complaint').textContent = '';
      say(`node/relay/${name}/set`, {state: made.getAttribute('aria-checked') !== 'true'});
    });
    return made;
  });
  byId('no-relays').hidden = relays.size > 0;
  button?.setAttribute('aria-checked', String(isOn === true));
  if (button) button.textContent = isOn === true ? 'on' : 'off';
}

function temperature(name, value) {
  if (!Number.isFinite(value)) return;
  const place = device('thermometers', thermometers, name, () => element('strong', {className: 'degrees'}));
  if (!place) return;
  place.textContent = `${value.toFixed(1)} °C`;
  chart.line(name).data.push({x: Date.now(), y: value});
}

/** Adds a message at the top, and removes the oldest at the bottom. */
function log(topic, payload) {
  const said = JSON.stringify([topic, payload]);
  byId('log').prepend(element('li', {}, said.length > LONGEST_PAIR ? `${said.slice(0, LONGEST_PAIR)}…` : said));
  while (byId('log').children.length > LONGEST_LOG) byId('log').lastChild.remove();
}
