import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoint } from '../../src/emulator/endpoint.ts';
import type { Fault } from '../../src/emulator/fault.ts';
import { createClock } from '../support/clock.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

/** A field of the graph, the endpoint that it needs, and whether what it shows is cached. */
interface Kind {
  readonly field: string;
  readonly endpoint: Endpoint;
  readonly cached: boolean;
  /** Of each team of the caller, rather than of the caller. */
  readonly ofTeam?: boolean;
}

const KINDS: readonly Kind[] = [
  { field: 'teams { displayName }', endpoint: 'teams', cached: true },
  { field: 'permissions', endpoint: 'project-permissions', cached: true },
  { field: 'contactChannels { value }', endpoint: 'contact-channels', cached: true },
  { field: 'notificationPreferences { enabled }', endpoint: 'notification-preferences', cached: true },
  { field: 'sessions { id }', endpoint: 'sessions', cached: false },
  { field: 'teamInvitations { id }', endpoint: 'invitations', cached: false },
  { field: 'apiKeys { id }', endpoint: 'api-keys', cached: false },
  { field: 'permissions', endpoint: 'team-permissions', cached: true, ofTeam: true },
  { field: 'members { userId }', endpoint: 'member-profiles', cached: true, ofTeam: true },
  { field: 'myProfile { userId }', endpoint: 'member-profiles', cached: true, ofTeam: true },
  { field: 'invitations { id }', endpoint: 'invitations', cached: false, ofTeam: true },
  { field: 'apiKeys { id }', endpoint: 'api-keys', cached: false, ofTeam: true },
];

const UNAVAILABLE = { code: 'UPSTREAM_UNAVAILABLE' };
const STRANGER = '00000000-0000-4000-8000-000000000000';

/** What the provider answers, the error where nothing is cached, and how often it is asked; once by default. */
interface Row {
  readonly name: string;
  readonly fault: Fault;
  readonly error: object;
  readonly calls?: number;
  /** Whether a stale copy is served. */
  readonly stale: boolean;
}

const known = (status: number, error: string): Fault => ({
  kind: 'status',
  status,
  headers: { 'x-stack-known-error': error, 'content-type': 'application/json' },
  body: JSON.stringify({ code: error, error: 'The words of the provider' }),
});

/** An item of any kind, of another user and another team. */
const foreign = (endpoint: Endpoint) =>
  JSON.stringify({
    items: [
      {
        id: STRANGER,
        user_id: STRANGER,
        team_id: STRANGER,
        team_display_name: 'Strangers',
        recipient_email: 'stranger@example.test',
        expires_at_millis: 4_000_000_000_000,
        type: 'email',
        value: endpoint === 'api-keys' ? { last_four: '1234' } : 'stranger@example.test',
        is_primary: true,
        is_verified: true,
        used_for_auth: true,
        created_at: 1,
        created_at_millis: 1,
      },
    ],
  });

