// The page of the poll: one button for each choice, with its number of votes.
// It speaks the event-bus bridge itself, so it needs no library. Each WebSocket message is one JSON object.
const socket = new WebSocket(new URL('eventbus/websocket', location.href.replace(/^http/, 'ws')));
let requests = 0;

function send(message) {
  socket.send(JSON.stringify(message));
}

// A request is a `send` with a reply address, which the page chooses. The answer comes to that address.
function vote(choice) {
  send({type: 'send', address: '{{name}}.vote', body: choice, replyAddress: `answer-${++requests}`});
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
  send({type: 'register', address: '{{name}}.results'});
  // A request without a choice gets the votes so far, and counts nothing.
  vote(null);
});
socket.addEventListener('message', ({data}) => {
  const message = JSON.parse(data);
  if (message.type === 'rec') {
    // It is an answer, or the votes after the vote of another page. Both have the same body.
    show(message.body);
  } else {
    document.querySelector('#error').textContent = message.message;
  }
});
