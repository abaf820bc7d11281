/** The frame of the console. It gets the node's state every second, and shows the view of the URL. */

import {byId, element} from './dom.js';
import {clock, duration} from './format.js';
import {Link} from './link.js';
import {Problem} from './parts.js';

/** Views by the first part of the fragment. With a second part, `one` loads the view of a single item. */
const VIEWS = {
  overview: {title: 'Overview', load: () => import('./overview.js')},
  alerts: {title: 'Alerts', load: () => import('./alerts.js')},
  sessions: {title: 'Sessions', load: () => import('./sessions.js'), one: () => import('./session.js')},
  channels: {title: 'Channels', load: () => import('./channels.js'), one: () => import('./channel.js')},
  presence: {title: 'Presence', load: () => import('./presence.js')},
  publish: {title: 'Publish a message', load: () => import('./publish.js')},
  queues: {title: 'Queues', load: () => import('./queues.js'), one: () => import('./queue.js')},
  streams: {title: 'Streams', load: () => import('./streams.js')},
  routes: {title: 'Routes', load: () => import('./routes.js')},
  cluster: {title: 'Cluster', load: () => import('./cluster.js')},
  features: {title: 'Features', load: () => import('./features.js')},
};

const LONGEST_FRAGMENT = 2000;

/** The node's state for the views: `feed` is its last message; null before the first. */
const node = {feed: null, listeners: new Set()};

let current = null; // the AbortController that ends the present view
let heardAt = null;

const feed = new Link({url: 'feed', transport: 'websocket', backoff: {min: 500, max: 10_000}});
feed.on('message', text => heard(JSON.parse(text)));
feed.on('state', connection);
byId('retry').addEventListener('click', () => feed.retry());
addEventListener('pagehide', () => feed.close());
addEventListener('pageshow', event => event.persisted && location.reload());
addEventListener('hashchange', () => route(true));

byId('menu').addEventListener('click', () => menu(byId('menu').getAttribute('aria-expanded') === 'false'));
document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  byId('title').focus();
});
route(false);

function menu(open) {
  byId('menu').setAttribute('aria-expanded', open);
}

function connection({state, reason, retryAt}) {
  byId('connection').dataset.state = state;
  byId('state').textContent = {connecting: 'Connecting…', open: 'Live', waiting: 'Connection lost'}[state] ?? 'Closed';
  if (state === 'open') byId('lost').hidden = true;
  if (state !== 'waiting') return;
  const from = heardAt ? ` What you see is from ${clock(heardAt)}.` : '';
  const next = Math.max(1, Math.round((retryAt - Date.now()) / 1000));
  byId('lost-words').textContent =
    `The connection to this node is lost (${reason}).${from} The next try is in ${next} s. If that fails for long, look whether the node runs.`;
  byId('lost').hidden = false;
  document.body.dataset.stale = '';
}

function heard(now) {
  node.feed = now;
  heardAt = Date.now();
  delete document.body.dataset.stale;
  byId('ready').textContent = now.ready ? 'Ready' : 'Not ready';
  byId('ready').dataset.tone = now.ready ? 'good' : 'bad';
  byId('uptime').textContent = duration(now.uptime);
  byId('version').textContent = now.version;
  badge(now.alerts);
  tab();
  for (const listener of node.listeners) listener(now);
}

/** Shows the number of alerts in the menu. */
function badge(alerts) {
  const critical = alerts.some(({severity}) => severity === 'critical');
  for (const id of ['alerts', 'menu-alerts']) {
    const shown = byId(id);
    shown.hidden = alerts.length === 0;
    shown.dataset.tone = critical ? 'bad' : 'warn';
    if (shown.firstChild?.textContent !== String(alerts.length)) {
      shown.replaceChildren(String(alerts.length), element('span', {className: 'unseen'}, alerts.length === 1 ? ' alert' : ' alerts'));
    }
  }
}

/** Returns the parts of a fragment such as `#/sessions/ID?user=ann`. */
function parts() {
  const [address, search = ''] = location.hash.slice(0, LONGEST_FRAGMENT).replace(/^#\/?/, '').split('?');
  const [name, ...rest] = address.split('/');
  let id = rest.join('/');
  try {
    id = decodeURIComponent(id);
  } catch {
    // The text is not encoded correctly, so it is used as it is.
  }
  return {name: Object.hasOwn(VIEWS, name) ? name : 'overview', id, query: new URLSearchParams(search)};
}

async function route(byHand) {
  current?.abort();
  const ending = (current = new AbortController());
  const {signal} = ending;
  const {name, id, query} = parts();
  const view = VIEWS[name];
  const isOne = id !== '' && view.one !== undefined;
  menu(false);
  for (const link of document.querySelectorAll('#navigation a[href^="#"]')) {
    if (link.getAttribute('href') === `#/${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  title(isOne ? id : view.title);
  node.listeners.clear();
  const root = byId('view');
  root.dataset.view = name;
  const replaceQuery = parameters => {
    const search = parameters.toString();
    history.replaceState(null, '', `#/${name}${isOne ? `/${encodeURIComponent(id)}` : ''}${search ? `?${search}` : ''}`);
  };
  const context = {id, query, signal, replaceQuery, onFeed};
  try {
    const {show} = await (isOne ? view.one() : view.load());
    if (signal.aborted) return;
    root.replaceChildren();
    show(root, context);
  } catch (error) {
    if (signal.aborted) return;
    console.error(error);
    const problem = new Problem();
    root.replaceChildren(problem.element);
    problem.say('This view could not be loaded. Look whether the node runs, and reload the page.');
  }
  if (byHand) {
    scrollTo(0, 0);
    byId('title').focus({preventScroll: true});
  }
}

function title(words) {
  byId('title').textContent = words;
  tab();
}

/** Shows the number of alerts in the title, which is also seen in another tab. */
function tab() {
  const alerts = node.feed?.alerts.length ?? 0;
  document.title = `${alerts ? `(${alerts}) ` : ''}${byId('title').textContent} · Busbar`;
}

/** Calls the listener of a view with each message while the view is shown, and at once with the last one. */
function onFeed(listener) {
  node.listeners.add(listener);
  if (node.feed) listener(node.feed);
}
