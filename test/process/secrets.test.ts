import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { Fault } from '../../src/emulator/fault.ts';
import type { MintOptions } from '../../src/emulator/mint.ts';
import { readAsServer } from '../../src/emulator/profile.ts';
import { findLeaks, type Secrets } from '../support/leaks.ts';
import { sendRaw, statusOf } from '../support/raw-http.ts';
import { startSourceProcess } from '../support/server-process.ts';
import { settingsOf, startTestServer } from '../support/test-server.ts';

/** An app whose fields have the bugs that people make. */
const WITH_BUGS = { TEST_APP: new URL('../support/fields-with-bugs.ts', import.meta.url).href };

const PROFILE =
  'query Mine { me { id displayName email profileImageUrl oauthProviders { accountId email } } }';

/** What is planted, by where it stands. Each is of its own, so that a finding says what leaked. */
interface Planted {
  readonly emulator: Emulator;
  readonly userId: string;
  readonly secrets: Secrets;
  /** A word that must not appear in the output. */
  word(where: string): string;
  /** One so short that it stands whole in the few characters around a mistake that JSON.parse quotes. */
  shortWord(): string;
  /** A token of the user that must not come out, nor any part of it. */
  token(options?: Omit<MintOptions, 'userId'>): Promise<string>;
  /** Something that is no good token, and yet as secret as one. */
  tokenLike(text: string): string;
}

async function plant(): Promise<Planted & AsyncDisposable> {
  const emulator = await startEmulator();
  const words = [emulator.secretServerKey, emulator.publishableClientKey];
  const tokens: string[] = [];
  const keep = (planted: string) => {
    words.push(planted);
    return planted;
  };
  const word = (where: string) => keep(`${where}-${randomUUID()}`);
  const shortWord = () => keep(`q${randomUUID().slice(0, 7)}`);
  const tokenLike = (text: string) => {
    tokens.push(text);
    return text;
  };
  const { id: userId } = emulator.control.createUser({
    email: `${word('mail')}@example.test`,
    displayName: word('name'),
    profileImageUrl: `https://images.example.test/${word('image')}`,
    oauthProviders: [{ id: 'github', accountId: word('account'), email: `${word('oauth')}@example.test` }],
    clientMetadata: { note: word('client-metadata') },
    serverMetadata: { note: word('server-metadata') },
  });
  return {
    emulator,
    userId,
    secrets: { words, tokens },
    word,
    shortWord,
    tokenLike,
    token: async (options = {}) =>
      tokenLike(
        await emulator.control.mintToken({
          userId,
          ...options,
          claims: { email: `${word('claim')}@example.test`, name: word('claim'), ...options.claims },
        }),
      ),
    [Symbol.asyncDispose]: emulator.close,
  };
}

type Send = (path: string, init: RequestInit) => Promise<Response>;

