/** The common code of the demo pages: the choice of a transport, the state of the connection, and the session. */

import {byId, element} from './dom.js';
import {StatusLine} from './status-line.js';
import {choose, described, fillChooser, loginOptions, withLogin} from './transports.js';
import {WirePanel} from './wire-panel.js';

/** On a wide screen the frames on the wire are shown from the start. */
const WIDE = '(min-width: 60rem)';

/**
 * Fills the element `connection` with the chooser, the state and the login. Then it opens a session over the transport in the page's
 * address (`?transport=sockjs-xhr-polling`). Elements with `data-needs-connection` work only while it is open. The element `wire`,
 * if there is one, shows the frames on the wire.
 *
 * @template Session
 * @param {Object<string, (options: object) => Session & {connection: import('./link.js').Link}>} protocols for each protocol
 *     (see transports.js), a function that opens a session with the options of a Link; a session has `connection`, and all
 *     that the page needs
 * @param {{first?: string, over?: (words: string) => void}} [options] `first` is the choice if the address names none;
 *     `over` is called with the protocol and transport when they change
 * @returns {{readonly session: Session}} an object with the present session
 */
export function demo(protocols, {first, over = () => {}} = {}) {
  const known = Object.keys(protocols);
  const wire = byId('wire') && new WirePanel(byId('wire'), {open: matchMedia(WIDE).matches});
  const select = chooser(known);
  const state = new StatusLine(byId('connection'), {ids: true, retry: () => session.connection.retry()});
  const login = loginForm();
  let choice = choose(new URLSearchParams(location.search).get('transport') ?? first, known);
  let person = null; // {username, password}, stored only in this variable
  let session;
  let spoken; // protocol and transport of the last open connection

  const open = () => {
    session?.connection.close();
    const options = {...choice.link, ...wire?.tap, wire, ...(person && loginOptions(choice.protocol, person))};
    session = protocols[choice.protocol](options);
    const {connection} = session;
    const isCurrent = () => connection === session.connection;
    const show = status => {
      if (!isCurrent()) return;
      state.show(status);
      login.show(connection.user ?? null);
      for (const control of document.querySelectorAll('[data-needs-connection]')) control.disabled = status.state !== 'open';
      if (status.state !== 'open') return;
      const before = spoken;
      spoken = described(choice, status);
      if (before && before !== spoken) over(spoken);
    };
    show(connection.status);
    connection.on('state', show);
    connection.on('error', error => {
      if (error.code !== 'auth_error' || !isCurrent()) return;
      login.refuse(error.message);
      person = null;
      queueMicrotask(open); // opens a session without a login
    });
  };
  const take = id => {
    choice = choose(id, known);
    select.value = choice.id;
    const address = new URL(location.href);
    address.searchParams.set('transport', choice.id);
    history.replaceState(null, '', address);
  };

  select.value = choice.id;
  select.addEventListener('change', () => {
    take(select.value);
    if (!loginOptions(choice.protocol, {})) person = null;
    open();
  });
  login.onLogin(who => {
    person = who;
    const other = who && withLogin(choice);
    if (other) take(other);
    open();
  });
  // It closes the session at once, because the session of a SockJS fallback would last for seconds more.
  addEventListener('pagehide', () => session.connection.close());
  addEventListener('pageshow', event => event.persisted && open());
  open();
  return {
    get session() {
      return session;
    },
  };
}

function chooser(protocols) {
  const select = element('select', {id: 'transport'});
  fillChooser(select, protocols);
  byId('connection').append(element('div', {className: 'field'}, element('label', {htmlFor: 'transport'}, 'Transport'), select));
  return select;
}

/** Shows the logged-in user, or the login form. `onLogin` gets {username, password}, or null after a logout. */
function loginForm() {
  const field = (id, label, properties) => {
    const input = element('input', {id, required: true, ...properties});
    return [element('div', {className: 'field'}, element('label', {htmlFor: id}, label), input), input];
  };
  const [userField, user] = field('user', 'User', {autocomplete: 'username', maxLength: 256, autocapitalize: 'off'});
  const [passwordField, password] = field('password', 'Password', {type: 'password', autocomplete: 'current-password'});
  const complaint = element('p', {id: 'login-complaint', className: 'error', role: 'alert'});
  const form = element(
    'form',
    {id: 'login', className: 'row'},
    ...[userField, passwordField, element('button', {type: 'submit', className: 'quiet'}, 'Log in')],
  );
  const summary = element('summary', {}, 'Log in');
  const hint = element('p', {className: 'note'}, 'The default configuration knows demo, password demo.');
  const details = element('details', {id: 'login-box'}, summary, form, complaint, hint);
  const name = element('strong', {id: 'who'});
  const out = element('button', {id: 'logout', type: 'button', className: 'quiet'}, 'Log out');
  const inside = element('div', {className: 'state', hidden: true}, 'You are ', name, out);
  byId('connection').append(details, inside);

  let tell;
  form.addEventListener('submit', event => {
    event.preventDefault();
    complaint.textContent = '';
    tell({username: user.value, password: password.value});
    password.value = '';
  });
  out.addEventListener('click', () => tell(null));
  return {
    onLogin(handler) {
      tell = handler;
    },
    show(who) {
      name.textContent = who ?? '';
      inside.hidden = who === null;
      details.hidden = who !== null;
      if (who !== null) details.open = false;
    },
    refuse(message) {
      complaint.textContent = message;
      details.open = true;
    },
  };
}
