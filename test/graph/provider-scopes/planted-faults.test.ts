import { describe, expect, it } from 'vitest';
import type { Rule } from '#server';
import { readUuid, type Uuid } from '../../../src/provider/uuid.ts';
import { createClock } from '../../support/clock.ts';
import { startTestServer } from '../../support/test-server.ts';
import { createGuardedApp, type Guard, type Planted, type Scope } from './guarded-app.ts';
import { FAULTS, type Guarded, whenItChanges, whileTheProviderFails, whoPasses } from './proof.ts';

type Check = Planted['rule']['check'];
type Context = Parameters<Check>[1];

/** Violations of one part of the proof, with a faulty rule in place of a scope. */
async function findWith(
  scope: Scope,
  check: Check,
  part: (guarded: Guarded) => Promise<readonly string[]>,
): Promise<string> {
  const clock = createClock();
  const rule: Rule<Guard, never> = { message: 'Refused by the rule with the fault', check };
  await using test = await startTestServer({ app: createGuardedApp({ scope, rule }), clock });
  return (await part({ test, clock })).join('\n');
}

const team = ({ teamId }: Guard): Uuid => readUuid(teamId) ?? ('' as Uuid);

/** The genuine decision of each scope. */
const GENUINE: Readonly<Record<Scope, Check>> = {
  teamMember: (guard, { loaders }) => loaders.identity.isMember(team(guard)),
  teamPermission: (guard, { loaders }) => loaders.identity.hasTeamPermission(team(guard), guard.id),
  projectPermission: ({ id }, { loaders }) => loaders.identity.hasProjectPermission(id),
  liveSession: (_guard, { user, loaders }) => loaders.identity.hasSession(user.sessionId ?? ''),
};
const SCOPES = Object.entries(GENUINE) as [Scope, Check][];

/** Failures after which the provider is not asked a second time. */
const QUICK = FAULTS.filter(([what]) => ['500', 'garbage', '429'].includes(what));

/** Remembers what the rule said for a key, and asks no more. */
function kept(check: Check, keyOf: (guard: Guard, context: Context) => string): Check {
  const answers = new Map<string, ReturnType<Check>>();
  return (guard, context) => {
    const key = keyOf(guard, context);
    if (!answers.has(key)) answers.set(key, check(guard, context));
    return answers.get(key) ?? false;
  };
}

