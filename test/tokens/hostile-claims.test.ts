import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compact, es256, type Forge, ME, startForge } from '../support/forge.ts';
import { expectRefusedToken } from '../support/refused-token.ts';

// Every signature here is valid: the claims are wrong, as if the provider had a bug or was deceived.

let forge: Forge;

beforeAll(async () => {
  forge = await startForge();
});

afterAll(() => forge[Symbol.asyncDispose]());

const OTHER_ID = '11111111-2222-4333-8444-555555555555';

const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  sub: ['', null, 0, 42, true, [], ['ada'], {}, { $ne: null }, undefined],
  iss: ['', null, 1, true, [], {}, 'https://evil.test', 'stack-auth', undefined],
  aud: ['', null, 7, true, {}, [], ['internal'], 'internal', '*', '__proto__', 'constructor', undefined],
  exp: [null, '1800000600', '', true, {}, [], 1_800_000_600_000, 9e15, 1e300, undefined],
  iat: [null, '1800000000', true, {}, [], -1, 9e15, 1e300],
  nbf: [null, '0', true, {}, [], 1_900_000_000, 1_900_000_000.5, 1e300],
  project_id: ['', 'internal', OTHER_ID, null, 1, true, [], {}],
  branch_id: ['', 'dev', 'Main', 'main ', null, 0, ['main'], {}],
  refresh_token_id: ['', null, 7, true, [], {}],
  role: [null, 1, true, ['authenticated'], {}],
  email_verified: [null, 'true', 'false', 1, 0, [], {}],
  selected_team_id: [1, true, false, [], {}],
  is_anonymous: [null, 'false', 'true', 0, 1, '', [], {}, true],
  is_restricted: [null, 'false', 'true', 0, 1, '', [], {}, true],
  restricted_reason: ['', 'anonymous', true, 1, [], {}, { type: null }, { type: 1 }, { type: ['anonymous'] }],
};

describe('a signed claim with a wrong value', () => {
  const cases = Object.entries(WRONG).flatMap(([name, values]) =>
    values.map((value) => [name, value] as const),
  );

  it('is tested with more than 100 values, and a token without one is accepted', async () => {
    expect(cases.length).toBeGreaterThan(100);
    const { body } = await forge.test.ask('{ me { id } }', { token: forge.token() });
    expect(body).toEqual({ data: { me: { id: forge.claims.sub } } });
  });

  it.each(cases)('is refused: %s %j', async (name, value) => {
    await expectRefusedToken(forge, forge.token({ [name]: value }));
  });

  it.each([
    ['0', 0],
    ['negative', -1],
    ['long before 1970', -1e15],
    ['a fraction, and past', 1_800_000_000.5],
    ['one second before the tolerance', 1_800_000_024],
  ])('is answered with EXPIRED_TOKEN: exp %s', async (_what, exp) => {
    await expectRefusedToken(forge, forge.token({ exp }), 'EXPIRED_TOKEN');
  });
});

describe('an audience or issuer that is almost right', () => {
  const PATHS = ['projects', 'projects-restricted-users', 'projects-anonymous-users'] as const;

  it.each<[string, (projectId: string) => unknown]>([
    ['in a list', (projectId) => [projectId]],
    ['in a list with another', (projectId) => [projectId, 'internal']],
    ['after a space', (projectId) => ` ${projectId}`],
    ['in capitals', (projectId) => projectId.toUpperCase()],
    ['without its last character', (projectId) => projectId.slice(0, -1)],
    ['with one more character', (projectId) => `${projectId}0`],
    ['with a colon', (projectId) => `${projectId}:`],
    ['of a resource', (projectId) => `${projectId}:resource:4f1d`],
    ['of a class that does not exist', (projectId) => `${projectId}:admin`],
    ['of two classes', (projectId) => `${projectId}:restricted:anon`],
    ['with NUL', (projectId) => `${projectId}\0`],
    ['as an object that prints the same', (projectId) => ({ toString: projectId })],
  ])('is refused: aud %s', async (_what, aud) => {
    await expectRefusedToken(forge, forge.token({ aud: aud(forge.test.emulator.projectId) }));
  });

  it.each<[string, (base: string, projectId: string) => unknown]>([
    ['in a list', (base, projectId) => [`${base}/api/v1/projects/${projectId}`]],
    ['with a slash', (base, projectId) => `${base}/api/v1/projects/${projectId}/`],
    ['with a query', (base, projectId) => `${base}/api/v1/projects/${projectId}?`],
    ['with a longer path', (base, projectId) => `${base}/api/v1/projects/${projectId}/oidc`],
    ['with ..', (base, projectId) => `${base}/api/v1/x/../projects/${projectId}`],
    ['of another version', (base, projectId) => `${base}/api/latest/projects/${projectId}`],
    ['of another project', (base) => `${base}/api/v1/projects/internal`],
    [
      'of another scheme',
      (base, projectId) => `${base.replace('http', 'https')}/api/v1/projects/${projectId}`,
    ],
    [
      'of another name of the same host',
      (base, projectId) => `${base.replace('127.0.0.1', 'localhost')}/api/v1/projects/${projectId}`,
    ],
    [
      'with a user name before the host',
      (base, projectId) => `${base.replace('//', '//x@')}/api/v1/projects/${projectId}`,
    ],
    ['of restricted users', (base, projectId) => `${base}/api/v1/${PATHS[1]}/${projectId}`],
    ['of anonymous users', (base, projectId) => `${base}/api/v1/${PATHS[2]}/${projectId}`],
  ])('is refused: iss %s', async (_what, iss) => {
    const { url, projectId } = forge.test.emulator;
    await expectRefusedToken(forge, forge.token({ iss: iss(url, projectId) }));
  });
});

