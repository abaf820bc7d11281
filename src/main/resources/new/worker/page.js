// The event-bus bridge by itself: one JSON object in each message.
const socket = new WebSocket(new URL('eventbus/websocket', location.href.replace(/^http/, 'ws')));
let questions = 0;

function say(message) {
  socket.send(JSON.stringify(message));
}

function vote(choice) {
  say({type: 'send', address: '{{name}}.vote', body: choice, replyAddress: `answer-${++questions}`});
}

function show(results) {
  const rows = Object.entries(results).map(([choice, votes]) => {
    const button = document.createElement('button');
    button.textContent = `${choice}: ${votes}`;
    button.addEventListener('click', () => vote(choice));
    const row = document.createElement('li');
    row.append(button);
    return row;
  });
  document.querySelector('#choices').replaceChildren(...rows);
}

socket.addEventListener('open', () => {
  say({type: 'register', address: '{{name}}.results'});
  // Nothing as a vote asks how it stands.
  vote(null);
});
socket.addEventListener('message', ({data}) => {
  const message = JSON.parse(data);
  if (message.type === 'rec') {
    show(message.body);
  } else {
    document.querySelector('#said').textContent = message.message;
  }
});
