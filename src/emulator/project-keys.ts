// The API keys of a project, which callers send with every request.
import type { AccessType } from './access-type.ts';
import { KnownError } from './known-errors.ts';
import type { Project } from './project.ts';
import { type EmulatorContext, readHeader } from './request.ts';

/** Throws the known error of a missing or wrong key; clients need one only where the project requires it (M 771 773). */
export function checkKey(c: EmulatorContext, accessType: AccessType, project: Project): void {
  const { header, expected, missing, wrong } = KEYS[accessType];
  const given = readHeader(c, header);
  const details = { project_id: project.id };
  if (!given && accessType === 'client' && !project.settings.requirePublishableClientKey) return;
  // For access types server and admin, the error of a missing key has no details (M 21).
  if (!given)
    throw new KnownError(missing, `The ${header} is missing.`, accessType === 'client' ? details : undefined);
  if (given !== expected(project))
    throw new KnownError(wrong, `The ${header} is not valid for the project.`, details);
}

const KEYS = {
  client: {
    header: 'publishable-client-key',
    expected: (project: Project) => project.publishableClientKey,
    missing: 'PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT',
    wrong: 'INVALID_PUBLISHABLE_CLIENT_KEY',
  },
  server: {
    header: 'secret-server-key',
    expected: (project: Project) => project.secretServerKey,
    missing: 'SERVER_AUTHENTICATION_REQUIRED',
    wrong: 'INVALID_SECRET_SERVER_KEY',
  },
  admin: {
    header: 'super-secret-admin-key',
    expected: (project: Project) => project.superSecretAdminKey,
    missing: 'ADMIN_AUTHENTICATION_REQUIRED',
    wrong: 'INVALID_SUPER_SECRET_ADMIN_KEY',
  },
} as const;