describe('a token with the claims of another class of users', () => {
  const CLASSES = ['ordinary', 'restricted', 'anonymous'] as const;
  const PERSON = { ordinary: 'ada', restricted: 'radia', anonymous: 'guest' } as const;

  it.each(CLASSES.flatMap((one) => CLASSES.filter((two) => two !== one).map((two) => [one, two] as const)))(
    'is refused: %s by key, issuer and audience, %s by its claims',
    async (asked, own) => {
      const { control, people } = forge.test.emulator;
      const token = await control.mintToken({ userId: people[PERSON[own]].id, class: asked });
      await expectRefusedToken(forge, token);
    },
  );

  it('is refused where it is of another project', async () => {
    const { control, people } = forge.test.emulator;
    const token = await control.mintToken({ userId: people.ada.id, otherProject: true });
    await expectRefusedToken(forge, token);
  });
});

describe('a duplicate member', () => {
  const payloads: Readonly<Record<string, (claims: string, id: string) => string>> = {
    'another sub before it': (claims, id) => `{"sub":"${id}",${claims.slice(1)}`,
    'another sub after it': (claims, id) => `${claims.slice(0, -1)},"sub":"${id}"}`,
    'another sub after it, in escapes': (claims, id) => `${claims.slice(0, -1)},"s\\u0075b":"${id}"}`,
    'another sub in __proto__': (claims, id) => `${claims.slice(0, -1)},"__proto__":{"sub":"${id}"}}`,
    'Sub in capitals': (claims, id) => `${claims.slice(0, -1)},"Sub":"${id}"}`,
    'another sub in a constructor': (claims, id) =>
      `${claims.slice(0, -1)},"constructor":{"prototype":{"sub":"${id}"}}}`,
  };

  it.each(Object.entries(payloads))(
    'of the payload has one meaning in every place that reads it: %s',
    async (_name, make) => {
      const { claims, key, test } = forge;
      const text = make(JSON.stringify(claims), OTHER_ID);
      const token = compact({ alg: 'ES256', kid: key.kid }, text, es256(key));
      const { body } = await test.ask('{ me { id } }', { token });
      expect(body).toEqual({ data: { me: { id: JSON.parse(text).sub } } });
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );

  it.each([
    ['alg none before it', '"alg":"none","alg":"ES256"', 200],
    ['alg none after it', '"alg":"ES256","alg":"none"', 401],
    ['alg HS256 after it', '"alg":"ES256","alg":"HS256"', 401],
  ])('of the header has one meaning: %s', async (_name, alg, expected) => {
    const { claims, key, test } = forge;
    const token = compact(`{${alg},"kid":"${key.kid}"}`, claims, es256(key));
    const { status } = await test.ask('{ me { id } }', { token });
    expect(status).toBe(expected);
  });
});

describe('a token of 8 KiB', () => {
  const ofLength = (length: number): string => {
    for (const kind of ['', 'J', 'JW', 'JWT']) {
      for (let size = Math.floor((length * 3) / 4) - 900; size < length; size += 1) {
        const token = forge.token({ padding: 'x'.repeat(size) }, { typ: kind });
        if (token.length === length) return token;
        if (token.length > length) break;
      }
    }
    throw new Error(`No token has ${length} characters`);
  };

  it('is accepted, and one that is a character longer is refused', async () => {
    const { body } = await forge.test.ask('{ me { id } }', { token: ofLength(8_192) });
    expect(body).toEqual({ data: { me: { id: forge.claims.sub } } });
    await expectRefusedToken(forge, ofLength(8_193));
  });
});

describe('two tokens in one request', () => {
  const CARRIERS: Readonly<Record<string, (token: string) => Record<string, string>>> = {
    'X-Stack-Access-Token': (token) => ({ 'x-stack-access-token': token }),
    'X-Hexclave-Access-Token': (token) => ({ 'x-hexclave-access-token': token }),
    Authorization: (token) => ({ authorization: `Bearer ${token}` }),
    'X-Stack-Auth': (token) => ({ 'x-stack-auth': JSON.stringify({ accessToken: token }) }),
  };
  const pairs = Object.keys(CARRIERS).flatMap((one) =>
    Object.keys(CARRIERS)
      .filter((two) => two !== one)
      .map((two) => [one, two] as const),
  );

  it.each(pairs)('are refused even if both are valid: %s and %s', async (one, two) => {
    const { test, ada, grace } = forge;
    for (const other of [grace, forge.token({ exp: 1 }), forge.token({}, { alg: 'none' })]) {
      const headers = { ...CARRIERS[one]?.(ada), ...CARRIERS[two]?.(other) };
      const { status, body } = await test.ask(ME, { headers });
      expect({ status, body }).toEqual({
        status: 400,
        body: {
          errors: [
            {
              message: 'Two different access tokens were sent',
              extensions: { code: 'BAD_REQUEST', reason: 'CONFLICTING_TOKENS' },
            },
          ],
        },
      });
    }
  });
});
