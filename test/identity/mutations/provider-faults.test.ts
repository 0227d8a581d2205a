import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MUTATION_NAMES, type MutationName } from '../../../src/core/mutation-names.ts';
import type { Endpoint } from '../../../src/emulator/endpoint.ts';
import type { Fault } from '../../../src/emulator/fault.ts';
import { createClock, type TestClock } from '../../support/clock.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { CASES, type Case } from './cases.ts';
import { answerOf, documentOf } from './proof.ts';
import { createWorld, removeSince } from './world.ts';

/** The endpoint to which each mutation is sent. */
const ENDPOINTS: Readonly<Record<MutationName, Endpoint>> = {
  updateMe: 'change-profile',
  deleteMe: 'change-profile',
  signOut: 'change-sessions',
  revokeSession: 'change-sessions',
  createTeam: 'change-teams',
  updateTeam: 'change-teams',
  deleteTeam: 'change-teams',
  leaveTeam: 'change-members',
  removeTeamMember: 'change-members',
  updateTeamProfile: 'change-members',
  inviteToTeam: 'change-invitations',
  revokeTeamInvitation: 'change-invitations',
  acceptTeamInvitation: 'change-invitations',
  addContactChannel: 'change-contact-channels',
  updateContactChannel: 'change-contact-channels',
  removeContactChannel: 'change-contact-channels',
  sendContactChannelVerification: 'change-contact-channels',
  verifyContactChannel: 'change-contact-channels',
  createApiKey: 'change-api-keys',
  revokeApiKey: 'change-api-keys',
  setNotificationPreference: 'change-notification-preferences',
};

const knownError = (status: number, code: string): Fault => ({
  kind: 'status',
  status,
  headers: { 'x-stack-known-error': code, 'content-type': 'application/json' },
  body: JSON.stringify({ code, error: 'The words of the provider' }),
});
const html = (status: number): Fault => ({
  kind: 'status',
  status,
  headers: { 'content-type': 'text/html' },
  body: '<html>Not here</html>',
});

const UNAVAILABLE = 'UPSTREAM_UNAVAILABLE';
const INTERNAL = 'INTERNAL_SERVER_ERROR';

/** What the provider answers, the error that a client gets, and the outcome of the audit line. */
const FAULTS: readonly (readonly [what: string, fault: Fault, answer: string, outcome: string])[] = [
  ['500', { kind: 'status', status: 500 }, UNAVAILABLE, 'unavailable'],
  ['503', { kind: 'status', status: 503 }, UNAVAILABLE, 'unavailable'],
  ['a reset', { kind: 'reset' }, UNAVAILABLE, 'unavailable'],
  ['half a body', { kind: 'half' }, UNAVAILABLE, 'unavailable'],
  ['what is not HTTP', { kind: 'notHttp' }, UNAVAILABLE, 'unavailable'],
  ['no JSON', { kind: 'garbage' }, UNAVAILABLE, 'unavailable'],
  ["a gateway's 403", html(403), UNAVAILABLE, 'unavailable'],
  ["a gateway's 404", html(404), UNAVAILABLE, 'unavailable'],
  [
    '429',
    { kind: 'status', status: 429, headers: { 'retry-after': '1' } },
    'UPSTREAM_RATE_LIMITED',
    'limited',
  ],
  [
    'that the token has expired',
    knownError(401, 'ACCESS_TOKEN_EXPIRED'),
    'UNAUTHENTICATED EXPIRED_TOKEN',
    'expired',
  ],
  [
    'that its key is unknown',
    knownError(401, 'UNPARSABLE_ACCESS_TOKEN'),
    'UNAUTHENTICATED INVALID_TOKEN',
    'expired',
  ],
  [
    'that the user is gone',
    knownError(400, 'CANNOT_GET_OWN_USER_WITHOUT_USER'),
    'UNAUTHENTICATED USER_GONE',
    'gone',
  ],
  [
    'that it wants a user',
    knownError(401, 'USER_AUTHENTICATION_REQUIRED'),
    'UNAUTHENTICATED USER_GONE',
    'gone',
  ],
  [
    'that a permission is missing',
    knownError(401, 'TEAM_PERMISSION_REQUIRED'),
    'FORBIDDEN TEAM_PERMISSION_REQUIRED',
    'forbidden',
  ],
  ['that our key is wrong', knownError(401, 'INVALID_PUBLISHABLE_CLIENT_KEY'), INTERNAL, 'refused'],
  [
    'that it needs a key',
    knownError(401, 'PUBLISHABLE_CLIENT_KEY_REQUIRED_FOR_PROJECT'),
    INTERNAL,
    'refused',
  ],
  ['that client access is not enough', knownError(401, 'INSUFFICIENT_ACCESS_TYPE'), INTERNAL, 'refused'],
  ['an error that is new', knownError(400, 'SOMETHING_NEW'), INTERNAL, 'refused'],
];

