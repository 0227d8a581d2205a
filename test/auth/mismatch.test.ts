// Tokens of the provider that are not for this server: refused, and reported to the operator.
import { describe, expect, it } from 'vitest';
import type { MintOptions } from '../../src/emulator/mint.ts';
import { EXPIRED_TOKEN, INVALID_TOKEN } from '../support/refusals.ts';
import { startTestVerifier } from '../support/test-verifier.ts';

type Wish = Omit<MintOptions, 'userId'>;
type At = { readonly url: string; readonly projectId: string };

/** What is emitted for a token with these options, which must be refused. */
async function reported(wish: (at: At) => Wish, expected: object = INVALID_TOKEN) {
  await using test = await startTestVerifier();
  const { control, people, url, projectId } = test.emulator;
  await test.verify(await control.mintToken({ userId: people.ada.id }));
  expect(test.events).toEqual([]);
  const token = await control.mintToken({ userId: people.ada.id, ...wish({ url, projectId }) });
  await expect(test.verify(token)).rejects.toMatchObject(expected);
  return test.events.map((event) => (event.kind === 'token-mismatch' ? event.mismatch : event));
}

describe('a token with a valid signature', () => {
  it.each(['http://localhost:8102', 'https://api.example.com', 'http://[::1]:8102'])(
    'is reported with the origin of its issuer where that is another host: %s',
    async (issuerBase) => {
      expect(await reported(() => ({ issuerBase }))).toEqual([{ reason: 'issuer', origin: issuerBase }]);
    },
  );

  it.each<[string, string, string | undefined]>([
    ['of another path', 'http://localhost/auth', 'http://localhost'],
    ['with a password', 'http://user:pass@localhost/', 'http://localhost'],
    ['that is no URL', 'stack', undefined],
    ['of another scheme', 'urn:stack:auth', undefined],
  ])('is reported for an issuer %s', async (_what, iss, origin) => {
    expect(await reported(() => ({ claims: { iss } }))).toEqual([{ reason: 'issuer', origin }]);
  });

  it('is reported for an issuer of this host and another project', async () => {
    const iss = (url: string) => `${url}/api/v1/projects/internal`;
    const [mismatch] = await reported(({ url }) => ({ claims: { iss: iss(url) } }));
    expect(mismatch).toMatchObject({ reason: 'issuer', origin: expect.stringMatching(/^http:\/\/127/) });
  });

  it.each<[string, (at: At) => Wish]>([
    [
      'its issuer is that of another class',
      ({ url, projectId }) => ({ claims: { iss: `${url}/api/v1/projects-anonymous-users/${projectId}` } }),
    ],
    ['is_anonymous contradicts it', () => ({ claims: { is_anonymous: true } })],
    ['is_restricted contradicts it', () => ({ claims: { is_restricted: true } })],
    ['project_id contradicts it', () => ({ claims: { project_id: 'internal' } })],
  ])('is reported for its class where %s', async (_what, wish) => {
    expect(await reported(wish)).toEqual([{ reason: 'class' }]);
  });

  it.each([':guest', ':restricted:eu', '-eu'])(
    'is reported for its audience: ours and %s',
    async (suffix) => {
      const mismatches = await reported(({ projectId }) => ({ claims: { aud: `${projectId}${suffix}` } }));
      expect(mismatches).toEqual([{ reason: 'audience' }]);
    },
  );
});

describe('a token of another project', () => {
  it('is reported, and nothing is quoted from it', async () => {
    expect(await reported(() => ({ otherProject: true }))).toEqual([{ reason: 'project' }]);
  });
});

describe('nothing is reported for a token', () => {
  it.each<[string, Wish, object?]>([
    ['that is forged', { forged: true }],
    ['that is forged, of another issuer', { forged: true, issuerBase: 'http://localhost:8102' }],
    ['that is forged, of another class', { forged: true, claims: { is_anonymous: true } }],
    ['that is forged, for another project', { forged: true, claims: { aud: 'internal' } }],
    ['of an unknown key, of another issuer', { unknownKid: true, issuerBase: 'http://localhost:8102' }],
    ['that has expired', { expiresIn: -60 }, EXPIRED_TOKEN],
    ['that is not valid yet', { claims: { nbf: 4_000_000_000 } }],
    ['without a subject', { withoutClaims: ['sub'] }],
    ['without an issuer', { withoutClaims: ['iss'] }],
    ['whose issuer is no string', { claims: { iss: ['x'] } }],
  ])('%s', async (_what, wish, expected) => {
    expect(await reported(() => wish, expected)).toEqual([]);
  });
});
