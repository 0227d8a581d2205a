// The proof: who passes each scope, when that changes, and what is answered while the provider cannot say.
import type { Endpoint } from '../../../src/emulator/endpoint.ts';
import type { Fault } from '../../../src/emulator/fault.ts';
import type { TestClock } from '../../support/clock.ts';
import type { TestServer } from '../../support/test-server.ts';
import { type Guard, SCOPES, type Scope } from './guarded-app.ts';

/** A server with the guarded app, and its clock. */
export interface Guarded {
  readonly test: Pick<TestServer, 'ask' | 'emulator'>;
  readonly clock: TestClock;
}

/** The permission that guards fields of a team, and the one of the project. */
const IN_TEAM = 'see_budget';
const IN_PROJECT = 'staff';

/** The endpoint that each scope needs. */
export const ENDPOINT = {
  teamMember: 'teams',
  teamPermission: 'team-permissions',
  projectPermission: 'project-permissions',
  liveSession: 'sessions',
} as const satisfies Record<Scope, Endpoint>;

/** The code and reason of each scope's refusal. */
export const REFUSAL = {
  teamMember: 'FORBIDDEN NOT_A_TEAM_MEMBER',
  teamPermission: 'FORBIDDEN TEAM_PERMISSION_REQUIRED',
  projectPermission: 'FORBIDDEN PROJECT_PERMISSION_REQUIRED',
  liveSession: 'FORBIDDEN NO_LIVE_SESSION',
} as const satisfies Record<Scope, string>;

const ROLES = {
  owner: SCOPES,
  member: ['teamMember', 'liveSession'],
  // Has both permissions, in another team.
  stranger: ['liveSession'],
  'restricted member': ['teamMember', 'teamPermission', 'liveSession'],
  restricted: ['liveSession'],
  anonymous: ['liveSession'],
  'anonymous member': ['teamMember', 'liveSession'],
  'signed out': ['teamMember', 'teamPermission', 'projectPermission'],
  support: ['teamMember', 'teamPermission', 'projectPermission'],
  "session of another's": ['teamMember', 'teamPermission', 'projectPermission'],
  deleted: 'UNAUTHENTICATED USER_GONE',
  'no token': 'UNAUTHENTICATED MISSING_TOKEN',
} as const satisfies Readonly<Record<string, readonly Scope[] | string>>;

type Role = keyof typeof ROLES;

/** A team, and a caller in some role. */
interface World extends Guard {
  readonly userId: string;
  readonly token: string | undefined;
  readonly sessionId: string;
}

/** Asks every field in every role. */
export async function whoPasses(guarded: Guarded): Promise<readonly string[]> {
  const violations: string[] = [];
  // `Object.keys` has no more precise type.
  for (const role of Object.keys(ROLES) as Role[]) {
    const world = await createWorld(guarded, role);
    const answers = await ask(guarded, world);
    for (const scope of SCOPES) {
      const expected = expectedOf(role, scope);
      if (answers[scope] !== expected)
        violations.push(`${scope} as ${role}: ${answers[scope]}, not ${expected}`);
    }
  }
  return violations;
}

/** Grants and takes away what the scopes ask for, and asks before and after. */
export async function whenItChanges(guarded: Guarded): Promise<readonly string[]> {
  const { clock } = guarded;
  const violations: string[] = [];
  const compare = (when: string, answers: Answers, expected: (scope: Scope) => string) => {
    for (const scope of SCOPES)
      if (answers[scope] !== expected(scope))
        violations.push(`${scope} ${when}: ${answers[scope]}, not ${expected(scope)}`);
  };
  const changed = await createWorld(guarded, 'stranger');
  await ask(guarded, changed);
  admit(guarded, changed);
  clock.advance(5_001);
  compare('five seconds after it was granted', await ask(guarded, changed), () => 'ok');
  expel(guarded, changed);
  const justEnded = (scope: Scope) => (scope === 'liveSession' ? REFUSAL[scope] : 'ok');
  compare('at once after it was taken away', await ask(guarded, changed), justEnded);
  clock.advance(30_000);
  compare('later than the TTL', await ask(guarded, changed), (scope) => REFUSAL[scope]);
  return violations;
}

const known = (status: number, error: string): Fault => ({
  kind: 'status',
  status,
  headers: { 'x-stack-known-error': error, 'content-type': 'application/json' },
  body: JSON.stringify({ code: error, error: 'The words of the provider' }),
});

/** What the provider answers, and what the field answers where nothing is cached. The last one pauses the calls of all users. */
export const FAULTS: readonly (readonly [what: string, fault: Fault, answer: string])[] = [
  ['500', { kind: 'status', status: 500 }, 'UPSTREAM_UNAVAILABLE'],
  ['503', { kind: 'status', status: 503 }, 'UPSTREAM_UNAVAILABLE'],
  [
    "a gateway's 403",
    { kind: 'status', status: 403, headers: { 'content-type': 'text/html' }, body: '<html/>' },
    'UPSTREAM_UNAVAILABLE',
  ],
  ['a reset', { kind: 'reset' }, 'UPSTREAM_UNAVAILABLE'],
  ['garbage', { kind: 'garbage' }, 'UPSTREAM_UNAVAILABLE'],
  ['another shape', { kind: 'body', body: '{"items":[1]}' }, 'UPSTREAM_UNAVAILABLE'],
  ['an expired token', known(401, 'ACCESS_TOKEN_EXPIRED'), 'UNAUTHENTICATED EXPIRED_TOKEN'],
  ['a refusal of our key', known(401, 'INVALID_PUBLISHABLE_CLIENT_KEY'), 'INTERNAL_SERVER_ERROR'],
  ['a deleted user', known(400, 'CANNOT_GET_OWN_USER_WITHOUT_USER'), 'UNAUTHENTICATED USER_GONE'],
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '7' } }, 'UPSTREAM_RATE_LIMITED'],
];

