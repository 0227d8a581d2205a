// `signOut` and `revokeSession`.
import { checkedId, checkId } from '../../graph/mutations/input-checks.ts';
import type { AddMutation } from '../../graph/mutations/mutation.ts';
import { listSessions, revokeSession, signOut } from '../../provider/sessions.ts';
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
      if (!isServerError(outcome) || user.sessionId === undefined) return withValue(outcome, true);
      const sessionId = user.sessionId.toLowerCase();
      const listed = await changes.read(listSessions);
      const hasEnded = listed.kind === 'ok' && !listed.value.some(({ id }) => id === sessionId);
      return hasEnded ? { kind: 'ok', value: true } : withValue(outcome, true);
    },
    touches: () => ({ own: 'all' }),
    about: (_input, _value, { user }) => ({ target: user.sessionId }),
    payload: (t) => ({
      signedOut: t.boolean({
        description: 'Whether the session has ended.',
        resolve: ({ value }) => value !== undefined,
      }),
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
      revokedSessionId: t.id({
        nullable: true,
        description: 'The session that has ended.',
        resolve: ({ value }) => value,
      }),
    }),
  });
}
