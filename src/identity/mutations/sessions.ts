// `signOut` and `revokeSession`.
import { checkedId, checkId } from '../../graph/mutations/input-checks.ts';
import type { AddMutation } from '../../graph/mutations/mutation.ts';
import { successField } from '../../graph/mutations/success-field.ts';
import { listSessions, revokeSession, signOut } from '../../provider/sessions.ts';
import { readUuid } from '../../provider/uuid.ts';
import type { Changes } from '../../request/changes.ts';
import { isServerError, withValue } from './done.ts';

/** Adds both. */
export function addSessionMutations(add: AddMutation): void {
  add({
    name: 'signOut',
    description:
      'Ends the session of the token. The token itself is accepted until it expires, but cannot be refreshed.',
    scope: 'authenticated',
    async send(_input, send, { changes, user }) {
      const outcome = await send(signOut);
      const isKnown = isServerError(outcome) && (await hasEnded(user.sessionId, changes));
      return isKnown ? { kind: 'ok', value: true } : withValue(outcome, true);
    },
    touches: () => ({ own: 'all' }),
    about: (_input, _value, { user }) => ({ target: user.sessionId }),
    payload: (t) => ({
      signedOut: successField(t, 'Whether the session has ended.'),
    }),
  });

  add({
    name: 'revokeSession',
    description: 'Ends another session of the caller.',
    scope: 'authenticated',
    input: (t) => ({
      id: t.id({ required: true, description: 'The session. For that of the token: `signOut`.' }),
    }),
    check: ({ id }) => checkId(id),
    send: async ({ id }, send) => withValue(await send(revokeSession(checkedId(id))), checkedId(id)),
    touches: () => ({}),
    about: ({ id }) => ({ target: id }),
    payload: (t) => ({
      revokedSessionId: t.exposeID('value', { nullable: true, description: 'The session that has ended.' }),
    }),
  });
}

/**
 * Whether the session of the token has ended. Impersonation sessions of support are never listed, so one that is not in the list
 * is asked for by its id as well: the provider refuses to revoke the token's own session by id while it lives, and does not find it
 * once it has ended (contract, IDENTITY 2.7). What cannot be told is `false`.
 */
async function hasEnded(sessionId: string | undefined, changes: Changes): Promise<boolean> {
  const id = sessionId === undefined ? undefined : readUuid(sessionId);
  if (id === undefined) return false;
  const listed = await changes.read(listSessions);
  if (listed.kind !== 'ok' || listed.value.some((session) => session.id === id)) return false;
  const found = await changes.read(revokeSession(id));
  return found.kind === 'ok' || (found.kind === 'rejected' && found.code === 'NOT_FOUND');
}
