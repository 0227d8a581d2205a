// API keys of the caller and of teams (contract, IDENTITY 2.7). They are issued here, and not accepted as credentials.
import { z } from 'zod';
import { chosenTime, listed, optionalTime, text, time } from './bounded.ts';
import type { Question } from './outcomes.ts';
import { path } from './path.ts';
import type { ProviderCall } from './send.ts';
import { type Uuid, uuid } from './uuid.ts';

/** A key without its secret. */
export interface ApiKey {
  readonly id: Uuid;
  readonly description: string | undefined;
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  readonly revokedAt: Date | undefined;
  readonly lastFour: string;
}

/** A new key. Its secret is told once: it is in no log, trace or cache. */
export interface NewApiKey {
  readonly apiKey: ApiKey;
  readonly secret: string;
}

/** Whose key it is: the caller's own, or a team's. */
export interface KeyOwner {
  readonly teamId?: Uuid | undefined;
}

/** What a new key is made from. Without `expiresAt` it does not expire. */
export interface ApiKeyOptions extends KeyOwner {
  readonly description: string;
  readonly expiresAt?: Date | undefined;
}

/** Keys of one owner. Further ones are left out. */
export const MAX_KEYS = 1_000;

const key = z.object({
  id: uuid,
  user_id: uuid.nullish(),
  team_id: uuid.nullish(),
  description: text,
  created_at_millis: time,
  expires_at_millis: chosenTime,
  manually_revoked_at_millis: optionalTime,
});
const heldKey = key.extend({ value: z.object({ last_four: z.string().max(4) }) });
const newKey = key.extend({ value: z.string().min(4).max(1_000) });
const heldKeys = listed(heldKey, MAX_KEYS);

/** The caller's keys, or those of a team: expired and revoked ones too, the newest first. A team's need `$manage_api_keys`. */
export function listApiKeys(owner: KeyOwner): ProviderCall<readonly ApiKey[]> {
  const { teamId } = owner;
  return {
    name: teamId === undefined ? 'api-keys' : 'team-api-keys',
    method: 'GET',
    path: teamId === undefined ? path`/user-api-keys?user_id=me` : path`/team-api-keys?team_id=${teamId}`,
    access: 'client',
    parse: (body, question) => heldKeys.parse(body).map((held) => readHeld(held, owner, question)),
  };
}

/** Creates a key of the caller, or of a team with `$manage_api_keys`. */
export function createApiKey({ teamId, description, expiresAt }: ApiKeyOptions): ProviderCall<NewApiKey> {
  return {
    name: 'create-api-key',
    method: 'POST',
    path: teamId === undefined ? path`/user-api-keys` : path`/team-api-keys`,
    access: 'client',
    body: {
      ...(teamId === undefined ? { user_id: 'me' } : { team_id: teamId }),
      description,
      // The provider requires the field.
      expires_at_millis: expiresAt?.getTime() ?? null,
    },
    parse: (body, question) => {
      const created = newKey.parse(body);
      requireOwner(created, { teamId }, question);
      return { apiKey: toApiKey(created, created.value.slice(-4)), secret: created.value };
    },
  };
}

/** Revokes a key for good. */
export function revokeApiKey(id: Uuid, owner: KeyOwner): ProviderCall<ApiKey> {
  const { teamId } = owner;
  return {
    name: 'revoke-api-key',
    method: 'PATCH',
    path: teamId === undefined ? path`/user-api-keys/${id}` : path`/team-api-keys/${id}?team_id=${teamId}`,
    access: 'client',
    body: { revoked: true },
    parse: (body, question) => readHeld(heldKey.parse(body), owner, question),
  };
}

function readHeld(held: z.infer<typeof heldKey>, owner: KeyOwner, question: Question): ApiKey {
  requireOwner(held, owner, question);
  return toApiKey(held, held.value.last_four);
}

function requireOwner(given: z.infer<typeof key>, { teamId }: KeyOwner, { caller }: Question): void {
  const isOwn = teamId === undefined ? given.user_id === caller?.id : given.team_id === teamId;
  // Without the answer: it may hold a secret.
  if (!isOwn) throw new Error('The key is that of another owner');
}

function toApiKey(given: z.infer<typeof key>, lastFour: string): ApiKey {
  return {
    id: given.id,
    description: given.description,
    createdAt: given.created_at_millis,
    expiresAt: given.expires_at_millis,
    revokedAt: given.manually_revoked_at_millis,
    lastFour,
  };
}
