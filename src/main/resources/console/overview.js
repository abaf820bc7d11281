/** The overview of this node: its numbers, their charts, and the busiest channels and queues. */

import {AlertList} from './alert-list.js';
import {ask} from './api.js';
import {TimeChart} from './chart.js';
import {element} from './dom.js';
import {count, duration, plural, rate, size, sizeParts} from './format.js';
import {card, choice, emptyState} from './parts.js';
import {fill, Table} from './table.js';

const WINDOWS = {'2m': {millis: 120_000, words: 'two minutes'}, '1h': {millis: 3_600_000, words: 'hour'}};
const SHOWN_ALERTS = 3;
const MEBI = 1024 * 1024;

export function show(root, context) {
  const tiles = new Tiles();
  const alerts = new AlertList();
  const more = element('a', {className: 'more', href: '#/alerts', hidden: true});
  const charts = new Charts(context);
  const lists = new Lists();
  root.append(alerts.element, more, tiles.element, charts.element, lists.element);
  context.onFeed(feed => {
    alerts.show(feed.alerts.slice(0, SHOWN_ALERTS));
    const others = feed.alerts.length - SHOWN_ALERTS;
    more.hidden = others <= 0;
    more.textContent = plural(others, 'more alert');
    tiles.show(feed);
    charts.add(feed.numbers);
    lists.show(feed);
  });
}

/** The present numbers. */
class Tiles {
  #values = new Map();

  constructor() {
    this.element = element('dl', {className: 'tiles'});
    for (const [name, id, href] of [
      ['Sessions', 'sessions', '#/sessions'],
      ['Subscriptions', 'subscriptions'],
      ['Channels', 'channels', '#/channels'],
      ['Messages in', 'in'],
      ['Deliveries out', 'out'],
      ['Waiting for slow clients', 'outbox'],
      ['Event-loop lag', 'lag'],
      ['Heap in use', 'heap'],
    ]) {
      const value = element('b', {id}, '–');
      const unit = element('small');
      const note = element('span', {className: 'tile-note'});
      this.#values.set(id, {value, unit, note});
      const label = href ? element('a', {href}, name) : name;
      this.element.append(element('div', {}, element('dt', {}, label), element('dd', {}, value, unit, note)));
    }
  }

  show({numbers, heapMax, protocols, members}) {
    const sessions = protocols.reduce((sum, each) => sum + each.sessions, 0);
    const spoken = protocols.filter(each => each.sessions > 0).length;
    this.#set('sessions', count(sessions), '', spoken ? `in ${plural(spoken, 'protocol')}` : 'nobody is here');
    this.#set('subscriptions', count(numbers.subscriptions), '', sessions ? `${rate(numbers.subscriptions / sessions)} a session` : '');
    this.#set('channels', count(numbers.channels), '', 'heard on this node');
    this.#set('in', rate(numbers.inPerSecond), '/s', 'from clients');
    this.#set('out', rate(numbers.outPerSecond), '/s', 'to clients');
    this.#set('outbox', ...sizeParts(numbers.outboxBytes), numbers.outboxBytes ? 'they read slowly' : 'all keep up');
    this.#set('lag', count(numbers.lagMillis), 'ms', 'the worst in 15 s', numbers.lagMillis > 1000 ? 'bad' : '');
    const full = Math.round((numbers.heapBytes / heapMax) * 100);
    this.#set('heap', ...sizeParts(numbers.heapBytes), `${full} % of ${size(heapMax)}`);
  }

  #set(id, text, unitText, noteText, tone) {
    const {value, unit, note} = this.#values.get(id);
    fill(value, text, null, tone);
    fill(unit, unitText);
    fill(note, noteText);
  }
}

/** Four charts over two minutes or an hour. They begin with the samples that the node has stored. */
class Charts {
  #context;
  #window;
  #samples = [];
  #loaded = false;
  #charts;

