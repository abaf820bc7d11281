import {wordsFor} from './advice.js';
import {connect} from './busbar.js';
import {demo} from './demo.js';
import {byId, element} from './dom.js';
import {Link} from './link.js';
import {politely} from './politely.js';
import {StompBus} from './stomp-bus.js';

const LONGEST_LOG = 200;

let waiting = []; // requests without an answer, in the order in which they were sent; answers keep the order
let times = [];

const page = demo({
  service(options) {
    const link = new Link({...options, url: 'echo'});
    link.on('message', text => answered(waiting.shift(), text));
    link.on('state', forget);
    return {connection: link, ask: asked => link.send(asked.text)};
  },
  bridge: options => overBus(connect('eventbus', options)),
  stomp: options => overBus(new StompBus('stomp', options)),
});

function overBus(bus) {
  bus.on('state', forget);
  const ask = asked =>
    bus.request('echo', asked.text).then(
      ({body}) => answered(asked, body),
      error => lost(asked, wordsFor(error)),
    );
  return {connection: bus, ask};
}

byId('say').addEventListener('submit', event => {
  event.preventDefault();
  ask(byId('text').value);
  byId('text').select();
});

byId('burst').addEventListener('click', () => {
  const text = byId('text').value;
  for (let i = 1; i <= 100; i += 1) ask(`${text} ${i}`);
});

function ask(text) {
  const item = element('li', {className: 'pending'}, element('span', {className: 'said'}, text), element('span', {}, '…'));
  const log = byId('log');
  log.querySelector('.empty')?.remove();
  log.prepend(item);
  while (log.children.length > LONGEST_LOG) log.lastChild.remove();
  const asked = {text, item, at: performance.now()};
  waiting.push(asked);
  page.session.ask(asked);
}

function answered(asked, text) {
  if (!asked) return; // It answers a request of an earlier connection.
  const took = performance.now() - asked.at;
  waiting = waiting.filter(other => other !== asked);
  asked.item.className = text === asked.text ? 'back' : 'wrong';
  asked.item.replaceChildren(
    element('span', {className: 'said'}, text),
    element('span', {className: 'time'}, `${took.toFixed(1)} ms`),
  );
  times = [...times, took].slice(-1000);
  const sorted = [...times].sort((a, b) => a - b);
  byId('count').textContent = Number(byId('count').textContent) + 1;
  byId('last').textContent = `${took.toFixed(1)} ms`;
  byId('median').textContent = `${sorted[Math.floor(sorted.length / 2)].toFixed(1)} ms`;
  politely(byId('news'), `${byId('count').textContent} came back, the last one in ${took.toFixed(1)} ms`);
}

function lost(asked, why) {
  waiting = waiting.filter(other => other !== asked);
  asked.item.className = 'wrong';
  asked.item.lastChild.textContent = why;
}

/** Counts open requests as lost, because the next connection does not answer them. */
function forget({state}) {
  if (state === 'open') times = [];
  else for (const asked of [...waiting]) lost(asked, 'lost');
}
