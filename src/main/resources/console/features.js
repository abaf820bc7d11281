/** The features that were deployed while nodes ran, and those of the configuration. */

import {element} from './dom.js';
import {count, dateAndTime} from './format.js';
import {showList} from './list.js';
import {card, emptyState} from './parts.js';
import {Table} from './table.js';

export function show(root, context) {
  const silent = element('p', {className: 'problem', hidden: true});
  root.append(silent);
  const configured = new Table('Features of the configuration', [
    {title: 'Class', long: true, text: each => each.verticle},
    {title: 'Instances', number: true, text: each => count(each.instances)},
  ], each => String(each.at));
  const started = card('Started with this node, by its configuration', configured.element);
  started.hidden = true;
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
    empty: ['No feature was deployed while this node ran.', 'java -jar busbar.jar deploy my-feature.jar brings one.'],
    onAnswer: answer => {
      silent.hidden = !answer.silent?.length;
      configured.show(answer.configured.map((each, at) => ({...each, at})));
      started.hidden = answer.configured.length === 0;
      silent.textContent = silent.hidden ? '' : `These nodes do not answer: ${answer.silent.join(', ')}.`;
    },
    onError: error => {
      if (error.status !== 404) return false;
      root.append(emptyState('Features cannot be deployed to this node.', 'deploy.enabled: true in the configuration allows it. It takes an admin.token.'));
      return true;
    },
  });
  root.append(started);
}

function state({state, failure}) {
  return failure ? `does not run: ${failure}` : state;
}