describe('the proof finds', () => {
  it.each(SCOPES)('a check that is missing: %s', async (scope) => {
    const found = await findWith(scope, () => true, whoPasses);
    const role = scope === 'liveSession' ? 'signed out' : 'stranger';
    expect(found).toContain(`${scope} as ${role}: ok`);
    expect(found).toContain(`${scope} as deleted: ok`);
  });

  it('a permission of another team', async () => {
    const inAny: Check = async ({ id }, { loaders }) =>
      [...(await loaders.identity.teamPermissions()).values()].some((ids) => ids.includes(id));
    expect(await findWith('teamPermission', inAny, whoPasses)).toContain('teamPermission as stranger: ok');
  });

  it('a membership in place of a permission', async () => {
    const found = await findWith('teamPermission', GENUINE.teamMember, whoPasses);
    expect(found).toContain('teamPermission as member: ok');
  });

  it('a permission in a team in place of one in the project', async () => {
    const found = await findWith('projectPermission', GENUINE.teamPermission, whoPasses);
    expect(found).toContain('projectPermission as owner: FORBIDDEN');
  });

  it.each(['isRestricted', 'isAnonymous'] as const)(
    'members who are refused for their kind: %s',
    async (kind) => {
      const check: Check = (guard, context) => !context.user[kind] && GENUINE.teamMember(guard, context);
      const role = kind === 'isRestricted' ? 'restricted member' : 'anonymous member';
      expect(await findWith('teamMember', check, whoPasses)).toContain(`teamMember as ${role}: FORBIDDEN`);
    },
  );

  it('a deleted user who is refused as any other', async () => {
    const check: Check = async (guard, context) => {
      try {
        return await GENUINE.teamMember(guard, context);
      } catch {
        return false;
      }
    };
    const found = await findWith('teamMember', check, whoPasses);
    expect(found).toContain('teamMember as deleted: FORBIDDEN, not UNAUTHENTICATED USER_GONE');
  });

  it('a session that the token alone vouches for', async () => {
    const found = await findWith(
      'liveSession',
      (_guard, { user }) => user.sessionId !== undefined,
      whoPasses,
    );
    for (const role of ['signed out', 'support', "session of another's"])
      expect(found).toContain(`liveSession as ${role}: ok`);
  });

  it('any session of the user in place of that of the token', async () => {
    const any: Check = async (_guard, { loaders }) => (await loaders.identity.sessions()).length > 0;
    const found = await findWith('liveSession', any, whoPasses);
    expect(found).toContain("liveSession as session of another's: ok");
  });

  it.each(SCOPES)('an answer that is kept for all time: %s', async (scope, check) => {
    const byUser = kept(check, ({ teamId }, { user }) => `${user.id} ${teamId}`);
    const granted: Check = async (guard, context) => (await byUser(guard, context)) === true;
    const found = await findWith(scope, granted, whenItChanges);
    const when =
      scope === 'liveSession' ? 'at once after it was taken away' : 'five seconds after it was granted';
    expect(found).toContain(`${scope} ${when}`);
  });

  it.each(SCOPES)('a grant that is kept for all time: %s', async (scope, check) => {
    const passed = new Set<string>();
    const remembering: Check = async (guard, context) => {
      const key = `${context.user.id} ${guard.teamId}`;
      if (!passed.has(key) && (await check(guard, context)) === true) passed.add(key);
      return passed.has(key);
    };
    const found = await findWith(scope, remembering, whenItChanges);
    expect(found).toContain(`${scope} later than the TTL: ok`);
  });

  it('an answer that is shared by users', async () => {
    const shared = kept(GENUINE.projectPermission, ({ id }) => id);
    const found = await findWith('projectPermission', shared, whoPasses);
    expect(found).toContain('projectPermission as stranger: ok');
  });

  it('a refusal by a copy that may be old', async () => {
    const byCopy: Check = async ({ teamId }, { loaders }) =>
      (await loaders.identity.teams()).some(({ id }) => id === teamId);
    const found = await findWith('teamMember', byCopy, whenItChanges);
    expect(found).toContain('teamMember five seconds after it was granted: FORBIDDEN');
  });

  it.each(SCOPES)('a failure of the provider that is read as a denial: %s', async (scope, check) => {
    const denying: Check = async (guard, context) => {
      try {
        return await check(guard, context);
      } catch {
        return false;
      }
    };
    const found = await findWith(scope, denying, (guarded) =>
      whileTheProviderFails(guarded, { scopes: [scope], faults: QUICK }),
    );
    for (const [what] of QUICK) expect(found).toContain(`${scope} as owner with ${what}: FORBIDDEN`);
  });

  it.each(SCOPES)('a failure of the provider that is read as a grant: %s', async (scope, check) => {
    const granting: Check = async (guard, context) => {
      try {
        return await check(guard, context);
      } catch {
        return true;
      }
    };
    const found = await findWith(scope, granting, (guarded) =>
      whileTheProviderFails(guarded, { scopes: [scope], faults: QUICK }),
    );
    for (const [what] of QUICK) expect(found).toContain(`${scope} as stranger with ${what}: ok`);
  });

  it.each(SCOPES)('nothing in a rule without a fault: %s', async (scope, check) => {
    const found = await findWith(scope, check, whoPasses);
    // The refusal of this rule has no reason of its own.
    expect(found.replaceAll(/.*: FORBIDDEN, not FORBIDDEN .*\n?/g, '')).toBe('');
  });
});
