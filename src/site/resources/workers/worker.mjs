// Answers what is asked at an address of a Busbar, by its TCP bridge. Node 18 or later, no library.
import net from 'node:net';

const {BUSBAR_HOST = '127.0.0.1', BUSBAR_PORT = '7000', ADDRESS = 'jobs', TOKEN} = process.env;
let leaving = false, begun = 0, drained = false, socket;

class Refusal extends Error { // a code and words, which who asked is told
  constructor(code, words) { super(words); this.code = code; }
}

async function work(body, headers) { // yours
  if (['open', 'close'].includes(headers.event)) return null; // of a service endpoint's client
  if (body === '') throw new Refusal(400, 'there is nothing to do');
  console.log('did', body);
  return `did ${body}`;
}

function say(to, message) {
  const data = Buffer.from(JSON.stringify(message)), head = Buffer.alloc(4);
  head.writeInt32BE(data.length);
  to.write(Buffer.concat([head, data]));
}

async function answer(to, {body, headers, replyAddress}) {
  begun++;
  const answer = await work(body, headers).then(done => ({body: done}), error => {
    if (!(error instanceof Refusal)) console.error(error);
    return error instanceof Refusal
      ? {failureCode: error.code, message: error.message}
      : {failureCode: 500, message: 'the worker failed'};
  });
  if (replyAddress) say(to, {type: 'send', address: replyAddress, ...answer});
  begun--;
  endIfDone(to);
}

function endIfDone(to) { if (drained && begun === 0) to.end(); }

function connect() {
  let bytes = Buffer.alloc(0);
  socket = net.connect(BUSBAR_PORT, BUSBAR_HOST, () => {
    if (TOKEN) say(socket, {type: 'login', token: TOKEN});
    say(socket, {type: 'register', address: ADDRESS});
    if (leaving) drain();
  });
  socket.on('data', chunk => {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE()) {
      const end = 4 + bytes.readInt32BE();
      const message = JSON.parse(bytes.subarray(4, end));
      bytes = bytes.subarray(end);
      if (message.type === 'message') answer(socket, message);
      else if (message.type === 'pong') { drained = true; endIfDone(socket); }
      else if (message.type === 'err') console.error(message);
    }
  });
  socket.on('error', error => console.error(error.message));
  socket.on('close', () => { if (!leaving) setTimeout(connect, 1000); });
}

function drain() { // nothing comes after the pong
  say(socket, {type: 'unregister', address: ADDRESS});
  say(socket, {type: 'ping'});
}

process.on('SIGTERM', () => {
  if (leaving || socket.destroyed) process.exit();
  leaving = true;
  if (!socket.connecting) drain();
});
connect();
