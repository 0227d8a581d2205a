// The bar in the browser: whose token is sent, when it expires, and what the last query cost.

import { startChanges } from './changes.js';
import { createCommand } from './command.js';
import { fill, find, say } from './elements.js';
import { watchRequests } from './requests.js';
import { clockOf, describe, readClaims } from './token.js';

/**
 * @typedef {object} EmulatorSettings How to send commands to the server; only with the emulator.
 * @property {string} secret
 * @property {string} secretHeader
 * @property {Readonly<Record<string, string>>} people
 * @property {Readonly<Record<string, string>>} states
 * @property {Readonly<Record<string, string>>} users
 * @property {Readonly<Record<string, string>>} userOf The user of each person.
 */

/** A token is renewed this many seconds before it expires, or in the last quarter of a shorter lifetime. */
const RENEWED_BEFORE = 30;
const NOT_RENEWED = ['none', 'expired', 'forged'];

/** @type {Readonly<Record<string, string>>} */
const KINDS_OF_EMAIL = {
  'team-invitation': 'Invitation',
  'contact-channel-verification': 'Verification',
};

/** @type {string | undefined} */
let token;
/** @type {import('./token.js').Claims | undefined} */
let claims;
/** Settles when the last requested token has arrived. */
let signingIn = Promise.resolve();
let isSigningIn = false;

/** @param {{ emulator?: EmulatorSettings }} settings */
export async function start({ emulator }) {
  const started = emulator ? startEmulator(emulator) : startTokenField();
  const signIn = started?.signIn;
  watchRequests({
    token: async () => {
      await signingIn;
      if (signIn && isDue()) await signIn();
      return token;
    },
    answered(answer) {
      showAnswer(answer);
      void started?.answered();
    },
  });
  setInterval(() => {
    showExpiry();
    if (signIn && isDue()) void signIn();
  }, 1000);
  await signingIn;
}

/**
 * @param {EmulatorSettings} settings
 * @returns {{ signIn(): Promise<void>, answered(): Promise<void> }} Signs in again; shows what a request has changed.
 */
function startEmulator(settings) {
  const { people, states, users, userOf } = settings;
  const command = createCommand(settings);
  const person = find('dev-person', HTMLSelectElement);
  const provider = find('dev-provider', HTMLSelectElement);
  const renew = find('dev-renew', HTMLButtonElement);
  const code = find('dev-code', HTMLButtonElement);
  let newest = 0;

  const showEmail = async () => {
    const { email } = await command('GET email');
    if (!email) return;
    const { kind, to, code: sent, link } = email;
    say('dev-email', KINDS_OF_EMAIL[kind] ?? kind);
    say('dev-link', `To ${to}: ${link}`);
    if (code.value !== sent) code.textContent = 'Copy code';
    code.hidden = false;
    code.value = sent;
  };

  const signIn = () => {
    newest += 1;
    const attempt = newest;
    isSigningIn = true;
    signingIn = command('POST token', { person: person.value })
      .then(({ accessToken, problem }) => {
        if (attempt !== newest) return;
        // A user who has been deleted cannot be signed in again.
        if (problem) renew.hidden = true;
        hold(accessToken, renew.hidden ? undefined : 'Renewed automatically');
        if (problem) say('dev-who', problem, 'bad');
      })
      .catch((error) => say('dev-who', error.message, 'bad'))
      .finally(() => {
        isSigningIn = attempt !== newest;
      });
    return signingIn;
  };

  const setProvider = async (/** @type {string} */ name, /** @type {string} */ done) => {
    try {
      const { state } = await command(name, name.startsWith('PUT') ? { state: provider.value } : {});
      if (state) provider.value = state;
      say('dev-provider-note', done);
    } catch (error) {
      say('dev-provider-note', /** @type {Error} */ (error).message, 'bad');
    }
  };

  fill(person, people);
  fill(provider, states);
  const remembered = sessionStorage.getItem('dev-bar:person');
  if (remembered !== null && remembered in people) person.value = remembered;
  person.addEventListener('change', () => {
    // After a reload GraphiQL must be able to load the schema, so a refused token is not remembered.
    const isAccepted = !['expired', 'forged'].includes(person.value);
    sessionStorage.setItem('dev-bar:person', isAccepted ? person.value : 'ordinary');
    renew.hidden = NOT_RENEWED.includes(person.value);
    changes.select(userOf[person.value]);
    // Until the new token has arrived, or if it fails, no token of the previous user is sent.
    hold(undefined);
    void signIn();
  });
  renew.hidden = NOT_RENEWED.includes(person.value);
  renew.addEventListener('click', signIn);
  code.addEventListener('click', async () => {
    await navigator.clipboard.writeText(code.value);
    code.textContent = 'Copied';
  });
  provider.addEventListener('change', () => setProvider('PUT provider', 'From the next call on'));
  find('dev-rotate', HTMLButtonElement).addEventListener('click', () =>
    setProvider('POST keys', 'New keys: renew the token'),
  );
  const changes = startChanges({ command, users, currentSession: () => claims?.refresh_token_id });
  changes.select(userOf[person.value]);
  void setProvider('GET provider', 'The local emulator');
  void signIn();
  void showEmail().catch(() => {});
  return {
    signIn,
    answered: async () => {
      await Promise.all([showEmail().catch(() => {}), changes.refresh()]);
    },
  };
}

