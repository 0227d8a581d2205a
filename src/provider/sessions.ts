// The sessions of the caller (contract, IDENTITY 2.7). Support's impersonation sessions are not listed.
import { z } from 'zod';
import { listed, optionalTime, text, time } from './bounded.ts';
import { ownedBy } from './owned.ts';
import { path } from './path.ts';
import type { ProviderCall } from './send.ts';
import { type Uuid, uuid } from './uuid.ts';

/** A session in which the user is signed in. */
export interface ActiveSession {
  readonly id: Uuid;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | undefined;
  /** Whether it is the session of the token. */
  readonly isCurrent: boolean;
  readonly agentName: string | undefined;
}

/** Sessions of one user. Further ones are left out. */
const MAX_SESSIONS = 1_000;

const sessions = listed(
  z.object({
    id: uuid,
    user_id: uuid,
    created_at: time,
    last_used_at: optionalTime,
    is_current_session: z.boolean().nullish(),
    agent_name: text,
  }),
  MAX_SESSIONS,
);

/** The caller's sessions, the newest first. */
export const listSessions: ProviderCall<readonly ActiveSession[]> = {
  name: 'sessions',
  method: 'GET',
  path: path`/auth/sessions?user_id=me`,
  access: 'client',
  parse: (body, question) =>
    ownedBy(question, sessions.parse(body), ({ user_id }) => user_id).map((session) => ({
      id: session.id,
      createdAt: session.created_at,
      lastUsedAt: session.last_used_at,
      isCurrent: session.is_current_session === true,
      agentName: session.agent_name,
    })),
};

/** Ends another session of the caller. The provider refuses that of the token. */
export function revokeSession(id: Uuid): ProviderCall<undefined> {
  return {
    name: 'revoke-session',
    method: 'DELETE',
    path: path`/auth/sessions/${id}?user_id=me`,
    access: 'client',
    parse: () => undefined,
  };
}

/** Ends the session of the token. Answered with 500 where it has ended before. */
export const signOut: ProviderCall<undefined> = {
  name: 'sign-out',
  method: 'DELETE',
  path: path`/auth/sessions/current`,
  access: 'client',
  ambiguous500: true,
  parse: () => undefined,
};
