/** The list of the features that were deployed while nodes ran. */

import {element} from './dom.js';
import {count, dateAndTime} from './format.js';
import {showList} from './list.js';
import {emptyState} from './parts.js';

export function show(root, context) {
  const silent = element('p', {className: 'problem', hidden: true});
  root.append(silent);
  showList(root, context, {
    url: '/api/features',
    list: 'features',
    caption: 'Features that were deployed',
    paged: false,
    key: each => `${each.node ?? ''} ${each.name}`,
    columns: [
      {title: 'Feature', text: each => each.name},
      {title: 'Version', text: each => each.version || '–'},
      {title: 'State', long: true, text: state, tone: each => (each.failure ? 'bad' : each.state === 'running' ? 'good' : '')},
      {title: 'Node', extra: true, text: each => each.node ?? 'this node'},
      {title: 'Where', extra: true, text: each => each.where},
      {title: 'Since', extra: true, text: each => dateAndTime(each.since)},
      {title: 'Requests', number: true, text: each => count(each.requests)},
      {title: 'Errors', number: true, text: each => count(each.errors), tone: each => (each.errors ? 'warn' : '')},
    ],
    fields: [],
    empty: ['No feature was deployed while this node ran.', 'java -jar busbar.jar deploy my-feature.jar brings one. Those of the configuration are not listed here.'],
    onAnswer: answer => {
      silent.hidden = !answer.silent?.length;
      silent.textContent = silent.hidden ? '' : `These nodes do not answer: ${answer.silent.join(', ')}.`;
    },
    onError: error => {
      if (error.status !== 404) return false;
      root.append(emptyState('Features cannot be deployed to this node.', 'deploy.enabled: true in the configuration allows it. It takes an admin.token.'));
      return true;
    },
  });
}

function state({state, failure}) {
  return failure ? `does not run: ${failure}` : state;
}