/** Lets the endpoint of each scope fail in every way, for a caller who passes and for one who does not. */
export async function whileTheProviderFails(
  guarded: Guarded,
  {
    scopes = SCOPES,
    faults = FAULTS,
  }: { readonly scopes?: readonly Scope[]; readonly faults?: typeof FAULTS } = {},
): Promise<readonly string[]> {
  const { test, clock } = guarded;
  const violations: string[] = [];
  for (const scope of scopes)
    for (const [what, fault, answer] of faults)
      for (const role of ['owner', 'stranger'] as const) {
        const world = await createWorld(guarded, role);
        const heal = test.emulator.control.fail(ENDPOINT[scope], fault);
        const { [scope]: answered } = await ask(guarded, world, [scope]);
        heal();
        clock.advance(61_000);
        if (answered !== answer)
          violations.push(`${scope} as ${role} with ${what}: ${answered}, not ${answer}`);
      }
  return violations;
}

type Answers = Readonly<Record<Scope, string>>;

/** Asks fields of the scopes. `ok`, or code and reason of each. */
export async function ask(
  { test }: Pick<Guarded, 'test'>,
  { teamId, token }: Pick<World, 'teamId' | 'token'>,
  scopes: readonly Scope[] = SCOPES,
): Promise<Answers> {
  const fields = scopes.map((scope) => {
    const id = scope === 'projectPermission' ? IN_PROJECT : IN_TEAM;
    return `${scope}(teamId: "${teamId}", id: "${id}")`;
  });
  const { body } = await test.ask(`{ ${fields.join(' ')} }`, token === undefined ? {} : { token });
  const answers = scopes.map((scope) => {
    // An error without a path is of the whole request.
    const error = body.errors?.find(({ path = [scope] }) => path[0] === scope)?.extensions;
    const answer = [error?.['code'], error?.['reason']].filter(Boolean).join(' ');
    return [scope, body.data?.[scope] === true && !error ? 'ok' : answer];
  });
  return Object.fromEntries(answers);
}

/** A team with a caller in a role, whom no copy shows yet. */
export async function createWorld(guarded: Guarded, role: Role): Promise<World> {
  const { control } = guarded.test.emulator;
  control.definePermission({ id: IN_TEAM, scope: 'team' });
  const { id: teamId } = control.createTeam({ displayName: 'Team' });
  const kind = /^(restricted|anonymous)/.exec(role)?.[0] as 'restricted' | 'anonymous' | undefined;
  const { id: userId } = control.createUser(kind === undefined ? {} : { kind });
  const { accessToken, sessionId } = await control.signIn(userId, { isImpersonation: role === 'support' });
  const world = { teamId, id: IN_TEAM, userId, sessionId };
  const passes: readonly string[] = Array.isArray(ROLES[role]) ? ROLES[role] : SCOPES;
  if (passes.includes('teamMember')) control.addMember({ teamId, userId });
  if (passes.includes('teamPermission')) control.grantPermission({ userId, teamId, permissionId: IN_TEAM });
  if (passes.includes('projectPermission')) control.grantPermission({ userId, permissionId: IN_PROJECT });
  if (role === 'stranger') {
    const { id: other } = control.createTeam({ displayName: 'Other', creatorId: userId });
    control.grantPermission({ userId, teamId: other, permissionId: IN_TEAM });
  }
  if (role === 'signed out') control.endSession(sessionId);
  if (role === 'deleted') control.deleteUser(userId);
  return { ...world, token: await tokenOf(guarded, role, { userId, accessToken }) };
}

async function tokenOf(
  { test }: Guarded,
  role: Role,
  { userId, accessToken }: { readonly userId: string; readonly accessToken: string },
): Promise<string | undefined> {
  const { control } = test.emulator;
  if (role === 'no token') return undefined;
  if (role !== "session of another's") return accessToken;
  const { sessionId } = await control.signIn(control.createUser().id);
  return await control.mintToken({ userId, sessionId });
}

function admit({ test }: Guarded, { userId, teamId }: World): void {
  const { control } = test.emulator;
  control.addMember({ teamId, userId });
  control.grantPermission({ userId, teamId, permissionId: IN_TEAM });
  control.grantPermission({ userId, permissionId: IN_PROJECT });
}

function expel({ test }: Guarded, { userId, teamId, sessionId }: World): void {
  const { control } = test.emulator;
  control.removeMember({ teamId, userId });
  control.revokePermission({ userId, permissionId: IN_PROJECT });
  control.endSession(sessionId);
}

function expectedOf(role: Role, scope: Scope): string {
  const passes: readonly string[] | string = ROLES[role];
  if (typeof passes === 'string') return passes;
  return passes.includes(scope) ? 'ok' : REFUSAL[scope];
}
