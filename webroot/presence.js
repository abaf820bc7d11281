import {wordsFor} from './advice.js';
import {connect} from './busbar.js';
import {demo} from './demo.js';
import {byId, element} from './dom.js';

const CHANNEL = 'public.presence-demo';
const NAMES = ['Ada', 'Grace', 'Edsger', 'Barbara', 'Donald', 'Radia', 'Alan', 'Frances'];
const POINT_EVERY = 50; // ms
const TYPES_FOR = 2000; // ms after the last letter
const POINTS_FOR = 10_000;

/** The `info` of this page, which others see. A user may have several pages. */
const me = {id: crypto.getRandomValues(new Uint32Array(1))[0].toString(36), name: NAMES[Math.floor(Math.random() * NAMES.length)]};
const board = byId('board');
const typing = new Map(); // id -> timer
const cursors = new Map(); // id -> {mark, timer}
byId('name').value = me.name;

const page = demo({
  bridge(options) {
    const bus = connect('eventbus', options);
    const channel = bus.channel(CHANNEL);
    const presence = channel.presence();
    const session = {connection: bus, channel, presence, leave: channel.subscribe(heard, {info: {...me}})};
    presence.on('join', ({user, info}) => news(`${nameOf(user, info)} is here`));
    presence.on('leave', ({user, info}) => {
      news(`${nameOf(user, info)} has left`);
      forget(info?.id);
    });
    for (const event of ['join', 'leave', 'list']) presence.on(event, () => show(presence));
    presence.on('error', error => news(wordsFor(error)));
    return session;
  },
});

function nameOf(user, info) {
  return typeof info?.name === 'string' ? info.name : user;
}

function news(words) {
  byId('news').textContent = words;
}

function show(presence) {
  if (presence !== page?.session.presence) return;
  byId('count').textContent = presence.members.size;
  byId('people').replaceChildren(
    ...[...presence.members.values()].map(({user, info}) => {
      const item = element('li', {}, nameOf(user, info));
      if (info?.id === me.id) item.append(element('span', {className: 'note'}, ' (you)'));
      if (typing.has(info?.id)) item.append(element('span', {className: 'note types'}, ' types…'));
      return item;
    }),
  );
}

/** Handles a message of another page: {id} with `typing`, a position {x, y}, or `renamed`. */
function heard({body}) {
  if (typeof body?.id !== 'string' || body.id === me.id) return;
  const {presence} = page.session;
  if (body.typing) {
    clearTimeout(typing.get(body.id));
    typing.set(body.id, setTimeout(() => stopped(body.id), TYPES_FOR));
    show(presence);
  } else if (Number.isFinite(body.x) && Number.isFinite(body.y)) {
    point(body);
  } else if (body.renamed) {
    // This message may come before the new name is in the list, so the page loads the list twice.
    presence.refresh();
    setTimeout(() => page.session.presence.refresh(), 1000);
  }
}

function stopped(id) {
  typing.delete(id);
  show(page.session.presence);
}

function forget(id) {
  clearTimeout(typing.get(id));
  typing.delete(id);
  clearTimeout(cursors.get(id)?.timer);
  cursors.get(id)?.mark.remove();
  cursors.delete(id);
  byId('nobody').hidden = cursors.size > 0;
}

function point({id, x, y}) {
  const known = [...page.session.presence.members.values()].find(({info}) => info?.id === id);
  if (!known) return; // The list does not have this page.
  const cursor = cursors.get(id) ?? {mark: board.appendChild(element('span', {className: 'cursor'}))};
  clearTimeout(cursor.timer);
  cursor.timer = setTimeout(() => forget(id), POINTS_FOR);
  cursor.mark.textContent = nameOf(known.user, known.info);
  cursor.mark.style.left = `${Math.min(Math.max(x, 0), 1) * 100}%`;
  cursor.mark.style.top = `${Math.min(Math.max(y, 0), 1) * 100}%`;
  cursors.set(id, cursor);
  byId('nobody').hidden = true;
}

/** Tells the other pages, if there is a connection. Such a message is worth nothing later. */
function tell(what) {
  const {connection, channel} = page.session;
  if (connection.state === 'open') channel.publish({id: me.id, ...what});
}

let pointedAt = 0;
board.addEventListener('pointermove', event => {
  if (event.timeStamp - pointedAt < POINT_EVERY) return;
  pointedAt = event.timeStamp;
  const {left, top, width, height} = board.getBoundingClientRect();
  tell({x: (event.clientX - left) / width, y: (event.clientY - top) / height});
});

let typedAt = -TYPES_FOR;
byId('draft').addEventListener('input', event => {
  if (event.timeStamp - typedAt < TYPES_FOR / 2) return;
  typedAt = event.timeStamp;
  tell({typing: true});
});

byId('name-form').addEventListener('submit', event => {
  event.preventDefault();
  const {session} = page;
  me.name = byId('name').value;
  // A user who comes back at once counts as never gone. So the others must be told to load the list.
  session.leave();
  session.leave = session.channel.subscribe(heard, {info: {...me}});
  tell({renamed: true});
});
