// The check of API keys that callers present.
import { Hono } from 'hono';
import { z } from 'zod';
import { SERVER_OR_ADMIN } from '../access-type.ts';
import { noKey, readKey, requireApiKeys } from '../api-key-rules.ts';
import { checkRequest } from '../checks.ts';
import { KnownError } from '../known-errors.ts';
import type { Provider } from '../provider.ts';
import type { EmulatorEnv } from '../request.ts';
import { parsePart } from '../validation.ts';

/** For servers: whether a key is valid. It says nothing about the key's owner (identity contract 2.7). */
export function apiKeyCheckRoutes(provider: Provider): Hono<EmulatorEnv> {
  const routes = new Hono<EmulatorEnv>();
  for (const type of ['user', 'team'] as const) {
    routes.post(`/${type}-api-keys/check`, async (c) => {
      const checked = await checkRequest(c, provider, SERVER_OR_ADMIN);
      const schema = z.strictObject({ api_key: z.string() });
      const { api_key } = parsePart(c, 'body', { schema, value: checked.body });
      requireApiKeys(checked, type);
      const key = checked.project.apiKeys.findByValue(api_key);
      if (!key) throw noKey();
      if (key.type !== type) {
        throw new KnownError('WRONG_API_KEY_TYPE', `This endpoint is for ${type} API keys.`, {
          expected_type: type,
          actual_type: key.type,
        });
      }
      if (key.revokedAt !== null) throw new KnownError('API_KEY_REVOKED', 'API key has been revoked.');
      if (key.expiresAt !== null && key.expiresAt < provider.now())
        throw new KnownError('API_KEY_EXPIRED', 'API key has expired.');
      return c.json(readKey(key));
    });
  }
  return routes;
}
