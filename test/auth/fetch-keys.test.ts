import { exportJWK, generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { type FetchedKeys, fetchKeys } from '../../src/auth/fetch-keys.ts';
import { createUpstream } from '../../src/core/http-client.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import type { Fault } from '../../src/emulator/fault.ts';
import { startHttpServer } from '../support/http-server.ts';
import { UPSTREAM_UNAVAILABLE } from '../support/refusals.ts';

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
/** The base point of P-256 (FIPS 186-4), which is on the curve. */
const X = 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY';
const Y = 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU';
/** The y of the other point with the same x. */
const MIRRORED_Y = 'sBy9HAHlgGVxGBS1g_Bh6dQxzKmUzqExNEm_l8hArgo';
const GOOD = { kty: 'EC', crv: 'P-256', alg: 'ES256', kid: 'good', x: X, y: Y };

interface Source {
  readonly url: string;
  readonly projectId?: string;
  readonly held?: FetchedKeys['keys'];
  readonly timeout?: number;
}

async function fetchFrom(source: Source): Promise<FetchedKeys> {
  const { url, projectId = 'internal', held, timeout = 5_000 } = source;
  const upstream = createUpstream({ url, connections: 1, timeout });
  try {
    return await fetchKeys({ upstream, projectId }, { held, clock: { monotonic: () => NOW } });
  } finally {
    await upstream.close();
  }
}

/** Fetches from a server that answers 200 with these keys. */
async function fetchSet(
  keys: unknown,
  {
    cacheControl,
    held,
  }: { readonly cacheControl?: string | undefined; readonly held?: FetchedKeys['keys'] } = {},
): Promise<FetchedKeys> {
  await using server = await startHttpServer((_request, response) => {
    if (cacheControl !== undefined) response.setHeader('cache-control', cacheControl);
    response.end(JSON.stringify({ keys }));
  });
  return await fetchFrom({ url: server.url, ...(held && { held }) });
}

describe('the fetched keys', () => {
  it('are requested for all classes of users by one query parameter, without credentials', async () => {
    await using server = await startHttpServer((_request, response) => {
      response.end(JSON.stringify({ keys: [GOOD] }));
    });
    const projectId = '11111111-2222-4333-8444-555555555555';
    await fetchFrom({ url: `${server.url}/base`, projectId });
    const path = `/base/api/v1/projects/${projectId}/.well-known/jwks.json?include_anonymous=true`;
    expect(server.received).toMatchObject([{ method: 'GET', path }]);
    const names = server.received.flatMap(({ headers }) => Object.keys(headers));
    expect(names.filter((name) => name.startsWith('x-') || name === 'authorization')).toEqual([]);
  });

  it('are six, with the time of the request', async () => {
    await using emulator = await startEmulator();
    const { keys, fetchedAt, freshFor } = await fetchFrom(emulator);
    expect([keys.size, fetchedAt, freshFor]).toEqual([6, NOW, 60 * MINUTE]);
  });

  it('stay the same objects while the provider publishes the same keys', async () => {
    await using emulator = await startEmulator();
    const first = await fetchFrom(emulator);
    const second = await fetchFrom({ ...emulator, held: first.keys });
    expect([...second.keys.keys()]).toEqual([...first.keys.keys()]);
    for (const [kid, { key }] of second.keys) expect(key).toBe(first.keys.get(kid)?.key);
    expect((await fetchFrom(emulator)).keys.values().next().value?.key).not.toBe(
      first.keys.values().next().value?.key,
    );
  });

  it('are new objects where an id has another key, also one that differs only in y', async () => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    const { x, y } = await exportJWK(publicKey);
    const held = (await fetchSet([GOOD])).keys;
    for (const other of [{ x, y }, { y: MIRRORED_Y }]) {
      const changed = await fetchSet([{ ...GOOD, ...other }], { held });
      expect(changed.keys.get('good')?.key).toBeDefined();
      expect(changed.keys.get('good')?.key).not.toBe(held.get('good')?.key);
    }
  });

  it('cannot be exported', async () => {
    const { keys } = await fetchSet([{ ...GOOD, d: 'AAAA' }]);
    expect(keys.get('good')?.key).toMatchObject({ type: 'public', usages: ['verify'] });
  });
});

