// The documentation site: the search, the menu on narrow screens, and what is on the page. Without it the pages can be read all the same.
'use strict';

const MOST_RESULTS = 20;
const BETWEEN_WORDS = /[^\p{L}\p{N}_]+/u;

function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Loads a script of the site; where it comes from a file, nothing else could be loaded. */
function load(name) {
  return new Promise((loaded, failed) => {
    document.head.append(element('script', {src: name, onload: loaded, onerror: () => failed(new Error(name))}));
  });
}

// the search: lunr makes an index of all sections when it is first needed

let index;

function makeIndex() {
  index ??= Promise.all([load('lunr.min.js'), load('search-index.js')]).then(() => {
    lunr.tokenizer.separator = BETWEEN_WORDS;
    return lunr(function () {
      this.ref('place');
      this.field('page', {boost: 4});
      this.field('title', {boost: 8});
      this.field('text');
      window.busbarPages.forEach((section, place) => this.add({...section, place}));
    });
  });
  return index;
}

/** The words as the index has them, without those that are everywhere. */
function words(text) {
  return lunr.tokenizer(text)
    .filter(token => token.toString() && lunr.stopWordFilter(token))
    .map(token => lunr.stemmer(token).toString());
}

/** Sections with all the words, or where there is none, with some; the last one may be a beginning. */
function find(made, wanted) {
  for (const presence of [lunr.Query.presence.REQUIRED, lunr.Query.presence.OPTIONAL]) {
    const found = made.query(query => wanted.forEach(word => {
      query.term(word, {presence, usePipeline: false, wildcard: lunr.Query.wildcard.TRAILING});
      query.term(word, {usePipeline: false, boost: 10});
    }));
    if (found.length) {
      return found.map(({ref}) => window.busbarPages[ref]);
    }
  }
  return [];
}

/** Some text around the first of the words, with all of them marked. */
function excerpt(text, wanted) {
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${wanted.join('|')})[\\p{L}\\p{N}_]*`, 'giu');
  const first = Math.max(0, text.search(pattern) - 60);
  const part = (first ? '…' : '') + text.slice(first, first + 180) + (text.length > first + 180 ? '…' : '');
  const pieces = [];
  let at = 0;
  for (const match of part.matchAll(pattern)) {
    pieces.push(part.slice(at, match.index), element('mark', {textContent: match[0]}));
    at = match.index + match[0].length;
  }
  return [...pieces, part.slice(at)];
}

function result(section, wanted) {
  const title = element('strong', {textContent: section.title});
  const where = section.title === section.page ? [title] : [title, ` · ${section.page}`];
  return element('li', {}, element('a', {href: section.url}, ...where, element('small', {}, ...excerpt(section.text, wanted))));
}

function startSearch() {
  const form = document.getElementById('docs-search');
  const input = form.querySelector('input');
  const box = document.getElementById('docs-results');
  const status = box.querySelector('p');
  const list = box.querySelector('ul');
  const show = shown => { box.hidden = !shown; };

  async function search() {
    const text = input.value;
    let wanted = [];
    let found = [];
    try {
      const made = await makeIndex();
      if (text !== input.value) {
        return;
      }
      wanted = words(text);
      found = wanted.length ? find(made, wanted) : [];
      const more = found.length > MOST_RESULTS ? `, the best ${MOST_RESULTS} of them here` : '';
      status.textContent = found.length === 0 ? 'Nothing found' : `${found.length} ${found.length === 1 ? 'section' : 'sections'}${more}`;
    } catch (error) {
      index = undefined;
      status.textContent = 'The search cannot be loaded';
      console.error(error);
    }
    list.replaceChildren(...found.slice(0, MOST_RESULTS).map(section => result(section, wanted)));
    show(text.trim() !== '');
  }

  form.hidden = false;
  input.addEventListener('focus', () => makeIndex().catch(() => { index = undefined; }));
  input.addEventListener('input', search);
  form.addEventListener('submit', event => {
    event.preventDefault();
    list.querySelector('a')?.click();
  });
  list.addEventListener('click', () => show(false));
  document.addEventListener('click', event => { if (!form.contains(event.target)) show(false); });
  form.addEventListener('keydown', event => {
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) {
      const stops = [input, ...list.querySelectorAll('a')];
      stops[Math.max(0, stops.indexOf(document.activeElement) + step)]?.focus();
      event.preventDefault();
    } else if (event.key === 'Escape') {
      show(false);
      input.focus();
    }
  });
  document.addEventListener('keydown', event => {
    if (event.key === '/' && event.target === document.body && !event.ctrlKey && !event.metaKey) {
      input.focus();
      event.preventDefault();
    }
  });
}

// the menu and the headings

function startMenu() {
  const button = document.getElementById('docs-menu-button');
  const menu = document.getElementById('docs-menu');
  button.hidden = false;
  menu.classList.add('closed');
  button.addEventListener('click', () => {
    const closed = menu.classList.toggle('closed');
    button.setAttribute('aria-expanded', String(!closed));
  });
  const here = menu.querySelector('[aria-current]');
  if (here) {
    menu.scrollTop = here.offsetTop - menu.clientHeight / 2;
  }
}

function startHeadings() {
  const main = document.getElementById('docs-content');
  const items = [...main.querySelectorAll('h2[id]')].map(heading =>
    element('li', {}, element('a', {href: `#${heading.id}`, textContent: heading.textContent})));
  for (const heading of main.querySelectorAll('h2[id], h3[id]')) {
    const anchor = element('a', {className: 'anchor', href: `#${heading.id}`, textContent: '#'});
    anchor.setAttribute('aria-label', `Link to ${heading.textContent}`);
    heading.append(anchor);
  }
  if (items.length > 1) {
    const nav = element('nav', {id: 'docs-on-this-page'}, element('h2', {textContent: 'On this page'}), element('ul', {}, ...items));
    nav.setAttribute('aria-label', 'On this page');
    main.after(nav);
  }
}

startMenu();
startHeadings();
startSearch();
