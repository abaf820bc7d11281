import assert from 'node:assert/strict';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Will take the next message, except news that another client has left. Clients of the last check
 * may still be leaving.
 */
async function next(client, what, nickname) {
  const foreign = text => text.endsWith(' has disconnected"}') && JSON.parse(text).nickname !== nickname;
  return client.inbox.find(what, text => !foreign(text));
}

/** Returns the same JSON with its keys in the same order and without escapes. */
function plain(text) {
  return JSON.stringify(JSON.parse(text));
}

/**
 * Will take the next message of the room, and check that it is exactly this one.
 *
 * @returns the id of the member that it is about
 */
export async function told(client, type, nickname, message) {
  const text = await next(client, `the ${type} "${message}"`, nickname);
  const {id} = JSON.parse(text);
  assert.match(id, UUID);
  assert.equal(plain(text), JSON.stringify({type, id, nickname, message}));
  return id;
}

/**
 * Will take the notification that a member has joined, and return that member. If the client is
 * new, it is the client itself.
 */
export async function joined(client) {
  const text = await next(client, 'to be told that one has joined');
  const {id, nickname} = JSON.parse(text);
  assert.match(nickname, /^AnonymousUser[1-9]\d*$/);
  assert.match(id, UUID);
  const message = `${nickname} has connected`;
  assert.equal(plain(text), JSON.stringify({type: 'notification', id, nickname, message}));
  return {id, nickname, number: Number(nickname.slice('AnonymousUser'.length))};
}

/** Will take a refusal, which only this client gets. */
export async function refused(client, code, message) {
  const text = await next(client, `the refusal "${message}"`);
  assert.equal(plain(text), JSON.stringify({type: 'error', code, message}));
}
