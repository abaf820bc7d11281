/** What the demo pages share: the choice of a transport, the state of the connection, and a session that follows them. */

import {byId, element} from './dom.js';
import {StatusLine} from './status-line.js';
import {choose, described, fillChooser, loginOptions, withLogin} from './transports.js';
import {WirePanel} from './wire-panel.js';

/** Where there is room for it, what goes over the wire is shown from the start. */
const WIDE = '(min-width: 60rem)';

/**
 * Fills the element `connection` with the chooser, the state and the login, and opens a session over the transport that the page's
 * address names (`?transport=sockjs-xhr-polling`). Elements marked `data-needs-connection` work only while it is open. The element
 * `wire`, where there is one, shows what goes over the wire.
 *
 * @template Session
 * @param {Object<string, (options: object) => Session & {connection: import('./link.js').Link}>} protocols by protocol (see
 *     transports.js), what opens a session with the options of a Link; besides `connection` a session has what the page
 *     needs
 * @param {{first?: string, over?: (words: string) => void}} [options] `first` is the choice where the address names none;
 *     `over` is told what the page speaks from now on, when that is not what it spoke before
 * @returns {{readonly session: Session}} the session of the moment
 */
export function demo(protocols, {first, over = () => {}} = {}) {
  const known = Object.keys(protocols);
  const wire = byId('wire') && new WirePanel(byId('wire'), {open: matchMedia(WIDE).matches});
  const select = chooser(known);
  const state = new StatusLine(byId('connection'), {ids: true, retry: () => session.connection.retry()});
  const login = loginForm();
  let choice = choose(new URLSearchParams(location.search).get('transport') ?? first, known);
  let person = null; // {username, password}, kept here and nowhere else
  let session;
  let spoken; // what the connection that was open last spoke

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
      queueMicrotask(open); // as nobody
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

function chooser(protocols) {
  const select = element('select', {id: 'transport'});
  fillChooser(select, protocols);
  byId('connection').append(element('div', {className: 'field'}, element('label', {htmlFor: 'transport'}, 'Transport'), select));
  return select;
}

/** Who is logged in, or the form for it. `onLogin` is told {username, password}, or null for nobody. */
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
