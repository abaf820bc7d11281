/** What the demo pages share: the choice of a transport, the state of the connection, and a session that follows them. */

import {byId, element} from './dom.js';
import {choose, describe, groups} from './transports.js';

/**
 * Fills the element `connection` with the chooser and the state, and opens a session over the transport that the page's
 * address names (`?transport=sockjs-xhr-polling`). Elements marked `data-needs-connection` work only while it is open.
 *
 * @template Session
 * @param {Object<string, (options: object) => Session & {connection: import('./link.js').Link}>} protocols by protocol (see
 *     transports.js), what opens a session with the options of a Link; besides `connection` a session has what the page
 *     needs
 * @returns {{readonly session: Session}} the session of the moment
 */
export function demo(protocols) {
  const known = Object.keys(protocols);
  const bar = connectionBar(known);
  let choice = choose(new URLSearchParams(location.search).get('transport'), known);
  let session;

  const open = () => {
    session?.connection.close();
    session = protocols[choice.protocol](choice.link);
    const {connection} = session;
    bar.show(connection.status);
    connection.on('state', status => connection === session.connection && bar.show(status));
  };

  bar.select.value = choice.id;
  bar.select.addEventListener('change', () => {
    choice = choose(bar.select.value, known);
    const address = new URL(location.href);
    address.searchParams.set('transport', choice.id);
    history.replaceState(null, '', address);
    open();
  });
  bar.retry.addEventListener('click', () => session.connection.retry());
  // says goodbye at once: a fallback's session would else live on for seconds
  addEventListener('pagehide', () => session.connection.close());
  addEventListener('pageshow', event => event.persisted && open());
  open();
  return {
    get session() {
      return session;
    },
  };
}

function connectionBar(protocols) {
  const select = element('select', {id: 'transport'});
  for (const {protocol, name, choices} of groups) {
    if (!protocols.includes(protocol)) continue;
    const options = choices.map(choice => element('option', {value: choice.id}, choice.name));
    select.append(element('optgroup', {label: name}, ...options));
  }
  const text = element('span', {id: 'state', role: 'status'});
  const countdown = element('span', {id: 'countdown'}); // not read out: it changes every second
  const retry = element('button', {id: 'retry', type: 'button', className: 'quiet', hidden: true}, 'Try now');
  const bar = byId('connection');
  bar.append(
    element('div', {className: 'field'}, element('label', {htmlFor: 'transport'}, 'Transport'), select),
    element('div', {className: 'state'}, element('span', {className: 'dot'}), text, countdown, retry),
  );

  let timer;
  const show = status => {
    clearInterval(timer);
    const isWaiting = status.state === 'waiting';
    const count = () => {
      const seconds = Math.max(0, Math.ceil((status.retryAt - Date.now()) / 1000));
      countdown.textContent = isWaiting ? `retrying in ${seconds} s` : '';
    };
    bar.dataset.state = status.state;
    text.textContent = describe(status);
    retry.hidden = !isWaiting;
    for (const control of document.querySelectorAll('[data-needs-connection]')) control.disabled = status.state !== 'open';
    count();
    if (isWaiting) timer = setInterval(count, 250);
  };
  return {select, retry, show};
}
