// `liveSession: true`: the session of the token is still in the provider's list, which is asked in every request.
import type { Rule } from './rule.ts';

/**
 * `FORBIDDEN` rather than `UNAUTHENTICATED`: the list hides impersonation sessions of support, whose tokens can be refreshed, so
 * that clients would refresh them again and again. No claim tells these from a session that has ended.
 */
export const liveSession: Rule<boolean> = {
  reason: 'NO_LIVE_SESSION',
  message: 'The session of this token is not among the sessions of the user',
  check: (_value, { user, loaders }) =>
    user.sessionId !== undefined && loaders.identity.hasSession(user.sessionId),
};
