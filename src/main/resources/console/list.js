/** A list of the API with search fields and pages. Most views are such lists. */

import {ask, poll} from './api.js';
import {element} from './dom.js';
import {emptyState, field, Problem} from './parts.js';
import {Table} from './table.js';

const PAGE = 50;
const EVERY_MILLIS = 3000;
const TYPING_MILLIS = 250;
const LONGEST_SEARCH = 200;

/**
 * Shows a list in `root`.
 * @param {HTMLElement} root
 * @param {object} context the context of the view (console.js)
 * @param {object} what
 * @param {string} what.url
 * @param {string} what.list name of the list in the answer
 * @param {string} what.caption
 * @param {import('./table.js').Column[]} what.columns
 * @param {(item: any) => string} [what.key]
 * @param {{name: string, label: string, hint?: string}[]} what.fields the search fields
 * @param {[title: string, ...advice: string[]]} what.empty text that is shown if the list is empty without a search
 * @param {boolean} [what.paged] whether the API has pages for the list
 * @param {(answer: any) => void} [what.onAnswer] is called with each answer
 * @param {(error: Error) => boolean} [what.onError] returns true if it has shown the error itself; then no more requests follow
 */
export function showList(root, {signal, query, replaceQuery}, what) {
  const {url, list, caption, columns, key, fields, empty, paged = true} = what;
  const table = new Table(caption, columns, key);
  const problem = new Problem();
  const nothing = element('div', {hidden: true});
  const about = element('p', {className: 'about', role: 'status'});
  const previous = element('button', {type: 'button', className: 'quiet', disabled: true}, 'Previous');
  const next = element('button', {type: 'button', className: 'quiet', disabled: true}, 'Next');
  const pager = element('nav', {className: 'pager', ariaLabel: 'Pages', hidden: true}, previous, next);
  const inputs = fields.map(({name, hint}) =>
    element('input', {
      type: 'search',
      name,
      value: query.get(name) ?? '',
      placeholder: hint ?? '',
      maxLength: LONGEST_SEARCH,
      autocomplete: 'off',
      spellcheck: false,
    }),
  );
  const form = element(
    'form',
    {className: 'search', role: 'search', hidden: fields.length === 0},
    ...inputs.map((input, at) => field(fields[at].label, input)),
  );
  table.element.hidden = true;
  root.append(form, problem.element, table.element, nothing, element('div', {className: 'foot'}, about, pager));

  const before = []; // the value of `after` of each earlier page
  let after = '';
  let following;

  const wanted = () => inputs.map(input => [input.name, input.value.trim()]).filter(([, value]) => value);

  async function load() {
    const parameters = new URLSearchParams(wanted());
    if (paged) {
      parameters.set('limit', PAGE);
      if (after) parameters.set('after', after);
    }
    const asked = parameters.toString();
    try {
      const answer = await ask(asked ? `${url}?${asked}` : url, {signal});
      problem.say();
      show(answer);
    } catch (error) {
      if (signal.aborted || what.onError?.(error)) return false;
      problem.say(error.message);
    }
  }

  function show(answer) {
    what.onAnswer?.(answer);
    const items = answer[list];
    const isSearch = wanted().length > 0;
    table.show(items);
    table.element.hidden = items.length === 0;
    nothing.hidden = items.length > 0;
    if (items.length === 0 && nothing.dataset.search !== String(isSearch)) {
      nothing.dataset.search = isSearch;
      nothing.replaceChildren(
        isSearch ? emptyState('Nothing fits.', 'Search for less, or clear the fields.') : emptyState(...empty),
      );
    }
    following = answer.next;
    previous.disabled = before.length === 0;
    next.disabled = !following;
    pager.hidden = before.length === 0 && !following;
    const page = pager.hidden ? '' : `Page ${before.length + 1}. `;
    about.textContent = items.length ? `${page}${items.length}${following ? ' and more' : ''} shown.` : '';
  }

  const again = poll(signal, EVERY_MILLIS, load);
  let typing;
  form.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => {
      before.length = 0;
      after = '';
      replaceQuery(new URLSearchParams(wanted()));
      again();
    }, TYPING_MILLIS);
  });
  form.addEventListener('submit', event => event.preventDefault());
  next.addEventListener('click', () => {
    before.push(after);
    after = following;
    again();
  });
  previous.addEventListener('click', () => {
    after = before.pop();
    again();
  });
  return again;
}
