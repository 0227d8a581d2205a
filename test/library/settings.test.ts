import { describe, expect, it } from 'vitest';
import { parseWithoutKey } from '../../src/core/config/config.ts';
import { readSettings } from '../../src/library/auth/read-settings.ts';
import type { AuthSettings } from '../../src/library/auth/types.ts';
import { AuthError, createAuth } from '../../src/library/index.ts';

const PROJECT = '00000000-0000-4000-8000-000000000000';

describe('the options of createAuth', () => {
  it.each<[string, object, string]>([
    ['a missing project', { projectId: undefined }, 'projectId is missing'],
    ['a project that is no id', { projectId: 'my-project' }, 'projectId must be a UUID'],
    ['a project id that is no string', { projectId: 7 }, 'projectId must be a string'],
    ['keys in the wrong place', { secretServerKey: 'pck_x' }, 'it belongs in publishableClientKey'],
    ['a client key without its prefix', { publishableClientKey: 'x' }, 'publishableClientKey must begin'],
    ['a URL that is none', { apiUrl: 'stack' }, 'apiUrl must be a URL'],
    ['a URL without TLS', { apiUrl: 'http://id.example.com' }, 'apiUrl must begin with https'],
    ['an issuer that is none', { issuerUrl: 'x' }, 'issuerUrl must be a URL'],
    ['a TTL that is negative', { profileCacheTtl: -1 }, 'profileCacheTtl must be a number of seconds'],
    [
      'a TTL that is no number',
      { profileCacheTtl: Number.NaN },
      'profileCacheTtl must be a number of seconds',
    ],
    ['a TTL in a string', { profileCacheTtl: '30' }, 'profileCacheTtl must be a number'],
    ['a rate of 0', { rateLimit: 0 }, 'rateLimit must be a whole number from 1'],
    ['a rate in a string', { rateLimit: '600' }, 'rateLimit must be a number'],
    ['a logger without methods', { logger: { info() {} } }, 'logger must have the methods info, warn, error'],
    ['a name that is no option', { projectID: PROJECT }, 'projectID is not an option'],
    ['null', { apiUrl: null }, 'apiUrl must be a string'],
  ])('are refused by name: %s', (_what, wrong, message) => {
    const create = () => createAuth({ projectId: PROJECT, ...wrong } as AuthSettings);
    expect(create).toThrow(AuthError);
    expect(create).toThrow(message);
    expect(create).toThrow(expect.objectContaining({ code: 'INVALID_CONFIGURATION' }));
    expect(create).not.toThrow(/STACK_|PROFILE_|RATE_/);
  });

  it('are refused all together, and each once', () => {
    const create = () => createAuth({ projectId: 7, rateLimit: 0, x: 1 } as unknown as AuthSettings);
    expect(create).toThrow(/^Wrong options of createAuth:\n(?: {2}- [^\n]+\n){2} {2}- [^\n]+$/);
    expect(() => createAuth(undefined as unknown as AuthSettings)).toThrow('projectId is missing');
  });

  it('have the meanings and defaults of the variables', () => {
    const settings = {
      projectId: PROJECT.toUpperCase(),
      secretServerKey: 'ssk_a',
      publishableClientKey: 'pck_b',
      apiUrl: 'https://id.example.com/',
      issuerUrl: 'https://issuer.example.com',
      profileCacheTtl: 7,
      rateLimit: 'off',
    } as const;
    const env = {
      STACK_PROJECT_ID: PROJECT,
      STACK_SECRET_SERVER_KEY: 'ssk_a',
      STACK_PUBLISHABLE_CLIENT_KEY: 'pck_b',
      STACK_API_URL: 'https://id.example.com',
      STACK_ISSUER_URL: 'https://issuer.example.com',
      PROFILE_CACHE_TTL: '7',
      RATE_LIMIT: 'off',
    };
    expect({ config: readSettings(settings) }).toEqual(parseWithoutKey(env));
    const defaults = { config: readSettings({ projectId: PROJECT, secretServerKey: undefined }) };
    expect(defaults).toEqual(parseWithoutKey({ STACK_PROJECT_ID: PROJECT }));
    expect(defaults.config).toMatchObject({
      apiUrl: 'https://api.stack-auth.com',
      profileCache: { ttl: 30_000 },
      secretServerKey: undefined,
    });
  });
});
