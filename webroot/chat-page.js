/** The common code of the chat pages: the log, the forms, and a nickname that is kept after a reconnect. */

import {ChatLog} from './chat-log.js';
import {demo} from './demo.js';
import {byId, onText} from './dom.js';
import {rooms} from './rooms.js';

/** Waits in ms before the page asks again for its nickname, which its last connection may still have. */
const WAITS = [300, 600, 1200, 2400, 4800];

const TAKEN = 409;

/** Time in ms in which the room usually confirms a nickname. */
const HEARD_BY = 1500;

/** Makes the page. @param {string} [first] id of the first choice (transports.js) */
export function chatPage(first) {
  const log = new ChatLog(byId('log'), 'Nothing said yet. Write something below; who has this page open, in a second window, say, hears it.');
  let wanted; // a nickname that the room has not confirmed
  let nickname; // the nickname that it has confirmed
  let taking = null; // {session, waits} while a new connection asks for the nickname

  const hear = told => {
    if (told.type === 'error' && told.code === TAKEN && taking) {
      if (told.message === `your nickname is ${nickname} already`) taking = null;
      if (!taking || askAgain()) return;
    }
    log.show(told);
    if (told.type !== 'nick_update' || told.nickname !== wanted) return;
    nickname = wanted;
    wanted = undefined;
    taking = null;
  };
  const askAgain = () => {
    const wait = taking.waits.shift();
    if (wait === undefined) return false;
    const {session} = taking;
    setTimeout(() => taking?.session === session && rename(session, nickname), wait);
    return true;
  };
  const takeAlong = session => {
    taking = {session, waits: [...WAITS]};
    if (!session.greet) {
      rename(session, nickname);
      return;
    }
    // A greeting is sent after the subscription, so the page hears its result. But nobody reports a refusal.
    wanted = nickname;
    session.greet(`/nick ${nickname}`);
    setTimeout(() => taking?.session === session && rename(session, nickname), HEARD_BY);
  };
  const enter = open => options => {
    const session = open(options);
    let isNew = true;
    let isIn = false; // needed because a change of the transport also reports the state `open`
    session.connection.on('state', ({state}) => {
      const wasIn = isIn;
      isIn = state === 'open';
      if (!isIn) log.forget();
      if (!isIn || wasIn) return;
      if (nickname && !session.connection.user && (isNew || !session.keepsNickname)) takeAlong(session);
      isNew = false;
    });
    return session;
  };
  const rename = (session, name) => {
    wanted = name.trim();
    session.rename(name);
  };
  const protocols = Object.entries(rooms(hear)).map(([protocol, open]) => [protocol, enter(open)]);
  const page = demo(Object.fromEntries(protocols), {first, over: words => log.divide(`From here on: ${words}`)});

  onText(byId('say'), byId('text'), text => {
    log.saying(text);
    page.session.say(text);
  });
  byId('nick').addEventListener('submit', event => {
    event.preventDefault();
    taking = null;
    rename(page.session, byId('nickname').value);
    byId('nickname').value = '';
  });
}
