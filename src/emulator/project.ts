// A project of the provider.
import { randomBytes } from 'node:crypto';
import { createKeyRing, type KeyRing } from './keys.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createUsers, type Users } from './users.ts';

/** A project: API keys, signing keys, users and their sessions. */
export interface Project {
  readonly id: string;
  readonly displayName: string;
  readonly publishableClientKey: string;
  readonly secretServerKey: string;
  readonly superSecretAdminKey: string;
  readonly keys: KeyRing;
  readonly users: Users;
  readonly sessions: Sessions;
  /** Whether users without a verified e-mail are restricted (M 42-47). */
  requiresEmailVerification: boolean;
}

/** Creates a project without users, with new API keys and signing keys. */
export async function createProject(options: {
  readonly id: string;
  readonly displayName: string;
  readonly now: () => number;
}): Promise<Project> {
  const project: Project = {
    id: options.id,
    displayName: options.displayName,
    publishableClientKey: makeApiKey('pck'),
    secretServerKey: makeApiKey('ssk'),
    superSecretAdminKey: makeApiKey('sak'),
    keys: await createKeyRing(),
    users: createUsers({
      now: options.now,
      requiresEmailVerification: () => project.requiresEmailVerification,
    }),
    sessions: createSessions(options.now),
    requiresEmailVerification: false,
  };
  return project;
}

function makeApiKey(prefix: 'pck' | 'ssk' | 'sak'): string {
  return `${prefix}_${randomBytes(24).toString('base64url')}`;
}
