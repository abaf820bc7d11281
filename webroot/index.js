import {connect} from './busbar.js';
import {byId, element} from './dom.js';
import {Sparkline} from './sparkline.js';
import {describe} from './transports.js';

const deliveries = new Sparkline(byId('deliveries'));
const whole = new Intl.NumberFormat();

for (const place of document.querySelectorAll('[data-origin]')) {
  const here = new URL('.', location.href).href.replace(/\/$/, '');
  place.textContent = here.replace('http', place.dataset.origin);
}

const bus = connect('eventbus');
bus.subscribe('busbar.stats', ({body}) => show(body));
bus.on('state', status => {
  byId('connection').dataset.state = status.state;
  byId('state').textContent = describe(status);
});
addEventListener('pagehide', () => bus.close());
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
  list('services', stats.services, ({path, channel}) => [path, channel ?? '–']);
}

function number(id, value) {
  byId(id).textContent = whole.format(Math.round(value ?? 0));
}

/** Fills a table's body, but only when something is new: who reads it is not disturbed every second. */
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
