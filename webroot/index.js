import {connect} from './busbar.js';
import {copyButton} from './copy.js';
import {byId, element} from './dom.js';
import {Sparkline} from './sparkline.js';
import {StatusLine} from './status-line.js';
import {TalkPane} from './talk-pane.js';

const here = new URL('.', location.href).href.replace(/\/$/, '');
const deliveries = new Sparkline(byId('deliveries'));
const whole = new Intl.NumberFormat();

for (const place of document.querySelectorAll('[data-origin]')) {
  place.textContent = here.replace('http', place.dataset.origin);
}
for (const sample of document.querySelectorAll('.sample')) {
  const title = sample.closest('.way, .card').querySelector('h3').textContent;
  sample.prepend(copyButton(`the code for ${title}`, () => sample.querySelector('pre').textContent));
}
byId('here').append(copyButton('the address', () => here));

const panes = [new TalkPane(byId('left'), 'websocket'), new TalkPane(byId('right'), 'stomp-websocket')];
byId('start').addEventListener('click', async () => {
  for (const pane of panes) pane.start();
  byId('start').disabled = true;
  byId('start').textContent = 'Starting…';
  const [left, right] = panes;
  await Promise.all([left.isIn, right.isIn]);
  byId('start').textContent = 'Both are in the room';
  left.focus(); // The disabled button loses the focus, so keyboard users would have none.
  right.greet();
  await left.hasHeard; // From now on both sides get the messages.
  left.greet();
});

const bus = connect('eventbus');
const state = new StatusLine(byId('connection'), {ids: true, retry: () => bus.retry()});
state.show(bus.status);
bus.subscribe('busbar.stats', ({body}) => show(body));
bus.on('state', status => state.show(status));
bus.on('error', () => (byId('no-numbers').hidden = false));
addEventListener('pagehide', () => {
  bus.close();
  for (const pane of panes) pane.stop();
});
addEventListener('pageshow', event => event.persisted && location.reload());

function show(stats) {
  const sessions = Object.entries(stats.sessions ?? {});
  number('sessions', sessions.reduce((sum, [, count]) => sum + count, 0));
  for (const name of ['subscriptions', 'channels', 'in', 'out', 'refused', 'dropped']) number(name, stats[name]);
  byId('by-protocol').textContent = sessions
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${whole.format(count)}`)
    .join(' · ');
  byId('uptime').textContent = duration(stats.uptime);
  byId('node').textContent = stats.node;
  byId('version').textContent = stats.version;
  deliveries.add(stats.out);
  list('protocols', stats.protocols, ({name, url}) => [name, url]);
  list('services', stats.services, ({path, channel}) => [path, channel || '–']);
}

function number(id, value) {
  byId(id).textContent = whole.format(Math.round(value ?? 0));
}

/** Fills a table's body if something is new. Otherwise it would disturb screen readers every second. */
function list(id, entries = [], cells) {
  const body = byId(id);
  const now = JSON.stringify(entries);
  if (body.dataset.shown === now) return;
  body.dataset.shown = now;
  body.replaceChildren(
    ...entries.map(entry => {
      const [name, where] = cells(entry);
      return element('tr', {}, element('th', {scope: 'row'}, name), element('td', {}, element('code', {}, where)));
    }),
  );
}

function duration(ms) {
  const seconds = Math.floor(ms / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first < 0 ? 3 : first)
    .slice(0, 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}