/** Faults that differ from others only in the words of the provider: a few mutations show that they are read the same. */
const SIMILAR = new Set([
  '503',
  'what is not HTTP',
  "a gateway's 404",
  'that it wants a user',
  'that it needs a key',
  'that client access is not enough',
  'an error that is new',
]);
const A_FEW: readonly MutationName[] = ['updateMe', 'signOut', 'updateTeam', 'createApiKey'];

const CASE_OF = new Map<MutationName, Case>([...CASES].reverse().map((each) => [each.name, each]));

describe('while the provider answers a mutation with', () => {
  const clock: TestClock = createClock();
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer({ clock, env: { RATE_LIMIT: '1000000' } });
  });
  afterAll(() => test[Symbol.asyncDispose]());

  /** Asks as an owner in a world of its own. */
  async function ask(name: MutationName, fault: Fault) {
    const { control } = test.emulator;
    const each = CASE_OF.get(name);
    if (!each) throw new Error(`There is no case for ${name}`);
    // After the pause that a 429 brings.
    clock.advance(61_000);
    const empty = control.state();
    const world = await createWorld(test.emulator);
    const token = (await world.tokenOf('owner')) ?? '';
    // A good answer, so that the breaker stays closed.
    expect((await test.ask('{ me { email } }', { token })).body.errors).toBeUndefined();
    const input = each.input?.(world, 'owner');
    const before = JSON.stringify(control.state());
    const heal = control.fail(ENDPOINTS[name], fault);
    control.resetCalls();
    test.logged.length = 0;
    const { body } = await test.ask(documentOf(each), { token, ...(input && { variables: { input } }) });
    heal();
    const calls = control.calls()[ENDPOINTS[name]];
    const isUnchanged = JSON.stringify(control.state()) === before;
    removeSince(test.emulator, empty);
    const lines = test.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'Mutation');
    return {
      name,
      body,
      answer: answerOf(body, name),
      calls,
      isUnchanged,
      outcomes: lines.map(({ outcome }) => outcome),
    };
  }

  it.each(FAULTS)('%s, its payload is null, and it was sent once', async (what, fault, answer, outcome) => {
    for (const name of SIMILAR.has(what) ? A_FEW : MUTATION_NAMES) {
      const asked = await ask(name, fault);
      expect(asked).toMatchObject({ name, answer, calls: 1, outcomes: [outcome], isUnchanged: true });
      expect(asked.body.data).toEqual({ [name]: null });
      expect(JSON.stringify(asked.body)).not.toMatch(/words of the provider|html/i);
    }
    expect(test.services.gauges().breaker).toBe(outcome === 'limited' ? 'open' : 'closed');
  });
});

describe('a provider that does not answer a mutation', () => {
  it('makes its outcome unknown, and it was sent once', async () => {
    await using test = await startTestServer({
      env: { UPSTREAM_TIMEOUT: '2', UPSTREAM_CONCURRENCY: '200' },
    });
    const { control } = test.emulator;
    const asked = await Promise.all(
      MUTATION_NAMES.map(async (name) => {
        const world = await createWorld(test.emulator);
        const token = (await world.tokenOf('owner')) ?? '';
        const each = CASE_OF.get(name);
        if (!each) throw new Error(`There is no case for ${name}`);
        const input = each.input?.(world, 'owner');
        return { name, query: documentOf(each), question: { token, ...(input && { variables: { input } }) } };
      }),
    );
    await test.ask('{ me { email } }', { token: asked[0]?.question.token ?? '' });
    for (const endpoint of new Set(Object.values(ENDPOINTS))) control.fail(endpoint, { kind: 'hang' });
    control.resetCalls();
    await Promise.all(
      asked.map(async ({ name, query, question }) => {
        const { body } = await test.ask(query, question);
        expect([name, answerOf(body, name)]).toEqual([name, UNAVAILABLE]);
      }),
    );
    const changing = Object.entries(control.calls()).filter(([name]) => name.startsWith('change-'));
    expect(changing.reduce((sum, [, calls]) => sum + calls, 0)).toBe(MUTATION_NAMES.length);
  });
});
