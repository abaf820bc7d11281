// The gateway's own client; without a URL it talks to the gateway that it came from.
import {connect} from '../../busbar.js';

const bus = connect();

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

async function vote(choice) {
  try {
    const {body} = await bus.request('{{name}}.vote', choice);
    show(body);
  } catch (e) {
    document.querySelector('#said').textContent = e.message;
  }
}

bus.subscribe('{{name}}.results', ({body}) => show(body));
// Nothing as a vote asks how it stands.
vote(null);
