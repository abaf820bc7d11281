// The page of the poll: one button for each choice, with its number of votes.
// Every node serves this client. Without a URL it connects to the node that has served this page.
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
  } catch (error) {
    document.querySelector('#error').textContent = error.message;
  }
}

// The feature publishes all votes after each vote, also after those of other pages.
bus.subscribe('{{name}}.results', ({body}) => show(body));
// A request without a choice gets the votes so far, and counts nothing.
vote(null);