/** @returns {undefined} There is no user to sign in. */
function startTokenField() {
  const field = find('dev-token', HTMLInputElement);
  const take = () => {
    // The whole result of `getAuthJson` may be pasted.
    const pasted = /[\w-]+\.[\w-]+\.[\w-]+/.exec(field.value)?.[0] ?? field.value.trim();
    sessionStorage.setItem('dev-bar:token', pasted);
    hold(pasted === '' ? undefined : pasted, 'From your app: paste a new one when it expires');
  };
  field.value = sessionStorage.getItem('dev-bar:token') ?? '';
  field.addEventListener('input', take);
  take();
}

/**
 * @param {string | undefined | null} held
 * @param {string} [note]
 */
function hold(held, note = 'Not renewed') {
  token = held ?? undefined;
  claims = token === undefined ? undefined : readClaims(token);
  const unread = token === undefined ? 'No token is sent' : 'This is no access token';
  say('dev-who', claims ? describe(claims) : unread, token !== undefined && !claims ? 'bad' : '');
  say('dev-token-note', token === undefined ? '–' : note);
  showExpiry();
}

/** Whether a token is missing or about to expire, and must be requested. */
function isDue() {
  if (isSigningIn || find('dev-renew', HTMLButtonElement).hidden) return false;
  const { iat, exp } = claims ?? {};
  if (exp === undefined) return true;
  const margin = Math.min(RENEWED_BEFORE, (exp - (iat ?? 0)) / 4);
  return exp - Date.now() / 1000 <= margin;
}

function showExpiry() {
  if (claims?.exp === undefined) return say('dev-ends', '–');
  const left = claims.exp - Date.now() / 1000;
  say('dev-ends', left > 0 ? `in ${clockOf(left)}` : `${clockOf(left)} ago`, left > 0 ? '' : 'bad');
}

/** @param {import('./requests.js').Answered} answer */
function showAnswer({ operation, outcome, calls, kinds, ms, ownHeader }) {
  say('dev-cost', calls === undefined ? '–' : costOf(calls, kinds), calls === 0 ? 'good' : 'cost');
  const whose = ownHeader ? ['token of your Headers'] : [];
  say('dev-query', [operation, outcome, `${ms} ms`, ...whose].join(' · '));
}

/**
 * Such as `3 calls (members × 2, teams)`.
 *
 * @param {number} calls
 * @param {string} kinds
 */
function costOf(calls, kinds) {
  const words = `${calls} ${calls === 1 ? 'call' : 'calls'}`;
  return kinds === '' ? words : `${words} (${kinds.replaceAll('=1', '').replaceAll('=', ' × ')})`;
}
