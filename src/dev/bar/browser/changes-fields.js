// What can be changed of a user: the name, permissions and sessions, and the webhooks that tell of it.

import { find, refill, say } from './elements.js';

/**
 * @typedef {object} Place Where permissions are granted: a team, or the project.
 * @property {{ id: string, displayName: string }} [team]
 * @property {readonly string[]} defined
 * @property {readonly string[]} granted
 *
 * @typedef {{ id: string, agentName?: string, createdAt: number }} Session
 * @typedef {{ type: string, status?: number, error?: string, isHeldBack?: boolean }} Delivery
 *
 * @typedef {object} User
 * @property {string} [problem] Why there is no user; then there is nothing but webhooks.
 * @property {string | null} displayName
 * @property {string | null} email
 * @property {string} kind
 * @property {readonly Place[]} places
 * @property {readonly Session[]} sessions
 * @property {{ isOn: boolean, latest?: Delivery }} webhooks
 *
 * @typedef {(name: string, input: object, result: { note: string, done?: string }) => Promise<void>} Run Sends a command for the
 *   selected user, and shows in `note` what came of it.
 */

const PROJECT = 'project';
const ALL = 'all';

/** @param {Run} run */
export function nameField(run) {
  const field = find('dev-name', HTMLInputElement);
  let known = '';
  find('dev-name-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    known = field.value;
    void run('PUT name', { name: field.value }, { note: 'dev-name-note', done: 'Changed' });
  });
  return {
    show(/** @type {User} */ { displayName }) {
      // What is being typed stays.
      if (field.value === known) field.value = displayName ?? '';
      known = displayName ?? '';
    },
    reset() {
      field.value = known;
      say('dev-name-note', 'Empty: none');
    },
  };
}

/** @param {Run} run */
export function permissionField(run) {
  const place = find('dev-place', HTMLSelectElement);
  const permission = find('dev-permission', HTMLSelectElement);
  const button = find('dev-grant', HTMLButtonElement);
  /** @type {readonly Place[]} */
  let places = [];

  const selected = () => places.find((each) => idOf(each) === place.value);
  const isGranted = () => selected()?.granted.includes(permission.value) ?? false;
  const showButton = () => {
    button.textContent = isGranted() ? 'Revoke' : 'Grant';
  };
  const showPlace = () => {
    const { defined = [], granted = [] } = selected() ?? {};
    refill(
      permission,
      Object.fromEntries(ownFirst(defined).map((id) => [id, granted.includes(id) ? `${id} · granted` : id])),
    );
    say('dev-granted', granted.length > 0 ? `Granted: ${granted.join(', ')}` : 'Nothing is granted');
    showButton();
  };

  place.addEventListener('change', showPlace);
  permission.addEventListener('change', showButton);
  button.addEventListener('click', () => {
    const team = place.value === PROJECT ? null : place.value;
    const input = { team, permission: permission.value, isGranted: !isGranted() };
    void run('PUT permission', input, { note: 'dev-granted' });
  });
  return {
    show(/** @type {User} */ shown) {
      places = shown.places;
      refill(
        place,
        Object.fromEntries(places.map((each) => [idOf(each), each.team?.displayName ?? 'Project'])),
      );
      showPlace();
    },
    reset: undefined,
  };
}

/**
 * @param {Run} run
 * @param {() => string | undefined} currentSession
 */
export function sessionField(run, currentSession) {
  const field = find('dev-session', HTMLSelectElement);
  const note = 'dev-session-note';
  find('dev-end', HTMLButtonElement).addEventListener('click', () => {
    const session = field.value === ALL ? null : field.value;
    void run('DELETE sessions', { session }, { note, done: 'Ended. Tokens stay valid until they expire' });
  });
  return {
    show(/** @type {User} */ { sessions }) {
      const labels = sessions.map((each) => [each.id, labelOf(each, currentSession())]);
      refill(field, { [ALL]: `All (${labels.length})`, ...Object.fromEntries(labels) });
    },
    reset: () => say(note, 'Tokens stay valid until they expire'),
  };
}

/** @param {Run} run */
export function webhookField(run) {
  const field = find('dev-webhooks', HTMLInputElement);
  const note = 'dev-webhook';
  field.addEventListener('change', () => run('PUT webhooks', { isOn: field.checked }, { note }));
  const on = (/** @type {string} */ id, /** @type {string} */ name) =>
    find(id, HTMLButtonElement).addEventListener('click', () => run(name, {}, { note }));
  on('dev-again', 'POST webhook-again');
  on('dev-test', 'POST webhook-test');
  return {
    show(/** @type {User} */ { webhooks: { isOn, latest } }) {
      field.checked = isOn;
      say(note, latest ? describeDelivery(latest) : 'No event yet', latest && isRefused(latest) ? 'bad' : '');
    },
    isPending(/** @type {User} */ { webhooks: { latest } }) {
      return latest !== undefined && outcomeOf(latest) === undefined;
    },
  };
}

/** @param {Place} place */
function idOf({ team }) {
  return team?.id ?? PROJECT;
}

/**
 * The permissions of a team's own before those of the provider.
 *
 * @param {readonly string[]} ids
 */
function ownFirst(ids) {
  return [...ids].sort((one, other) => Number(one.startsWith('$')) - Number(other.startsWith('$')));
}

/**
 * @param {Session} session
 * @param {string | undefined} current
 */
function labelOf({ id, agentName, createdAt }, current) {
  const time = new Date(createdAt).toLocaleTimeString();
  return [agentName ?? 'Session', time, id === current ? 'this token' : ''].filter(Boolean).join(' · ');
}

/** @param {Delivery} delivery */
function describeDelivery(delivery) {
  return `${delivery.type}: ${outcomeOf(delivery) ?? 'sent'}`;
}

/** @param {Delivery} delivery */
function isRefused({ status, error }) {
  return error !== undefined || (status !== undefined && status >= 300);
}

/** @param {Delivery} delivery */
function outcomeOf({ status, error, isHeldBack }) {
  return isHeldBack ? 'held back' : (error ?? status);
}
