// Who may use API keys, and how keys are read.
import { hasTeamPermission, plainRefusal, requireSignedIn } from './access.ts';
import type { ApiKey, ApiKeyType } from './api-keys.ts';
import type { CheckedRequest } from './checks.ts';
import { KnownError } from './known-errors.ts';

/** Refuses requests where the project has switched this kind of keys off, in plain text (M 693). */
export function requireApiKeys({ project }: CheckedRequest, type: ApiKeyType): void {
  const { userApiKeys, teamApiKeys } = project.settings;
  if (type === 'user' && !userApiKeys)
    throw plainRefusal(400, 'User API keys are not enabled for this project.');
  if (type === 'team' && !teamApiKeys)
    throw plainRefusal(400, 'Team API keys are not enabled for this project.');
}

/** A key as it is read: `value` has its last four characters; absent instead of null. */
export function readKey(key: ApiKey) {
  return {
    id: key.id,
    type: key.type,
    ...(key.type === 'user' ? { user_id: key.ownerId } : { team_id: key.ownerId }),
    description: key.description,
    is_public: key.isPublic,
    created_at_millis: key.createdAt,
    ...(key.expiresAt !== null && { expires_at_millis: key.expiresAt }),
    ...(key.revokedAt !== null && { manually_revoked_at_millis: key.revokedAt }),
    value: { last_four: key.value.slice(-4) },
  };
}

/** The refusal of a key that does not exist, or that a team member must not see (M 700 708). */
export function noKey(): KnownError {
  return new KnownError('API_KEY_NOT_FOUND', 'API key not found.');
}

/** Requires the user of a key, or `$manage_api_keys` in its team; without it no key is found (M 687 708). */
export function requireManager(
  checked: CheckedRequest,
  { type, ownerId }: Pick<ApiKey, 'type' | 'ownerId'>,
): void {
  if (checked.accessType !== 'client') return;
  const userId = requireSignedIn(checked).id;
  if (type === 'user' && ownerId !== userId)
    throw plainRefusal(403, 'Client can only manage their own api keys');
  const grant = { teamId: ownerId, userId, permissionId: '$manage_api_keys' };
  if (type === 'team' && !hasTeamPermission(checked.project, grant)) throw noKey();
}