  constructor(context) {
    this.#context = context;
    const {signal, query, replaceQuery} = context;
    this.#window = query.get('window') === '1h' ? '1h' : '2m';
    const whole = value => (Number.isInteger(value) ? count(value) : '');
    this.#charts = {
      messages: new TimeChart('Messages a second', 'Lines of messages in and deliveries out a second', {format: rate, signal}),
      sessions: new TimeChart('Sessions by protocol', 'Lines of the sessions of each protocol', {format: whole, signal}),
      lag: new TimeChart('Event-loop lag, ms', 'A line of the worst lag of all event loops', {format: whole, most: 10, signal}),
      heap: new TimeChart('Heap in use, MiB', 'A line of the heap that is in use', {format: whole, most: 16, signal}),
    };
    const windows = choice('The time that the charts show', 'window', [['2m', '2 minutes'], ['1h', '1 hour']], this.#window, chosen => {
      this.#window = chosen;
      replaceQuery(new URLSearchParams(chosen === '1h' ? {window: chosen} : {}));
      this.#load();
    });
    const panels = Object.values(this.#charts).map(chart => chart.element);
    this.element = element(
      'section',
      {ariaLabel: 'Over time'},
      element('div', {className: 'head'}, element('h2', {}, 'Over time'), windows),
      element('div', {className: 'halves'}, ...panels),
    );
    this.#load();
  }

  async #load() {
    this.#loaded = false;
    const asked = this.#window;
    try {
      const answer = await ask(`/api/history/numbers?window=${asked}`, {signal: this.#context.signal});
      if (asked === this.#window) this.#samples = answer.samples;
    } catch (error) {
      if (this.#context.signal.aborted) return;
      this.#samples = []; // The charts still show the samples that come from now on.
    }
    this.#loaded = asked === this.#window;
    this.#draw();
  }

  /** Adds the present numbers. For an hour it adds only every tenth second, as the node does. */
  add(numbers) {
    if (!this.#loaded) return;
    const last = this.#samples.at(-1)?.time ?? 0;
    const step = this.#window === '1h' ? 10_000 : 0;
    if (numbers.time <= last + step) return;
    this.#samples.push(numbers);
    this.#draw();
  }

  #draw() {
    const {millis, words} = WINDOWS[this.#window];
    const now = this.#samples.at(-1)?.time ?? Date.now();
    this.#samples = this.#samples.filter(({time}) => time >= now - millis);
    const line = of => this.#samples.map(sample => ({x: sample.time, y: of(sample)}));
    const young = this.#samples.length === 0 ? 'The first point comes within some seconds.' : null;
    const {messages, sessions, lag, heap} = this.#charts;
    messages.show(
      now,
      millis,
      new Map([['in', line(each => each.inPerSecond)], ['out', line(each => each.outPerSecond)]]),
      young ?? `No messages within the last ${words}. Lines rise when clients speak.`,
    );
    const protocols = [...new Set(this.#samples.flatMap(each => Object.keys(each.sessions)))].sort();
    sessions.show(
      now,
      millis,
      new Map(protocols.map(name => [name, line(each => each.sessions[name] ?? 0)])),
      young ?? `No client within the last ${words}. Lines rise when one connects.`,
    );
    lag.show(now, millis, new Map([['lag', line(each => each.lagMillis)]]), young ?? 'No event loop was late by a millisecond.');
    heap.show(now, millis, new Map([['heap', line(each => Math.round(each.heapBytes / MEBI))]]), young ?? 'Nothing is in use.');
  }
}

/** The busiest protocols, channels and queues, and the losses. */
class Lists {
  #protocols = new Table('Protocols', [
    {title: 'Protocol', text: each => each.protocol, href: each => `#/sessions?protocol=${encodeURIComponent(each.protocol)}`},
    {title: 'Sessions', number: true, text: each => count(each.sessions)},
    {title: 'In /s', number: true, text: each => rate(each.inPerSecond)},
    {title: 'Out /s', number: true, text: each => rate(each.outPerSecond)},
  ]);

  #busiest = new Table('Busiest channels', [
    {title: 'Address', text: each => each.address, href: each => `#/channels/${encodeURIComponent(each.address)}`},
    {title: 'Subscribers', number: true, text: each => count(each.subscribers)},
    {title: 'Messages /s', number: true, text: each => rate(each.perSecond)},
  ], each => `${each.pattern} ${each.address}`);

  #queues = new Table('Busiest queues of this node', [
    {title: 'Queue', text: each => each.name, href: each => `#/queues/${encodeURIComponent(each.name)}`},
    {title: 'Waiting', number: true, text: each => count(each.waiting)},
    {title: 'Consumers', number: true, text: each => count(each.consumers)},
    {title: 'Oldest', number: true, text: each => duration(each.oldestMillis)},
  ]);

  #losses = new Table('What was lost, refused or ended since the start', [
    {title: 'What', text: each => each.what},
    {title: 'Kind', text: each => each.kind},
    {title: 'Times', number: true, text: each => count(each.count)},
  ], each => `${each.kind} ${each.what}`);

  #empty = {
    protocols: emptyState('No client was here yet.', 'They connect to the ports that the node named when it was ready.'),
    busiest: emptyState('No client listens to a channel.', 'A channel is here as long as somebody listens to it.'),
    queues: emptyState('No queue of this node has messages or consumers.', 'The view Queues has those of all nodes.'),
    losses: emptyState('Nothing was lost, refused or ended by the gateway.', 'It is counted from the start of the node.'),
  };

  constructor() {
    this.element = element(
      'div',
      {className: 'halves'},
      card('Protocols', this.#protocols.element, this.#empty.protocols),
      card('Busiest channels', this.#busiest.element, this.#empty.busiest),
      card('Busiest queues', this.#queues.element, this.#empty.queues),
      card('Lost, refused, ended', this.#losses.element, this.#empty.losses),
    );
  }

  show({protocols, busiest, queues, losses}) {
    this.#fill(this.#protocols, this.#empty.protocols, protocols);
    this.#fill(this.#busiest, this.#empty.busiest, busiest);
    this.#fill(this.#queues, this.#empty.queues, queues);
    this.#fill(this.#losses, this.#empty.losses, losses);
  }

  #fill(table, empty, items) {
    table.show(items);
    table.element.hidden = items.length === 0;
    empty.hidden = items.length > 0;
  }
}
