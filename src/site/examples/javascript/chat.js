// A room. Clients of a service endpoint send text; "/nick NAME" changes the name.
const ROOM = 'example.room';
const members = new Map(); // names, by session

const tell = (type, nickname, message) =>
  vertx.eventBus().publish(ROOM, { type, nickname, message });

const isTaken = name => [...members.values()].includes(name);

function rename(session, name) {
  if (!/^\w{1,20}$/.test(name)) {
    return [400, 'a nickname is 1 to 20 letters and digits'];
  }
  if (isTaken(name)) {
    return [409, 'taken'];
  }
  const before = members.get(session);
  members.set(session, name);
  tell('nick_update', name, `${before} is now ${name}`);
}

function say(session, text) {
  if (typeof text !== 'string' || text.trim() === '' || text.length > 1000) {
    return [400, 'a message is text of 1 to 1000 characters'];
  }
  if (text.startsWith('/nick ')) {
    return rename(session, text.slice(6).trim());
  }
  tell('message', members.get(session), text);
}

function leave(session) {
  const name = members.get(session);
  if (members.delete(session)) {
    tell('notification', name, `${name} has left`);
  }
}

vertx.eventBus().localConsumer('example.chat', message => {
  const { session, event } = message.headers;
  if (event !== 'close' && !members.has(session)) {
    members.set(session, `guest-${session.slice(0, 8)}`);
    tell('notification', members.get(session), `${members.get(session)} has joined`);
  }
  const refused = event === 'message' ? say(session, message.body) : undefined;
  if (event === 'close') {
    leave(session);
  }
  if (refused) {
    message.fail(...refused);
  } else {
    message.reply(null);
  }
});
