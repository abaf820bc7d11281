import {byId, element} from './dom.js';
import {Link} from './link.js';
import {Rates} from './rates.js';
import {describe} from './transports.js';

const whole = new Intl.NumberFormat();
const rates = new Rates(byId('rates'));
const sessions = new Rates(byId('by-protocol'));
let before = null;

const feed = new Link({url: 'feed', transport: 'websocket'});
feed.on('message', text => show(JSON.parse(text)));
feed.on('state', status => {
  byId('connection').dataset.state = status.state;
  byId('state').textContent = describe(status);
  if (status.state !== 'open') before = null; // rates over a gap would be wrong
});
addEventListener('pagehide', () => feed.close());
addEventListener('pageshow', event => event.persisted && location.reload());

function show(now) {
  const perSecond = rateSince(before, now);
  before = now;
  const protocols = now.protocols.map(({protocol, ...counts}) => ({
    protocol,
    sessions: counts.sessions,
    in: perSecond(({protocols}) => protocols.find(each => each.protocol === protocol)?.received),
    out: perSecond(({protocols}) => protocols.find(each => each.protocol === protocol)?.delivered),
  }));
  const sum = key => protocols.reduce((total, each) => total + each[key], 0);

  byId('ready').textContent = now.ready ? 'ready' : 'not ready';
  byId('ready').classList.toggle('error', !now.ready);
  number('sessions', sum('sessions'));
  number('subscriptions', now.subscriptions);
  number('channels', now.channels);
  number('in', sum('in'));
  number('out', sum('out'));
  number('outbox', now.outboxBytes / 1024);
  number('lag', Math.max(...now.lag) * 1000);
  byId('version').textContent = now.version;
  byId('uptime').textContent = duration(now.uptime);

  if (perSecond.seconds) rates.add(now.time, {'messages in': sum('in'), 'deliveries out': sum('out')});
  sessions.add(now.time, Object.fromEntries(protocols.map(each => [each.protocol, each.sessions])));

  rows('protocols', protocols.map(each => [each.protocol, each.sessions, each.in, each.out]));
  const seconds = perSecond.seconds;
  rows('busiest', now.busiest.map(each => [each.address, each.subscribers, seconds ? each.lately / seconds : 0]));
  showQueues(now.queues);
  rows('dropped', Object.entries(now.dropped));
  const refused = Object.entries(now.refused).filter(([, count]) => count > 0);
  const ended = Object.entries(now.disconnected).map(([code, count]) => [`connections ended with ${code}`, count]);
  rows('refused', refused.length + ended.length ? [...refused, ...ended] : [['nothing', 0]]);
  showCluster(now.cluster);
  showRabbitMq(now.rabbitmq);
  showWebhooks(now.webhooks?.webhooks ?? []);
}

function showQueues(queues) {
  byId('no-queues').hidden = queues.length > 0;
  byId('queues-head').hidden = queues.length === 0;
  rows('queues', queues.map(queue => [
    queue.name,
    queue.waiting,
    queue.unacknowledged,
    queue.consumers,
    queue.oldestMillis === null ? '–' : duration(queue.oldestMillis),
    queue.inPerSecond,
    queue.outPerSecond,
  ]));
}

function showCluster(cluster) {
  const members = cluster?.members ?? [];
  byId('cluster').textContent = cluster
    ? `${members.length} nodes, ${cluster.healthy === false ? `not healthy: ${cluster.reason}` : 'healthy'}.`
    : 'This node is alone.';
  rows('members', members.map(({address, self}) => [self ? `${address} (this node)` : address]));
}

function showRabbitMq(rabbitmq) {
  const routes = rabbitmq?.routes ?? [];
  byId('rabbitmq').textContent = rabbitmq
    ? `${rabbitmq.connected ? 'Connected' : 'Not connected'}: ${rabbitmq.uri ?? ''}`
    : 'Not configured.';
  byId('routes-head').hidden = routes.length === 0;
  const lost = route => (route.nacked ?? 0) + (route.returned ?? 0) + (route.dropped ?? 0);
  rows('routes', routes.map(route => [route.name, route.in ?? 0, route.out ?? 0, lost(route), route.lag ?? 0]));
}

function showWebhooks(webhooks) {
  byId('no-webhooks').hidden = webhooks.length > 0;
  byId('webhooks-head').hidden = webhooks.length === 0;
  const sum = counts => Object.values(counts).reduce((total, each) => total + each, 0);
  rows('webhooks', webhooks.map(each => [each.name, each.sent, each.held, sum(each.failed), sum(each.dropped), each.trouble ?? '–']));
}

/** How much a counter grew a second; nothing at first, and never less than nothing: the gateway may have started anew. */
function rateSince(earlier, now) {
  const seconds = earlier ? (now.time - earlier.time) / 1000 : 0;
  const perSecond = counter => {
    if (!seconds) return 0;
    return Math.max(0, (counter(now) ?? 0) - (counter(earlier) ?? 0)) / seconds;
  };
  perSecond.seconds = seconds;
  return perSecond;
}

function number(id, value) {
  byId(id).textContent = format(value);
}

function format(value) {
  return whole.format(Math.round(value));
}

/** Fills a table's body: names first, numbers behind them. What others wrote stays text. */
function rows(id, entries) {
  byId(id).replaceChildren(
    ...entries.map(([name, ...cells]) =>
      element(
        'tr',
        {},
        element('th', {scope: 'row'}, name),
        ...cells.map(cell => element('td', {className: 'number'}, typeof cell === 'number' ? format(cell) : String(cell))),
      ),
    ),
  );
}

function duration(ms) {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`;
}
