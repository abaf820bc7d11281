/** What the demo pages share: the choice of a transport, the state of the connection, and a session that follows them. */

import {byId, element} from './dom.js';
import {choose, describe, groups, loginOptions, withLogin} from './transports.js';

/**
 * Fills the element `connection` with the chooser, the state and the login, and opens a session over the transport that the page's
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
  const login = loginForm();
  let choice = choose(new URLSearchParams(location.search).get('transport'), known);
  let person = null; // {username, password}, kept here and nowhere else
  let session;

  const open = () => {
    session?.connection.close();
    const options = {...choice.link, ...(person && loginOptions(choice.protocol, person))};
    session = protocols[choice.protocol](options);
    const {connection} = session;
    const isCurrent = () => connection === session.connection;
    const show = status => {
      if (!isCurrent()) return;
      bar.show(status);
      login.show(connection.user ?? null);
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
    bar.select.value = choice.id;
    const address = new URL(location.href);
    address.searchParams.set('transport', choice.id);
    history.replaceState(null, '', address);
  };

  bar.select.value = choice.id;
  bar.select.addEventListener('change', () => {
    take(bar.select.value);
    if (!loginOptions(choice.protocol, {})) person = null;
    open();
  });
  login.onLogin(who => {
    person = who;
    const other = who && withLogin(choice);
    if (other) take(other);
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