const ROWS: readonly Row[] = [
  { name: '500', fault: { kind: 'status', status: 500 }, error: UNAVAILABLE, stale: true },
  { name: '503', fault: { kind: 'status', status: 503 }, error: UNAVAILABLE, calls: 2, stale: true },
  {
    name: "a gateway's 403",
    fault: { kind: 'status', status: 403, headers: { 'content-type': 'text/html' }, body: '<html/>' },
    error: UNAVAILABLE,
    stale: true,
  },
  { name: 'a reset', fault: { kind: 'reset' }, error: UNAVAILABLE, calls: 2, stale: true },
  { name: 'garbage', fault: { kind: 'garbage' }, error: UNAVAILABLE, stale: true },
  { name: 'another shape', fault: { kind: 'body', body: '{"items":{}}' }, error: UNAVAILABLE, stale: true },
  {
    name: 'items of another shape',
    fault: { kind: 'body', body: '{"items":[1]}' },
    error: UNAVAILABLE,
    stale: true,
  },
  {
    name: '5 MB',
    fault: { kind: 'body', body: `"${'x'.repeat(5_000_000)}"` },
    error: UNAVAILABLE,
    stale: true,
  },
  {
    name: 'an expired token',
    fault: known(401, 'ACCESS_TOKEN_EXPIRED'),
    error: { code: 'UNAUTHENTICATED', reason: 'EXPIRED_TOKEN' },
    stale: false,
  },
  {
    name: 'a lacking permission',
    fault: known(401, 'TEAM_PERMISSION_REQUIRED'),
    error: { code: 'FORBIDDEN', reason: 'TEAM_PERMISSION_REQUIRED' },
    stale: false,
  },
  {
    name: 'a refusal of our key',
    fault: known(401, 'INVALID_PUBLISHABLE_CLIENT_KEY'),
    error: { code: 'INTERNAL_SERVER_ERROR' },
    stale: false,
  },
  {
    name: 'a deleted user',
    fault: known(400, 'CANNOT_GET_OWN_USER_WITHOUT_USER'),
    error: { code: 'UNAUTHENTICATED', reason: 'USER_GONE' },
    stale: false,
  },
  // The last one: it pauses the calls of all users.
  {
    name: '429',
    fault: { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
    error: { code: 'UPSTREAM_RATE_LIMITED', retryAfter: 7 },
    stale: true,
  },
];

/** Answers of these name the user that they are about. */
const OWNED: readonly Endpoint[] = [
  'project-permissions',
  'contact-channels',
  'sessions',
  'api-keys',
  'team-permissions',
  'member-profiles',
];

/** Received invitations are of other teams and users; those of a team name the team. */
const isOwned = ({ endpoint, ofTeam }: Kind) =>
  OWNED.includes(endpoint) || (ofTeam && endpoint === 'invitations');

const nameOf = ({ field }: Kind) => String(field.split(' ')[0]);
const queryOf = ({ field, ofTeam }: Kind) =>
  ofTeam ? `{ me { id displayName teams { ${field} } } }` : `{ me { id displayName ${field} } }`;
const pathOf = (kind: Kind) => ['me', ...(kind.ofTeam ? ['teams', 0] : []), nameOf(kind)];
/** What an answer says of a kind. */
const valueIn = (kind: Kind, me: Readonly<Record<string, unknown>>) => {
  const [team] = kind.ofTeam ? (me['teams'] as readonly Readonly<Record<string, unknown>>[]) : [me];
  return team?.[nameOf(kind)];
};

describe.each(KINDS)('while the provider fails for $endpoint: $field', (kind) => {
  const clock = createClock();
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer({ clock });
  });
  afterAll(() => test[Symbol.asyncDispose]());

  it.each(ROWS)('with $name: that field alone has an error, or a stale copy', async (row) => {
    const { control } = test.emulator;
    const { id } = control.createUser({ displayName: 'Ada' });
    if (kind.ofTeam) control.createTeam({ displayName: 'Engines', creatorId: id });
    // The pauses of earlier failures are over.
    clock.advance(60_000);
    const token = await control.mintToken({ userId: id });
    const ask = async () => (await test.ask(queryOf(kind), { token })).body;
    const whole = await ask();
    expect(whole.errors).toBeUndefined();
    expect(valueIn(kind, whole.data.me)).toBeDefined();
    const heal = control.fail(kind.endpoint, row.fault);
    control.resetCalls();
    const calls = () => control.calls()[kind.endpoint];

    if (kind.cached) {
      expect(await ask()).toEqual(whole);
      expect(calls()).toBe(0);
    }
    clock.advance(30_000);
    const later = await ask();
    if (kind.cached && row.stale) expect(later).toEqual(whole);
    else {
      expect([later.data.me.id, valueIn(kind, later.data.me)]).toEqual([id, null]);
      expect(later.errors?.map(({ path, extensions }) => [path, extensions])).toEqual(
        expect.arrayContaining([[pathOf(kind), expect.objectContaining(row.error)]]),
      );
      expect(JSON.stringify(later)).not.toContain('words of the provider');
    }
    expect(calls()).toBe(row.calls ?? 1);
    heal();
  });
});

describe.concurrent.each(KINDS.filter(isOwned))(
  'an answer about another user for $endpoint: $field',
  (kind) => {
    it('is not shown', async () => {
      await using test = await startTestServer();
      const { control, people } = test.emulator;
      const token = await control.mintToken({ userId: people.ada.id });
      control.fail(kind.endpoint, { kind: 'body', body: foreign(kind.endpoint) });
      const { body } = await test.ask(queryOf(kind), { token });
      expect([body.data.me.id, valueIn(kind, body.data.me)]).toEqual([people.ada.id, null]);
      expect(body.errors?.[0]?.extensions).toEqual(UNAVAILABLE);
    });
  },
);
