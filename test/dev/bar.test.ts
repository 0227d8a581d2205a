import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isLocal } from '../../src/dev/bar/guard.ts';
import { type DevServer, startDevServer } from '../support/dev-server.ts';
import { watchProfileWaits } from '../support/profile-waits.ts';
import { sendRaw, statusOf } from '../support/raw-http.ts';
import type { GraphQLBody } from '../support/test-server.ts';

let dev: DevServer;
beforeAll(async () => {
  dev = await startDevServer({ env: { CORS_ORIGINS: 'https://app.example' } });
});
afterAll(() => dev[Symbol.asyncDispose]());
afterEach(() => dev.emulator.control.heal());

/** `headers` override those of the page. */
interface CommandOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly at?: DevServer;
}

/** Sends a command as the page does. */
async function command(name: string, body?: unknown, { headers = {}, at = dev }: CommandOptions = {}) {
  const [method = '', path] = name.split(' ');
  const answer = await fetch(`${at.url}/dev-bar/${path}`, {
    method,
    headers: { 'content-type': 'application/json', 'x-dev-bar-secret': at.secret, ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: text.startsWith('{') ? JSON.parse(text) : text,
  };
}

async function ask(query: string, token?: string, { at = dev }: CommandOptions = {}) {
  const answer = await fetch(`${at.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { 'x-stack-access-token': token }) },
    body: JSON.stringify({ query }),
  });
  const cost = answer.headers.get('x-profile-calls');
  const kinds = answer.headers.get('x-provider-calls');
  return { status: answer.status, body: (await answer.json()) as GraphQLBody, cost, kinds };
}

const tokenOf = async (person: string, options?: CommandOptions) =>
  (await command('POST token', { person }, options)).body.accessToken as string;

describe('the test users of the bar', () => {
  it.each([
    ['ordinary', { isAnonymous: false, isRestricted: false, emailVerified: true }],
    ['unverified', { isAnonymous: false, isRestricted: false, emailVerified: false }],
    ['restricted', { isAnonymous: false, isRestricted: true, emailVerified: false }],
    ['anonymous', { isAnonymous: true, isRestricted: true, emailVerified: false }],
  ])('have the kind that the menu says: %s', async (person, me) => {
    const { status, body } = await ask(
      '{ me { isAnonymous isRestricted emailVerified } }',
      await tokenOf(person),
    );
    expect({ status, body }).toEqual({ status: 200, body: { data: { me } } });
  });

  it.each([
    ['expired', 'EXPIRED_TOKEN'],
    ['forged', 'INVALID_TOKEN'],
  ])('include one whose token is refused: %s', async (person, reason) => {
    const { status, body } = await ask('{ __typename }', await tokenOf(person));
    expect(status).toBe(401);
    expect(body.errors?.[0]?.extensions['reason']).toBe(reason);
  });

  it('include the choice of no token', async () => {
    expect((await command('POST token', { person: 'none' })).body).toEqual({});
  });

  it('keep their session when the token is renewed', async () => {
    const query = '{ session { id } }';
    const [first, second] = [await tokenOf('ordinary'), await tokenOf('ordinary')];
    expect(second).not.toBe(first);
    expect((await ask(query, second)).body).toEqual((await ask(query, first)).body);
    expect((await ask(query, await tokenOf('anonymous'))).body).not.toEqual((await ask(query, first)).body);
  });

  it('have a session that the provider knows, and a new one after they have signed out', async () => {
    await using at = await startDevServer();
    const current = async (token: string) => {
      const { body } = await ask('{ session { id } me { sessions { id isCurrent } } }', token, { at });
      const { session, me } = body.data as {
        readonly session: { readonly id: string };
        readonly me: { readonly sessions: readonly { readonly id: string; readonly isCurrent: boolean }[] };
      };
      expect(me.sessions).toEqual([{ id: session.id, isCurrent: true }]);
      return session.id;
    };
    const token = await tokenOf('ordinary', { at });
    const first = await current(token);
    at.emulator.control.resetCalls();
    const { body, kinds } = await ask('mutation { signOut { signedOut } }', token, { at });
    // A session that the provider does not know is a 500, and one more call.
    expect({ body, kinds }).toEqual({
      body: { data: { signOut: { signedOut: true } } },
      kinds: 'sign-out=1',
    });
    expect(await current(await tokenOf('ordinary', { at }))).not.toBe(first);
  });
});

describe('a test user who has been deleted', () => {
  it('has no token, and a problem that says how to get the user back', async () => {
    await using at = await startDevServer();
    await ask('mutation { deleteMe { deleted } }', await tokenOf('ordinary', { at }), { at });
    const problem = 'Deleted until the next npm run dev';
    for (const person of ['ordinary', 'expired', 'forged']) {
      expect(await command('POST token', { person }, { at })).toMatchObject({
        status: 200,
        body: { problem },
      });
    }
    expect((await command('POST token', { person: 'second' }, { at })).body.problem).toBeUndefined();
  });
});

describe('the provider of the bar', () => {
  it.each([
    ['down', 'UPSTREAM_UNAVAILABLE'],
    ['limited', 'UPSTREAM_RATE_LIMITED'],
  ])('can be %s, and healthy again', async (state, code) => {
    // The state of the breaker would affect other tests, so this one has its own server.
    await using at = await startDevServer();
    const token = await tokenOf('ordinary', { at });
    await command('PUT provider', { state }, { at });
    const { data, errors } = (await ask('{ me { id email } }', token, { at })).body;
    expect(data).toEqual({ me: { id: at.emulator.people.ada.id, email: null } });
    expect(errors?.map(({ extensions }) => extensions['code'])).toEqual([code]);
    await command('PUT provider', { state: 'healthy' }, { at });
    expect(at.emulator.control.faults()).toEqual([]);
  });

  it.each(['healthy', 'down', 'slow', 'limited'])('reports the state %s', async (state) => {
    expect((await command('PUT provider', { state })).body).toEqual({ state });
    expect((await command('GET provider')).body).toEqual({ state });
  });

  it('reports no state for faults that the bar did not set', async () => {
    dev.emulator.control.fail('profile', { kind: 'hang' });
    expect((await command('GET provider')).body).toEqual({});
  });

  it('gets new keys, and tokens of the old ones are refused once the server has fetched the new', async () => {
    const old = await tokenOf('ordinary');
    expect((await ask('{ me { id } }', old)).status).toBe(200);
    expect((await command('POST keys', {})).status).toBe(200);
    // The server fetches keys for an unknown key id at most every 30 seconds.
    dev.passTime(31_000);
    expect((await ask('{ me { id } }', await tokenOf('ordinary'))).status).toBe(200);
    expect((await ask('{ me { id } }', old)).status).toBe(401);
  });
});

describe('the changes of a user', () => {
  it('are made at the provider, and read with what can be granted, sessions and the latest event', async () => {
    await using at = await startDevServer();
    const { control, people, teams } = at.emulator;
    control.sendWebhooksTo(`${at.url}/webhooks`);
    const navy = { user: 'ada', team: teams.navy.id, permission: 'see_budget' };
    for (const [name, body] of [
      ['PUT webhooks', { user: 'ada', isOn: false }],
      ['PUT name', { user: 'ada', name: '' }],
      ['PUT permission', { ...navy, isGranted: true }],
    ] as const)
      expect((await command(name, body, { at })).status).toBe(200);
    await tokenOf('ordinary', { at });
    const { body } = await command('GET user?user=ada', undefined, { at });
    expect(body).toMatchObject({
      displayName: null,
      email: 'ada@example.test',
      kind: 'ordinary',
      sessions: [{ agentName: 'GraphiQL' }],
      webhooks: { isOn: false, latest: { type: 'team_permission.created', isHeldBack: true } },
    });
    expect(body.places).toEqual(control.grantables(people.ada.id));
    expect(Object.keys(body.sessions[0]).sort()).toEqual(['agentName', 'createdAt', 'id']);
    await command('PUT permission', { ...navy, isGranted: false }, { at });
    await command('DELETE sessions', { user: 'ada', session: null }, { at });
    expect(control.grantables(people.ada.id).flatMap(({ granted }) => granted)).not.toContain('see_budget');
    expect(control.sessions(people.ada.id)).toEqual([]);
    expect(control.webhooks().every(({ isHeldBack }) => isHeldBack)).toBe(true);
    control.deleteUser(people.ada.id);
    expect((await command('GET user?user=ada', undefined, { at })).body.problem).toMatch('Deleted');
    expect((await command('PUT name', { user: 'ada', name: 'x' }, { at })).status).toBe(502);
  });
});

describe('the e-mails of the provider', () => {
  it('are shown with their code: an invitation is accepted by the second person', async () => {
    await using at = await startDevServer();
    expect((await command('GET email', undefined, { at })).body).toEqual({});
    const [ada, grace] = [await tokenOf('ordinary', { at }), await tokenOf('second', { at })];
    const created = await ask(
      'mutation { createTeam(input: { displayName: "Ours" }) { team { id } } }',
      ada,
      { at },
    );
    const { team } = (
      created.body.data as { readonly createTeam: { readonly team: { readonly id: string } } }
    ).createTeam;
    const input = `teamId: "${team.id}", email: "grace@example.test", callbackUrl: "http://localhost:5173/join"`;
    await ask(`mutation { inviteToTeam(input: { ${input} }) { sent } }`, ada, { at });
    const { email } = (await command('GET email', undefined, { at })).body;
    expect(email).toMatchObject({ kind: 'team-invitation', to: 'grace@example.test' });
    expect(email.link).toBe(`http://localhost:5173/join?code=${email.code}`);
    const accept = `mutation { acceptTeamInvitation(input: { code: "${email.code}" }) { accepted } }`;
    expect((await ask(accept, grace, { at })).body).toEqual({
      data: { acceptTeamInvitation: { accepted: true } },
    });
    expect(at.emulator.control.members(team.id)).toHaveLength(2);
  });
});

