// The lower part of the bar: changes a user at the emulator, as the provider's dashboard would.

import { nameField, permissionField, sessionField, webhookField } from './changes-fields.js';
import { fill, find, say } from './elements.js';

/**
 * @typedef {object} ChangesOptions
 * @property {import('./command.js').Command} command
 * @property {Readonly<Record<string, string>>} users
 * @property {() => string | undefined} currentSession The id of the token's session.
 */

const REMEMBERED = 'dev-bar:changes';

/** Milliseconds until a webhook that has not been answered is looked at again. */
const INTERVAL = 200;

/**
 * @param {ChangesOptions} options
 * @returns {{ select(user: string | undefined): void, refresh(): Promise<void> }} Selects a user; shows what has changed.
 */
export function startChanges({ command, users, currentSession }) {
  const section = find('dev-changes', HTMLDetailsElement);
  const user = find('dev-user', HTMLSelectElement);
  let newest = 0;

  const show = (/** @type {import('./changes-fields.js').User} */ shown) => {
    const { problem, email, kind } = shown;
    for (const part of section.querySelectorAll('fieldset')) part.disabled = problem !== undefined;
    say('dev-user-note', problem ?? email ?? kind, problem === undefined ? '' : 'bad');
    webhooks.show(shown);
    if (problem === undefined) for (const field of fields) field.show(shown);
  };

  const refresh = async () => {
    if (!section.open) return;
    newest += 1;
    const attempt = newest;
    try {
      const shown = await command('GET user', { user: user.value });
      if (attempt !== newest) return;
      show(shown);
      if (webhooks.isPending(shown)) setTimeout(() => attempt === newest && void refresh(), INTERVAL);
    } catch (error) {
      if (attempt === newest) say('dev-user-note', /** @type {Error} */ (error).message, 'bad');
    }
  };

  /** @type {import('./changes-fields.js').Run} */
  const run = async (name, input, { note, done }) => {
    try {
      await command(name, { user: user.value, ...input });
      await refresh();
      if (done !== undefined) say(note, done, 'good');
    } catch (error) {
      say(note, /** @type {Error} */ (error).message, 'bad');
    }
  };

  const webhooks = webhookField(run);
  const fields = [nameField(run), permissionField(run), sessionField(run, currentSession)];
  const select = () => {
    for (const field of fields) field.reset?.();
    void refresh();
  };

  fill(user, users);
  user.addEventListener('change', select);
  section.open = sessionStorage.getItem(REMEMBERED) === 'open';
  section.addEventListener('toggle', () => {
    sessionStorage.setItem(REMEMBERED, section.open ? 'open' : 'closed');
    void refresh();
  });
  return {
    select(next) {
      if (next !== undefined) user.value = next;
      select();
    },
    refresh,
  };
}