/** Asks in every way that a client can ask rightly and wrongly; gives the statuses that were answered. */
async function sendAllKinds(send: Send, planted: Planted): Promise<readonly number[]> {
  const { emulator, userId, word, token, tokenLike } = planted;
  const good = await token();
  const { accessToken, refreshToken, sessionId } = await emulator.control.signIn(userId);
  for (const secret of [accessToken, refreshToken]) tokenLike(secret);
  const sdk = JSON.stringify({ accessToken, refreshToken, sessionId });
  const base64 = (text: string) => tokenLike(Buffer.from(text).toString('base64'));
  const noise = {
    cookie: `session=${word('cookie')}`,
    'user-agent': word('agent'),
    referer: `https://app.example/${word('referer')}`,
    origin: `https://${word('origin')}.example`,
    'x-request-id': `two words ${word('request-id')}`,
    'x-forwarded-for': word('forwarded'),
    traceparent: word('traceparent'),
    baggage: `user=${word('baggage')}`,
  };
  const document = (query: string, variables: object = {}) =>
    JSON.stringify({ query: `# ${word('comment')}\n${query}`, variables, operationName: undefined });
  const post = async (headers: Record<string, string>, body: string): Promise<number> => {
    const sent = { 'content-type': 'application/json', ...noise, ...headers };
    return (await send('/graphql', { method: 'POST', headers: sent, body })).status;
  };
  const own = { 'x-stack-access-token': good };
  const part = () => tokenLike(good.slice(0, -20));

  const statuses: number[] = [];
  // Every carrier.
  for (const headers of [
    own,
    { 'x-hexclave-access-token': await token() },
    { authorization: `Bearer ${await token()}` },
    { authorization: `Bearer stackauth_${base64(sdk)}` },
    { authorization: `Bearer hexclave_${base64(sdk)}` },
    { 'x-stack-auth': sdk },
    { authorization: `Basic ${base64(`ada:${word('password')}`)}` },
  ] as Record<string, string>[])
    statuses.push(await post(headers, document(PROFILE)));
  // Every way to be refused.
  const otherSession = JSON.stringify({ accessToken: await token(), refreshToken: word('refresh') });
  for (const headers of [
    { 'x-stack-access-token': await token({ expiresIn: -60 }) },
    { 'x-stack-access-token': await token({ forged: true }) },
    { 'x-stack-access-token': await token({ unknownKid: true }) },
    { 'x-stack-access-token': await token({ unknownKid: true, header: { kid: word('kid') } }) },
    { 'x-stack-access-token': await token({ otherProject: true }) },
    { 'x-stack-access-token': await token({ alg: 'HS256' }) },
    { 'x-stack-access-token': await token({ claims: { aud: word('audience') } }) },
    { 'x-stack-access-token': await token({ claims: { is_anonymous: word('claim-of-another-type') } }) },
    {
      'x-stack-access-token': await token({ claims: { restricted_reason: { type: { a: word('reason') } } } }),
    },
    { 'x-stack-access-token': part() },
    { 'x-stack-access-token': tokenLike(`${word('garbage')}.${word('garbage')}`) },
    { 'x-stack-access-token': tokenLike(`e30.${Buffer.from(word('garbage')).toString('base64url')}.AAAA`) },
    { 'x-stack-access-token': tokenLike(`${await token()}${'x'.repeat(8_192)}`) },
    { authorization: `Bearer ${word('opaque')}` },
    { authorization: `Bearer stackauth_${base64(`{"accessToken":"${word('cut-off')}`)}` },
    { 'x-stack-auth': `{"refreshToken":"${word('refresh')}","accessToken":` },
    { 'x-stack-auth': JSON.stringify({ accessToken: { nested: word('nested') }, refreshToken }) },
    { ...own, 'x-stack-auth': otherSession },
  ] as Record<string, string>[])
    statuses.push(await post(headers, document(PROFILE)));
  // Every way to send nonsense with a good token.
  const name = word('field').replaceAll('-', '_');
  for (const body of [
    `{"query": "{ me { id } }", "${word('broken-json')}`,
    JSON.stringify(word('no-object')),
    JSON.stringify({ query: 1, [word('key')]: word('value') }),
    JSON.stringify({ query: '{ me { id } }', variables: word('variables') }),
    JSON.stringify([{ query: `{ ${name} }` }]),
    document(`{ ${name} }`),
    document(`{ me(${name}: "${word('argument')}") { id } }`),
    document(`{ me { id "${word('unterminated')}`),
    document(`query ($yes: Boolean!) { me { id @include(if: $yes) } }`, { yes: word('variable') }),
    document('query ($name: String!) { me { id } }', { name: word('unused') }),
    document(`{ ${'a: __typename '.repeat(40)} }`),
    document(`query A { me { id } } query B { me { id } }`),
    document('{ me { id } }', { [word('variable')]: 'x'.repeat(110_000) }),
  ])
    statuses.push(await post(own, body));
  for (const headers of [
    { 'content-type': `text/${word('content-type')}` },
    { accept: `image/${word('accept')}` },
  ])
    statuses.push(await post({ ...own, ...headers }, document(PROFILE)));
  const asked = new URLSearchParams({
    query: `query ($v: String) { me { ${name} } }`,
    variables: JSON.stringify({ v: word('get-variable') }),
    access_token: await token(),
  });
  for (const path of [
    `/graphql?${asked}`,
    `/${word('path')}?token=${await token()}`,
    `/graphql/${word('path')}`,
  ])
    for (const method of ['GET', 'PUT', 'OPTIONS'])
      statuses.push((await send(path, { method, headers: { ...noise, ...own } })).status);
  return statuses;
}

/** Sends what no client of HTTP would; gives the statuses that were answered. */
async function sendRawKinds(url: string, { word, token }: Planted): Promise<readonly (number | undefined)[]> {
  const statuses: (number | undefined)[] = [];
  for (const lines of [
    [
      `GET /graphql?${word('raw')} HTTP/1.1`,
      `Host: ${word('host')} x`,
      `X-Stack-Access-Token: ${await token()}`,
    ],
    ['GET / HTTP/1.1', `Host: [${word('host')}`],
    [`BREW /${word('raw')} HTTP/1.1`, 'Host: x'],
    ['GET / HTTP/1.1', `X-Stack-Access-Token: ${await token()}`, `Bad Header ${word('raw')}: x`],
    ['GET / HTTP/1.1', 'Host: x', `X-Large: ${word('large')}${'x'.repeat(20_000)}`],
    ['POST /graphql HTTP/1.1', 'Host: x', `Transfer-Encoding: ${word('encoding')}`],
  ])
    statuses.push(statusOf(await sendRaw(url, `${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`)));
  return statuses;
}

/** Everything that the provider can do wrong, with bodies that still contain a user's data. */
function faultsOf({ word, shortWord, emulator, userId }: Planted): readonly Fault[] {
  const user = emulator.control.findUser(userId);
  if (!user) throw new Error('There is no user');
  const profile = readAsServer(user);
  const bodies = [
    shortWord(),
    `{"name": ${shortWord()}, "id": 1}`,
    `{"name": "${shortWord()}`,
    `${word('text')} `.repeat(50),
    `{"id":"${userId}","primary_email":"${word('cut')}`,
    JSON.stringify({ ...profile, primary_email: { of: word('another-type') } }),
    JSON.stringify({ ...profile, signed_up_at_millis: word('no-number') }),
    JSON.stringify({ ...profile, [word('unknown')]: word('unknown') }),
    JSON.stringify({ ...profile, id: word('another-id') }),
    JSON.stringify([word('list')]),
    JSON.stringify({ keys: [{ kty: word('kty'), kid: word('kid'), x: word('x') }] }),
    JSON.stringify({ keys: word('no-keys') }),
    `<html>${word('portal')}</html>`,
    `${word('huge')}${'x'.repeat(1_100_000)}`,
  ];
  return [
    ...bodies.map((body): Fault => ({ kind: 'body', body })),
    ...[302, 400, 401, 403, 404, 429, 500, 503].map(
      (status): Fault => ({
        kind: 'status',
        status,
        body: word(`body-of-${status}`),
        headers: {
          'x-secret': word('header'),
          location: `https://${word('location')}.example`,
          'set-cookie': word('set-cookie'),
          ...(status === 429 && { 'retry-after': '0' }),
        },
      }),
    ),
    ...['INVALID_SECRET_SERVER_KEY', 'USER_NOT_FOUND', 'ACCESS_TOKEN_EXPIRED'].map(
      (code): Fault => ({
        kind: 'status',
        status: 401,
        headers: { 'x-stack-known-error': code },
        body: JSON.stringify({ code, error: word('known-error'), details: { token: word('details') } }),
      }),
    ),
    ...(['garbage', 'reset', 'notHttp', 'hang', 'half'] as const).map((kind): Fault => ({ kind })),
    { kind: 'slow', ms: 20 },
    { kind: 'otherUser', userId: emulator.people.grace.id },
  ];
}

const ALL_STATUSES = [200, 204, 400, 401, 404, 405, 406, 413, 415];

const SETTINGS = {
  LOG_LEVEL: 'trace',
  RATE_LIMIT_FAILED: '10000',
  UPSTREAM_TIMEOUT: '0.3',
  PROFILE_CACHE_TTL: '0',
};

describe('the output of the production process', () => {
  it('contains no secret, whatever clients send and whatever fails', async () => {
    await using planted = await plant();
    const { emulator, secrets, word, token } = planted;
    const healKeys = emulator.control.fail('jwks', { kind: 'body', body: `{"keys":"${word('no-keys')}"}` });
    await using server = await startSourceProcess(emulator, {
      ...SETTINGS,
      ...WITH_BUGS,
      STACK_PUBLISHABLE_CLIENT_KEY: emulator.publishableClientKey,
    });
    await server.logged('The keys of the identity provider could not be fetched');
    expect((await server.ask(PROFILE, { token: await token() })).status).toBe(503);
    healKeys();
    await server.logged('The keys of the identity provider were fetched again');

    const send: Send = (path, init) => fetch(server.url + path, init);
    expect([...new Set(await sendAllKinds(send, planted))].sort()).toEqual(ALL_STATUSES);
    expect(await sendRawKinds(server.url, planted)).toEqual([400, 400, 400, 400, 431, 400]);

    let told = 0;
    for (const fault of faultsOf(planted)) {
      const heal = emulator.control.fail('profile', fault);
      const { body } = await server.ask(PROFILE, { token: await token() });
      told += body.errors?.length ?? 0;
      heal();
      // Five failures in a row would leave the provider alone.
      expect((await server.ask(PROFILE, { token: await token() })).body.errors).toBeUndefined();
    }
    expect(told).toBeGreaterThan(80);

    for (const field of ['readsNothing', 'readsNameAsList', 'throwsText', 'throwsNothing', 'rejects']) {
      const { body } = await server.ask(`{ ${field} }`, { token: await token() });
      expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    }
    const metrics = await (await fetch(`${server.metricsUrl}/metrics`)).text();
    server.process.kill('SIGTERM');
    expect(await server.exited()).toBe(0);
    const bugs = server.lines().filter(({ msg }) => msg === 'Unexpected error').length;
    expect(bugs).toBe(5);
    expect(findLeaks(server.output() + metrics, secrets)).toEqual([]);
  });

  it('contains no secret when the provider refuses our key, until a bug logs a token', async () => {
    await using planted = await plant();
    const { emulator, secrets, word, token } = planted;
    await using server = await startSourceProcess(emulator, {
      ...SETTINGS,
      ...WITH_BUGS,
      STACK_SECRET_SERVER_KEY: `ssk_${word('wrong-key')}`,
    });
    for (let request = 0; request < 20; request += 1) {
      const { body } = await server.ask(PROFILE, { token: await token() });
      expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    }
    await server.logged('The identity provider refuses us.*');
    expect(findLeaks(server.output(), secrets)).toEqual([]);

    const told = await token();
    await server.ask(`{ tellsToken(token: "${told}") }`, { token: told });
    await server.printed(/No greeting for/);
    expect(findLeaks(server.output(), secrets)).toContain(told.slice(0, 13));
  });
});

describe('the log of a server in process', () => {
  it('contains no secret, whatever clients send', async () => {
    await using planted = await plant();
    await using test = await startTestServer({
      env: { ...settingsOf(planted.emulator), RATE_LIMIT_FAILED: '10000' },
    });
    expect([...new Set(await sendAllKinds(test.fetch, planted))].sort()).toEqual(ALL_STATUSES);
    expect(test.logged.length).toBeGreaterThan(40);
    expect(findLeaks(test.logged.join(''), planted.secrets)).toEqual([]);
  });
});

describe('the search for secrets', () => {
  it('finds a word, and thirteen characters of a token but not twelve', () => {
    const token = `${'a'.repeat(20)}.${'bcdefghijklmnopqrstuvwxyz'.repeat(2)}`;
    const secrets = { words: ['the-word'], tokens: [token] };
    const output = (text: string) => `${'.'.repeat(2_000)} ${text} ${'.'.repeat(2_000)}`;
    expect(findLeaks(output('nothing'), secrets)).toEqual([]);
    expect(findLeaks(output('{"x":"the-word"}'), secrets)).toEqual(['the-word']);
    expect(findLeaks(output(token.slice(30, 42)), secrets)).toEqual([]);
    expect(findLeaks(output(token.slice(30, 43)), secrets)).toEqual([token.slice(30, 43)]);
  });

  it('throws when it has nothing to search', () => {
    expect(() => findLeaks('', { words: ['x'], tokens: ['y'] })).toThrow('nothing to look');
    expect(() => findLeaks('.'.repeat(5_000), { words: [], tokens: [] })).toThrow('nothing to look');
  });
});
