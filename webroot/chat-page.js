/** What the pages of the chat share: the log, the forms, and a nickname that outlives the connection. */

import {ChatLog} from './chat-log.js';
import {demo} from './demo.js';
import {byId} from './dom.js';
import {rooms} from './rooms.js';

/** Makes the page. @param {string} [first] the choice (transports.js) that it begins with */
export function chatPage(first) {
  const log = new ChatLog(byId('log'), 'Nothing said yet. Write something below; who has this page open, in a second window, say, hears it.');
  let wanted; // a nickname that the room has not confirmed
  let nickname; // the one that it has

  const hear = told => {
    log.show(told);
    if (told.type !== 'nick_update' || told.nickname !== wanted) return;
    nickname = wanted;
    wanted = undefined;
  };
  const enter = open => options => {
    const session = open(options);
    let isNew = true;
    session.connection.on('state', ({state}) => {
      if (state !== 'open') {
        log.forget();
        return;
      }
      if (nickname && !session.connection.user && (isNew || !session.keepsNickname)) rename(session, nickname);
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

  byId('say').addEventListener('submit', event => {
    event.preventDefault();
    const text = byId('text').value;
    if (text.trim() === '') return;
    log.saying(text);
    page.session.say(text);
    byId('text').value = '';
  });
  byId('nick').addEventListener('submit', event => {
    event.preventDefault();
    rename(page.session, byId('nickname').value);
    byId('nickname').value = '';
  });
}
