// The bar in the browser: whose token is sent, until when it is good, and what the last query has cost.

import { watchRequests } from './requests.js';
import { clockOf, describe, readClaims } from './token.js';

/**
 * @typedef {object} Orders How to give orders to the server: with the emulator alone.
 * @property {string} secret
 * @property {string} secretHeader
 * @property {Readonly<Record<string, string>>} people
 * @property {Readonly<Record<string, string>>} states
 */

/** Seconds before its end, or a quarter of a short life. */
const RENEWED_BEFORE = 30;
const NOT_RENEWED = ['nobody', 'expired', 'forged'];

/** @type {string | undefined} */
let token;
/** @type {import('./token.js').Claims | undefined} */
let claims;
/** The token that is on its way, or at hand. */
let arriving = Promise.resolve();
let isArriving = false;

/** @param {{ orders?: Orders }} settings */
export async function start({ orders }) {
  const signIn = orders ? startEmulator(orders) : startTokenField();
  watchRequests({
    token: async () => {
      await arriving;
      if (signIn && isDue()) await signIn();
      return token;
    },
    answered: showAnswer,
  });
  setInterval(() => {
    showEnd();
    if (signIn && isDue()) void signIn();
  }, 1000);
  await arriving;
}

/**
 * @param {Orders} orders
 * @returns {() => Promise<void>} Signs in anew.
 */
function startEmulator({ secret, secretHeader, people, states }) {
  const person = find('dev-person', HTMLSelectElement);
  const provider = find('dev-provider', HTMLSelectElement);
  const renew = find('dev-renew', HTMLButtonElement);
  let newest = 0;

  const command = async (/** @type {string} */ order, /** @type {object} */ body) => {
    const [method = '', path] = order.split(' ');
    const headers = { 'content-type': 'application/json', [secretHeader]: secret };
    const answer = await fetch(`/dev-bar/${path}`, {
      method,
      headers,
      ...(method !== 'GET' && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(answer.status === 404 ? 'Reload this page' : await answer.text());
    return answer.json();
  };

  const signIn = () => {
    newest += 1;
    const order = newest;
    isArriving = true;
    arriving = command('POST token', { person: person.value })
      .then(({ accessToken }) => {
        if (order === newest) hold(accessToken, renew.hidden ? undefined : 'Renewed by itself');
      })
      .catch((error) => say('dev-who', error.message, 'bad'))
      .finally(() => {
        isArriving = order !== newest;
      });
    return arriving;
  };

  const setProvider = async (/** @type {string} */ order, /** @type {string} */ done) => {
    try {
      const { state } = await command(order, { state: provider.value });
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
    // Whoever opens the page should see its schema.
    const isGood = !['expired', 'forged'].includes(person.value);
    sessionStorage.setItem('dev-bar:person', isGood ? person.value : 'ordinary');
    renew.hidden = NOT_RENEWED.includes(person.value);
    // Whatever becomes of this: nothing is sent as somebody who is not shown.
    hold(undefined);
    void signIn();
  });
  renew.hidden = NOT_RENEWED.includes(person.value);
  renew.addEventListener('click', signIn);
  provider.addEventListener('change', () => setProvider('PUT provider', 'From the next call on'));
  find('dev-rotate', HTMLButtonElement).addEventListener('click', () =>
    setProvider('POST keys', 'New keys: renew the token'),
  );
  void setProvider('GET provider', 'The local emulator');
  void signIn();
  return signIn;
}

/** @returns {undefined} There is nobody to sign in. */
function startTokenField() {
  const field = find('dev-token', HTMLInputElement);
  const take = () => {
    // What `getAuthJson` gives may be pasted whole.
    const pasted = /[\w-]+\.[\w-]+\.[\w-]+/.exec(field.value)?.[0] ?? field.value.trim();
    sessionStorage.setItem('dev-bar:token', pasted);
    hold(pasted === '' ? undefined : pasted, 'Of your app: paste the next one');
  };
  field.value = sessionStorage.getItem('dev-bar:token') ?? '';
  field.addEventListener('input', take);
  take();
}

/**
 * @param {string | undefined | null} held
 * @param {string} [note]
 */
function hold(held, note = 'Stays as it is') {
  token = held ?? undefined;
  claims = token === undefined ? undefined : readClaims(token);
  const unread = token === undefined ? 'No token is sent' : 'This is no access token';
  say('dev-who', claims ? describe(claims) : unread, token !== undefined && !claims ? 'bad' : '');
  say('dev-token-note', token === undefined ? '–' : note);
  showEnd();
}

/** Whether a token should be had and is not, or will soon be over. */
function isDue() {
  if (isArriving || find('dev-renew', HTMLButtonElement).hidden) return false;
  const { iat, exp } = claims ?? {};
  if (exp === undefined) return true;
  const margin = Math.min(RENEWED_BEFORE, (exp - (iat ?? 0)) / 4);
  return exp - Date.now() / 1000 <= margin;
}

function showEnd() {
  if (claims?.exp === undefined) return say('dev-ends', '–');
  const left = claims.exp - Date.now() / 1000;
  say('dev-ends', left > 0 ? `in ${clockOf(left)}` : `${clockOf(left)} ago`, left > 0 ? '' : 'bad');
}

/** @param {import('./requests.js').Answered} answer */
function showAnswer({ operation, outcome, calls, ms, ownHeader }) {
  const words = calls === undefined ? '–' : `${calls} profile ${calls === 1 ? 'call' : 'calls'}`;
  say('dev-cost', words, calls === 0 ? 'good' : 'cost');
  const whose = ownHeader ? ['token of your Headers'] : [];
  say('dev-query', [operation, outcome, `${ms} ms`, ...whose].join(' · '));
}

/**
 * @param {HTMLSelectElement} select
 * @param {Readonly<Record<string, string>>} labels
 */
function fill(select, labels) {
  select.replaceChildren(...Object.entries(labels).map(([value, label]) => new Option(label, value)));
}

/**
 * @param {string} id
 * @param {string} text
 * @param {'' | 'good' | 'bad' | 'cost'} [tone]
 */
function say(id, text, tone = '') {
  const place = find(id, HTMLElement);
  // A live region speaks whenever it is written to.
  if (place.textContent !== text) place.textContent = text;
  place.title = text;
  place.dataset['tone'] = tone;
}

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
function find(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The bar lacks ${id}`);
}