describe('the cost of a query', () => {
  const PROFILE = '{ me { email } again: me { displayName } }';

  it.each([
    ['no call for fields of the token', '{ me { id } }', 'ordinary', '0'],
    ['one call for any number of profile fields', PROFILE, 'ordinary', '1'],
    ['no call without a token', PROFILE, 'none', '0'],
    ['no call with a refused token', PROFILE, 'expired', '0'],
    ['no call for an invalid query', '{ me { nickname } }', 'ordinary', '0'],
  ])('is %s', async (_what, query, person, cost) => {
    const token = await tokenOf(person);
    dev.emulator.control.resetCalls();
    expect((await ask(query, token)).cost).toBe(cost);
    expect(String(dev.emulator.control.calls().profile)).toBe(cost);
  });

  it.each([
    ['{ me { id } }', '0', ''],
    ['{ me { email teams { displayName permissions } } }', '3', 'profile=1, team-permissions=1, teams=1'],
    ['{ me { teams { members { userId } } } }', '3', 'members=2, teams=1'],
    ['{ me { sessions { id } apiKeys { id } } }', '2', 'api-keys=1, sessions=1'],
    [
      'mutation { updateMe(input: { displayName: "Ada" }) { me { displayName } } }',
      '2',
      'profile=1, update-me=1',
    ],
  ])('counts calls of every kind: %s', async (query, cost, kinds) => {
    await using at = await startDevServer();
    const token = await tokenOf('ordinary', { at });
    const { control } = at.emulator;
    // The second request uses the fast path.
    for (const _path of ['Yoga', 'fast path']) {
      control.resetCalls();
      expect(await ask(query, token, { at })).toMatchObject({ cost, kinds });
      const { total, jwks } = control.calls();
      expect(String(total - jwks)).toBe(cost);
    }
  });

  it('includes a second attempt, and no call that the breaker refused', async () => {
    await using at = await startDevServer();
    const { control } = at.emulator;
    const token = await tokenOf('ordinary', { at });
    control.fail('profile', { kind: 'reset' });
    control.resetCalls();
    const costs: number[] = [];
    while (costs.at(-1) !== 0 && costs.length < 10)
      costs.push(Number((await ask(PROFILE, token, { at })).cost));
    expect(costs[0]).toBe(2);
    expect(costs.at(-1)).toBe(0);
    expect(control.calls().profile).toBe(costs.reduce((sum, cost) => sum + cost));
  });

  it('is reported to the request that made the call when two share it', async () => {
    const { control } = dev.emulator;
    const token = await tokenOf('ordinary');
    control.resetCalls();
    const gate = control.hold('profile');
    const waits = watchProfileWaits(dev.services);
    const first = ask(PROFILE, token);
    await gate.arrived(1);
    const second = ask('{ me { hasPassword } }', token);
    await waits.begun(2);
    gate.release();
    expect([(await first).cost, (await second).cost]).toEqual(['1', '0']);
    expect(control.calls().profile).toBe(1);
  });

  it('is not reported for a subscription, whose calls follow its headers', async () => {
    const answer = await fetch(`${dev.url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        'x-stack-access-token': await tokenOf('ordinary'),
      },
      body: JSON.stringify({ query: 'subscription { meChanged { displayName } }' }),
    });
    expect([answer.status, answer.headers.get('x-profile-calls')]).toEqual([200, null]);
    await answer.body?.cancel();
  });

  it('is not reported in production', async () => {
    await using production = await startDevServer({ bar: 'none' });
    // The second request uses the fast path.
    for (const _path of ['Yoga', 'fast path']) {
      const { status, cost } = await ask('{ __typename }', undefined, { at: production });
      expect({ status, cost }).toEqual({ status: 200, cost: null });
    }
    const page = await fetch(`${production.url}/graphql`, { headers: { accept: 'text/html' } });
    expect(await page.text()).not.toContain('dev-bar');
    expect((await fetch(`${production.url}/dev-bar/provider`)).status).toBe(404);
  });
});

describe('the guard of the bar', () => {
  const port = () => new URL(dev.url).port;

  it.each([
    ['no secret', { 'x-dev-bar-secret': '' }],
    ['a wrong secret', { 'x-dev-bar-secret': 'the secret of another start' }],
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['an origin that is allowed for GraphQL', { origin: 'https://app.example' }],
    ['an origin that is null', { origin: 'null' }],
    ['a page of another port', { origin: 'http://127.0.0.1:3000' }],
  ])('answers 404 to %s', async (_what, headers) => {
    for (const [name, body] of [
      ['POST token', { person: 'ordinary' }],
      ['GET email', undefined],
      ['GET provider', undefined],
      ['PUT provider', { state: 'down' }],
      ['POST keys', {}],
      ['GET user?user=ada', undefined],
      ['PUT name', { user: 'ada', name: 'Mallory' }],
      ['PUT permission', { user: 'ada', team: null, permission: 'beta', isGranted: true }],
      ['DELETE sessions', { user: 'ada', session: null }],
      ['PUT webhooks', { user: 'ada', isOn: false }],
      ['POST webhook-again', { user: 'ada' }],
      ['POST webhook-test', { user: 'ada' }],
    ] as const) {
      const answer = await command(name, body, { headers });
      expect([answer.status, answer.body]).toEqual([404, 'Not found\n']);
    }
    const { control, people } = dev.emulator;
    expect(control.faults()).toEqual([]);
    expect(control.areWebhooksOn()).toBe(true);
    expect(control.findUser(people.ada.id)).toEqual(people.ada);
  });

  it.each(['evil.example', '127.0.0.1.evil.example:4000', 'localhost.evil.example'])(
    'answers 404 to a page whose DNS name %s resolves to this machine',
    async (host) => {
      const request = (path: string, more: string) =>
        sendRaw(dev.url, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}Connection: close\r\n\r\n`);
      const answer = await request('/dev-bar/provider', `X-Dev-Bar-Secret: ${dev.secret}\r\n`);
      expect(statusOf(answer)).toBe(404);
      const page = await request('/graphql', 'Accept: text/html\r\n');
      expect(statusOf(page)).toBe(200);
      expect(page).not.toContain(dev.secret);
      expect(page).not.toContain('dev-bar');
    },
  );

  it.each([
    ['X-Forwarded-For', '203.0.113.9'],
    ['X-Forwarded-Host', 'team.tunnel.example'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Real-IP', '203.0.113.9'],
    ['Forwarded', 'for=203.0.113.9'],
    ['Via', '1.1 tunnel'],
    ['CF-Connecting-IP', '203.0.113.9'],
  ])('answers 404 to what a tunnel forwards with the host of this machine: %s', async (name, value) => {
    const headers = { [name]: value };
    const page = await fetch(`${dev.url}/graphql`, { headers: { accept: 'text/html', ...headers } });
    expect(page.status).toBe(200);
    expect(await page.text()).not.toContain(dev.secret);
    expect((await command('GET provider', undefined, { headers })).status).toBe(404);
  });

  it('allows the page itself, by each name of loopback', async () => {
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const name = `${host}:${port()}`;
      const head = `GET /dev-bar/provider HTTP/1.1\r\nHost: ${name}\r\nOrigin: http://${name}\r\n`;
      const answer = await sendRaw(
        dev.url,
        `${head}X-Dev-Bar-Secret: ${dev.secret}\r\nConnection: close\r\n\r\n`,
      );
      expect(statusOf(answer)).toBe(200);
    }
  });

  it('goes by the host of a target in absolute form, and not by Host', async () => {
    const request = (target: string, host: string) =>
      sendRaw(
        dev.url,
        `GET http://${target}/dev-bar/provider HTTP/1.1\r\nHost: ${host}\r\nX-Dev-Bar-Secret: ${dev.secret}\r\nConnection: close\r\n\r\n`,
      );
    const own = `127.0.0.1:${port()}`;
    expect(statusOf(await request('evil.example', own))).toBe(404);
    expect(statusOf(await request(own, 'evil.example'))).toBe(200);
  });

  it('is below BASE_PATH with its page', async () => {
    await using based = await startDevServer({ env: { BASE_PATH: '/team' } });
    const page = await fetch(`${based.url}/team/graphql`, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain(based.secret);
    const headers = { 'x-dev-bar-secret': based.secret };
    expect((await fetch(`${based.url}/team/dev-bar/provider`, { headers })).status).toBe(200);
    expect((await fetch(`${based.url}/dev-bar/provider`, { headers })).status).toBe(404);
  });

  it('hides the secret from pages of other origins', async () => {
    const page = (headers: Record<string, string>) =>
      fetch(`${dev.url}/graphql`, { headers: { accept: 'text/html', ...headers } }).then((answer) =>
        answer.text(),
      );
    expect(await page({})).toContain(dev.secret);
    expect(await page({ origin: dev.url })).toContain(dev.secret);
    expect(await page({ origin: 'https://app.example' })).not.toContain(dev.secret);
  });

  it('refuses other machines, whatever headers they send', () => {
    const headers = new Headers({ host: `127.0.0.1:${port()}` });
    for (const peer of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect(isLocal({ headers, peer })).toBe(true);
    for (const peer of ['192.168.1.5', '::ffff:10.0.0.1', 'fe80::1', '', undefined])
      expect(isLocal({ headers, peer })).toBe(false);
  });

  it('does not allow the header of the secret in preflights of origins that are not listed', async () => {
    const answer = await fetch(`${dev.url}/dev-bar/token`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-headers': 'x-dev-bar-secret' },
    });
    expect(answer.headers.get('access-control-allow-headers')).toBeNull();
  });

  it('answers 404 to a page of a listed origin, although its preflight allows the secret', async () => {
    const headers = { origin: 'https://app.example', 'x-dev-bar-secret': dev.secret };
    const answer = await fetch(`${dev.url}/dev-bar/provider`, { headers });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(answer.status).toBe(404);
  });
});

describe('a command', () => {
  it.each([
    ['POST token', { person: 'mallory' }],
    ['POST token', { person: 'ordinary', expiresIn: 1e9 }],
    ['POST token', 'nonsense'],
    ['PUT provider', { state: 'constructor' }],
    ['PUT provider', {}],
    ['GET user?user=constructor', undefined],
    ['GET user', undefined],
    ['PUT name', { user: 'ada' }],
    ['PUT name', { user: 'ada', name: 'x', email: 'x@example.test' }],
    ['PUT permission', { user: 'ada', permission: 'beta', isGranted: true }],
    ['DELETE sessions', { user: 'ada' }],
    ['PUT webhooks', { user: 'ada', isOn: 'no' }],
    ['POST webhook-test', {}],
  ])('with an invalid body gets 400: %s %o', async (name, body) => {
    expect((await command(name, body)).status).toBe(400);
  });

  it.each(['DELETE token', 'GET keys', 'POST constructor', 'GET '])(
    'that does not exist gets 404: %s',
    async (name) => {
      expect((await command(name)).status).toBe(404);
    },
  );

  it('that the emulator refuses gets 502 with its reason', async () => {
    for (const [name, input, reason] of [
      ['POST webhook-again', {}, 'There is no event yet'],
      ['POST webhook-test', {}, 'There is no URL to send it to'],
      [
        'PUT permission',
        { team: null, permission: 'see_budget', isGranted: true },
        'see_budget is a permission of a team, not of the project',
      ],
      ['PUT permission', { team: 'x', permission: 'see_budget', isGranted: true }, 'There is no team x'],
      ['DELETE sessions', { session: 'x' }, 'The user has no such session'],
    ] as const) {
      const { status, body } = await command(name, { user: 'grace', ...input });
      expect([name, status, body]).toEqual([name, 502, `${reason}\n`]);
    }
  });

  it('changes nothing else by an id that would be a path', async () => {
    const { control, people, teams } = dev.emulator;
    const before = control.state();
    for (const [name, input] of [
      ['DELETE sessions', { session: `../../${people.grace.id}` }],
      ['DELETE sessions', { session: `..\\..\\${people.grace.id}` }],
      ['DELETE sessions', { session: `../../../teams/${teams.navy.id}` }],
      ['DELETE sessions', { session: '..' }],
      ['DELETE sessions', { session: '' }],
      ['PUT permission', { team: `${teams.navy.id}/members/${people.linus.id}?`, permission: 'x' }],
      ['PUT permission', { team: '..', permission: 'x' }],
      ['PUT permission', { team: null, permission: '..' }],
      ['PUT permission', { team: `${teams.navy.id}#`, permission: 'see_budget' }],
    ] as const) {
      const more = name === 'PUT permission' && { isGranted: true };
      expect((await command(name, { user: 'ada', ...input, ...more })).status).toBe(502);
    }
    expect(control.state()).toEqual(before);
  });

  it('that the emulator cannot run gets 502', async () => {
    await using at = await startDevServer();
    await at.emulator.close();
    expect((await command('GET provider', undefined, { at })).status).toBe(502);
  });

  it('is not logged as a request of the API', async () => {
    const before = dev.logged.length;
    await command('GET provider');
    expect(dev.logged.slice(before)).toEqual([]);
  });
});
