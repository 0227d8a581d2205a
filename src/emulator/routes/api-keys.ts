// API keys of users and teams.
import { Hono } from 'hono';
import { z } from 'zod';
import { resolveUserId, unexpected, userIdOrMe, uuid } from '../access.ts';
import { ALL_ACCESS_TYPES } from '../access-type.ts';
import { noKey, readKey, requireApiKeys, requireManager } from '../api-key-rules.ts';
import type { ApiKey, ApiKeyType } from '../api-keys.ts';
import { type CheckedRequest, checkRequest } from '../checks.ts';
import { KnownError } from '../known-errors.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorContext, EmulatorEnv } from '../request.ts';
import { parsePart } from '../validation.ts';

const creation = z.strictObject({
  description: z.string(),
  expires_at_millis: z.number().nullable(),
  is_public: z.boolean().exactOptional(),
});
const creations = {
  user: creation.extend({ user_id: userIdOrMe }),
  team: creation.extend({ team_id: uuid }),
};
const queries = {
  user: z.strictObject({ user_id: userIdOrMe.exactOptional() }),
  team: z.strictObject({ team_id: uuid }),
};
const patch = z.strictObject({
  description: z.string().exactOptional(),
  revoked: z.literal(true).exactOptional(),
});

interface Owner {
  readonly user_id?: string;
  readonly team_id?: string;
}

/** API keys: created, listed, read and revoked by their user, or with `$manage_api_keys` in their team (identity contract 2.7). */
export function apiKeyRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();

  for (const type of ['user', 'team'] as const) {
    routes.post(`/${type}-api-keys`, async (c) => {
      const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
      const schema: z.ZodType<z.infer<typeof creation> & Owner> = creations[type];
      const given = parsePart(c, 'body', { schema, value: checked.body });
      requireApiKeys(checked, type);
      const ownerId = readOwner(checked, type, given);
      requireManager(checked, { type, ownerId });
      if (!exists(checked, { type, ownerId })) throw unexpected();
      const key = checked.project.apiKeys.create({
        type,
        ownerId,
        description: given.description,
        isPublic: given.is_public ?? false,
        expiresAt: given.expires_at_millis,
      });
      return c.json({ ...readKey(key), value: key.value });
    });

    routes.get(`/${type}-api-keys`, async (c) => {
      const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
      const schema: z.ZodType<Owner> = queries[type];
      const query = parsePart(c, 'query', { schema, value: c.req.query() });
      requireApiKeys(checked, type);
      const ownerId = readOwner(checked, type, query);
      requireManager(checked, { type, ownerId });
      const items = checked.project.apiKeys.of({ type, ownerId }).map(readKey);
      return c.json({ items, is_paginated: false });
    });

    routes.get(`/${type}-api-keys/:keyId`, async (c) => {
      const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
      return c.json(readKey(findKey(c, checked, type)));
    });

    routes.patch(`/${type}-api-keys/:keyId`, async (c) => {
      const checked = await checkRequest(c, provider, ALL_ACCESS_TYPES);
      const given = parsePart(c, 'body', { schema: patch, value: checked.body });
      const { id, revokedAt } = findKey(c, checked, type);
      const changed = checked.project.apiKeys.update(id, {
        ...(given.description !== undefined && { description: given.description }),
        ...(given.revoked && { revokedAt: revokedAt ?? provider.now() }),
      });
      return c.json(readKey(changed));
    });
  }

  return routes;
}

function readOwner(checked: CheckedRequest, type: ApiKeyType, owner: Owner): string {
  const id = type === 'user' ? resolveUserId(checked, owner.user_id) : owner.team_id;
  if (id !== undefined) return id;
  const message = `${type}_id is required for ${type} API keys`;
  throw new KnownError('SCHEMA_ERROR', message, { message });
}

function exists({ project }: CheckedRequest, { type, ownerId }: Pick<ApiKey, 'type' | 'ownerId'>): boolean {
  return (type === 'user' ? project.users.find(ownerId) : project.teams.find(ownerId)) !== undefined;
}

// A key is found by its id alone: who may manage it is asked of its owner, whatever its kind is.
function findKey(c: EmulatorContext, checked: CheckedRequest, type: ApiKeyType): ApiKey {
  const value = { api_key_id: c.req.param('keyId') };
  const { api_key_id } = parsePart(c, 'params', { schema: z.object({ api_key_id: uuid }), value });
  const schema: z.ZodType<Owner> = queries[type];
  parsePart(c, 'query', { schema, value: c.req.query() });
  requireApiKeys(checked, type);
  const key = checked.project.apiKeys.find(api_key_id);
  if (!key) throw noKey();
  requireManager(checked, key);
  if (key.type !== type) throw unexpected();
  return key;
}