describe('an unusable key among usable ones', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['a string', 'good'],
    ['without a kid', { ...GOOD, kid: undefined }],
    ['with an empty kid', { ...GOOD, kid: '' }],
    ['with a kid that is not a string', { ...GOOD, kid: 7 }],
    ['on another curve', { ...GOOD, kid: 'bad', crv: 'P-384' }],
    ['for RSA', { kty: 'RSA', kid: 'bad', n: 'AQAB', e: 'AQAB' }],
    ['that is symmetric', { kty: 'oct', kid: 'bad', k: 'c2VjcmV0' }],
    ['for another algorithm', { ...GOOD, kid: 'bad', alg: 'ES384' }],
    ['for encryption', { ...GOOD, kid: 'bad', use: 'enc' }],
    ['without y', { ...GOOD, kid: 'bad', y: undefined }],
    ['whose point is not on the curve', { ...GOOD, kid: 'bad', y: X }],
    ['whose x is not base64url', { ...GOOD, kid: 'bad', x: '***' }],
    ['whose x is too short', { ...GOOD, kid: 'bad', x: 'AQAB' }],
  ])('is skipped: %s', async (_what, bad) => {
    const { keys } = await fetchSet([bad, GOOD, bad]);
    expect([...keys.keys()]).toEqual(['good']);
  });

  it('does not replace a usable one with the same kid', async () => {
    const { publicKey } = await generateKeyPair('ES256', { extractable: true });
    const { x, y } = await exportJWK(publicKey);
    const { keys } = await fetchSet([{ ...GOOD, y: X }, GOOD, { ...GOOD, x, y }]);
    expect(keys.get('good')).toMatchObject({ x: X, y: Y });
  });
});

describe('a key', () => {
  it.each<[string, object]>([
    ['use sig', { use: 'sig' }],
    ['unknown members', { x5t: 'abc', nbf: 1, key_ops: ['verify'] }],
    ['no alg', { alg: undefined }],
  ])('may have %s', async (_what, members) => {
    expect((await fetchSet([{ ...GOOD, ...members }])).keys.size).toBe(1);
  });
});

describe('a response without keys', () => {
  it.each<[string, Fault]>([
    ['an empty key set', { kind: 'body', body: '{"keys":[]}' }],
    ['only unusable keys', { kind: 'body', body: '{"keys":[{"kty":"RSA","kid":"a"}]}' }],
    ['more than 100 keys', { kind: 'body', body: JSON.stringify({ keys: Array(101).fill(GOOD) }) }],
    ['keys that are not an array', { kind: 'body', body: '{"keys":{}}' }],
    ['no keys', { kind: 'body', body: '{}' }],
    ['null', { kind: 'body', body: 'null' }],
    ['an empty body', { kind: 'body', body: '' }],
    ['a captive portal', { kind: 'body', body: '<html>Sign in</html>', contentType: 'text/html' }],
    ['five megabytes', { kind: 'body', body: `{"keys":[],"x":"${'x'.repeat(5_000_000)}"}` }],
    ['truncated JSON', { kind: 'garbage' }],
    ['half of a body', { kind: 'half' }],
    ['a reset connection', { kind: 'reset' }],
    ['bytes that are not HTTP', { kind: 'notHttp' }],
    ['no response', { kind: 'hang' }],
    ['a redirect', { kind: 'status', status: 302, headers: { location: '/api/v1/projects/internal' } }],
    ['304', { kind: 'status', status: 304 }],
    ['204', { kind: 'status', status: 204 }],
    ['400', { kind: 'status', status: 400 }],
    ['401', { kind: 'status', status: 401 }],
    ['429', { kind: 'status', status: 429 }],
    ['500', { kind: 'status', status: 500 }],
    ['503 with the keys', { kind: 'status', status: 503, body: JSON.stringify({ keys: [GOOD] }) }],
  ])('is a failure, and withdraws no key: %s', async (_what, fault) => {
    await using emulator = await startEmulator();
    emulator.control.fail('jwks', fault);
    const timeout = fault.kind === 'hang' ? 100 : 5_000;
    await expect(fetchFrom({ ...emulator, timeout })).rejects.toMatchObject(UPSTREAM_UNAVAILABLE);
  });

  it('is a failure where the connection is refused', async () => {
    const emulator = await startEmulator();
    await emulator.close();
    await expect(fetchFrom(emulator)).rejects.toMatchObject(UPSTREAM_UNAVAILABLE);
  });

  it('is a mistake in the configuration where the project is unknown', async () => {
    await using emulator = await startEmulator();
    const projectId = '11111111-2222-4333-8444-555555555555';
    await expect(fetchFrom({ url: emulator.url, projectId })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
      message: expect.stringContaining('STACK_PROJECT_ID'),
    });
  });
});

describe('the time that keys stay fresh', () => {
  it.each<[string | undefined, number]>([
    ['public, max-age=3600', 60],
    ['max-age=600', 10],
    ['Max-Age=900', 15],
    ['public,max-age=120,must-revalidate', 2],
    ['max-age=0', 1],
    ['max-age=1', 1],
    ['max-age=60', 1],
    ['max-age=3601', 60],
    ['max-age=31536000, immutable', 60],
    ['max-age=99999999999999999999', 60],
    ['max-age=-5', 10],
    ['max-age=soon', 10],
    ['no-store', 10],
    [undefined, 10],
  ])('under Cache-Control %s is %d minutes', async (cacheControl, minutes) => {
    expect((await fetchSet([GOOD], { cacheControl })).freshFor).toBe(minutes * MINUTE);
  });
});
