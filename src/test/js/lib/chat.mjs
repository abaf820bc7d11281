import assert from 'node:assert/strict';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The same JSON, its keys in the same order, with every character as itself. */
function plain(text) {
  return JSON.stringify(JSON.parse(text));
}

/**
 * Will take what the room tells next and see that it is exactly this.
 *
 * @returns the id of whom it is about
 */
export async function told(client, type, nickname, message) {
  const text = await client.inbox.next(`the ${type} "${message}"`);
  const id = JSON.parse(text).id;
  assert.match(id, UUID);
  assert.equal(plain(text), JSON.stringify({type, id, nickname, message}));
  return id;
}

/** Will take the notification that the client itself has joined, and return its nickname and id. */
export async function joined(client) {
  const text = await client.inbox.next('to be told that one has joined');
  const {nickname} = JSON.parse(text);
  assert.match(nickname, /^AnonymousUser[1-9]\d*$/);
  const {id} = JSON.parse(text);
  assert.match(id, UUID);
  const message = `${nickname} has connected`;
  assert.equal(plain(text), JSON.stringify({type: 'notification', id, nickname, message}));
  return {id, nickname, number: Number(nickname.slice('AnonymousUser'.length))};
}

/** Will take a refusal, which nobody else hears. */
export async function refused(client, code, message) {
  assert.equal(await client.inbox.next(`the refusal "${message}"`), JSON.stringify({type: 'error', code, message}));
}
