/** The RabbitMQ routes and the webhooks of this node. */

import {ask, poll} from './api.js';
import {element} from './dom.js';
import {count} from './format.js';
import {card, emptyState, Problem} from './parts.js';
import {Table} from './table.js';

const EVERY_MILLIS = 2000;

const sum = counts => Object.values(counts ?? {}).reduce((total, each) => total + each, 0);

export function show(root, {signal}) {
  const problem = new Problem();
  const rabbit = new RabbitMq();
  const hooks = new Webhooks();
  root.append(problem.element, rabbit.element, hooks.element);
  poll(signal, EVERY_MILLIS, async () => {
    try {
      const {rabbitmq, webhooks} = await ask('/api/routes', {signal});
      problem.say();
      rabbit.show(rabbitmq);
      hooks.show(webhooks);
    } catch (error) {
      if (!signal.aborted) problem.say(error.message);
    }
  });
}

class RabbitMq {
  #about = element('p', {className: 'about', id: 'rabbitmq'});
  #none = emptyState('RabbitMQ is not configured.', 'rabbitmq.routes joins its queues and exchanges to addresses.');
  #routes = new Table('Routes of RabbitMQ', [
    {title: 'Route', text: each => each.name},
    {title: 'Direction', extra: true, text: each => ({in: 'from RabbitMQ', out: 'to RabbitMQ'})[each.direction] ?? '–'},
    {title: 'Address', extra: true, text: each => each.address ?? '–', href: each => each.address && `#/channels/${encodeURIComponent(each.address)}`},
    {title: 'State', long: true, text: state, tone: each => (state(each) === 'open' ? 'good' : each.trouble || each.blocked ? 'bad' : '')},
    {title: 'In', number: true, text: each => count(each.in ?? 0)},
    {title: 'Out', number: true, text: each => count(each.out ?? 0)},
    {title: 'Not settled', number: true, extra: true, text: each => count(each.lag ?? 0)},
    {title: 'Lost', number: true, text: each => count(lost(each)), tone: each => (lost(each) ? 'bad' : '')},
  ]);

  constructor() {
    this.#none.hidden = true;
    this.#routes.element.hidden = true;
    this.element = card('RabbitMQ', this.#about, this.#routes.element, this.#none);
  }

  show(told) {
    this.#none.hidden = told !== null;
    this.#routes.element.hidden = told === null;
    this.#about.textContent = told
      ? `${told.connected ? 'Connected' : 'Not connected'}: ${told.uri ?? ''}${told.trouble ? ` (${told.trouble})` : ''}`
      : '';
    this.#routes.show(told?.routes ?? []);
  }
}

function lost({returned = 0, dropped = 0}) {
  return returned + dropped;
}

/** Returns the state of a route. A route that runs on one node of a cluster waits on the others. */
function state({trouble, blocked, open}) {
  if (trouble) return trouble;
  if (blocked) return 'RabbitMQ takes nothing';
  return open ? 'open' : 'not open here';
}

class Webhooks {
  #none = emptyState('There are no webhooks.', 'webhooks tells an endpoint of yours by HTTP what happens.');
  #hooks = new Table('Webhooks', [
    {title: 'Webhook', text: each => each.name},
    {title: 'State', long: true, text: each => each.trouble ?? 'well', tone: each => (each.trouble ? 'bad' : 'good')},
    {title: 'Sent', number: true, text: each => count(each.sent)},
    {title: 'Held', number: true, extra: true, text: each => count(each.held)},
    {title: 'Failed requests', number: true, extra: true, text: each => count(sum(each.failed))},
    {title: 'Dropped', number: true, text: each => count(sum(each.dropped)), tone: each => (sum(each.dropped) ? 'bad' : '')},
  ]);

  constructor() {
    this.#none.hidden = true;
    this.element = card('Webhooks', this.#hooks.element, this.#none);
  }

  show(webhooks) {
    this.#none.hidden = webhooks.length > 0;
    this.#hooks.element.hidden = webhooks.length === 0;
    this.#hooks.show(webhooks);
  }
}
