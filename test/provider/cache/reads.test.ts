import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { CopyKind } from '../../../src/core/events.ts';
import type { IdentityChange } from '../../../src/provider/cache/identity-change.ts';
import {
  CONTACT_CHANNELS,
  MEMBER_PROFILE,
  MEMBERS,
  NOTIFICATION_PREFERENCES,
  PROFILE,
  PROJECT_PERMISSIONS,
  TEAM_PERMISSIONS,
  TEAMS,
  type UserKind,
} from '../../../src/provider/cache/kinds.ts';
import type { CallerRequest } from '../../../src/provider/send.ts';
import { idOf } from '../../support/ask-provider.ts';
import { startTestProfiles, type TestProfilesOptions } from '../../support/test-profiles.ts';

const OF_USER: readonly UserKind<unknown>[] = [
  PROFILE,
  TEAMS,
  TEAM_PERMISSIONS,
  PROJECT_PERMISSIONS,
  CONTACT_CHANNELS,
  NOTIFICATION_PREFERENCES,
];
const OF_TEAM = [MEMBERS, MEMBER_PROFILE] as const;

type Test = Awaited<ReturnType<typeof start>>;

/** Reads, and requests of Ada and Grace, who are in two teams together. */
async function start(options?: TestProfilesOptions) {
  const test = await startTestProfiles(options);
  const { control, people, teams } = test.emulator;
  const [ada, grace] = [await test.requestOf(people.ada.id), await test.requestOf(people.grace.id)];
  const [navy, engines] = [idOf(teams.navy), idOf(teams.engines)];
  return Object.assign(test, {
    control,
    ada,
    grace,
    navy,
    engines,
    /** Reads everything of both, so that it is cached. */
    async fill() {
      for (const request of [ada, grace]) {
        for (const kind of OF_USER) await test.reads.fetch(kind, request);
        for (const kind of OF_TEAM)
          for (const team of [navy, engines]) await test.reads.fetchOfTeam<unknown>(kind, request, team);
      }
      control.resetCalls();
    },
    /** The names of what is cached of a user, those of teams with `navy` or `engines`. */
    cached(request = ada): readonly string[] {
      const names = OF_USER.filter((kind) => test.reads.fresh(kind, request) !== undefined).map(
        ({ name }) => name,
      );
      const ofTeams = OF_TEAM.flatMap((kind) =>
        Object.entries({ navy, engines })
          .filter(([, id]) => test.reads.freshOfTeam<unknown>(kind, request, id) !== undefined)
          .map(([team]) => `${kind.name} ${team}`),
      );
      return [...names, ...ofTeams];
    },
  });
}

const userOf = ({ id }: CallerRequest, copies?: readonly CopyKind[]): IdentityChange => ({
  kind: 'user',
  userId: id,
  copies,
});

const ALL = OF_USER.map(({ name }): string => name).concat(
  ['members', 'member-profile'].flatMap((name) => [`${name} navy`, `${name} engines`]),
);
const without = (...names: readonly string[]) => ALL.filter((name) => !names.includes(name));

describe('reads of every kind', () => {
  it.each(OF_USER.map((kind) => [kind.name, kind] as const))(
    '%s are shared, cached for the TTL, and stale only while the provider fails',
    async (_name, kind) => {
      await using test = await start();
      test.control.resetCalls();
      const total = () => test.control.calls().total;
      const gate = test.control.hold('all');
      const both = Promise.all([test.reads.fetch(kind, test.ada), test.reads.fetch(kind, test.ada)]);
      await gate.arrived(1);
      gate.release();
      const [first, second] = await both;
      expect(first.kind).toBe('ok');
      expect(second).toEqual(first);
      test.clock.advance(29_999);
      expect(await test.reads.fetch(kind, test.ada)).toEqual(first);
      expect(total()).toBe(1);
      test.clock.advance(1);
      const heal = test.control.fail('all', { kind: 'status', status: 500 });
      expect(test.reads.fresh(kind, test.ada)).toBeUndefined();
      expect(await test.reads.fetch(kind, test.ada)).toEqual(first);
      expect((await test.reads.fetch(kind, test.grace)).kind).toBe('unavailable');
      heal();
      expect(total()).toBe(3);
    },
  );

  it('are those of one user and team', async () => {
    await using test = await start();
    await test.fill();
    expect(test.cached()).toEqual(ALL);
    const linus = await test.requestOf(test.emulator.people.linus.id);
    expect(test.cached(linus)).toEqual([]);
    expect(test.reads.freshOfTeam(MEMBER_PROFILE, test.ada, test.navy)?.userId).toBe(test.ada.id);
    expect(test.reads.freshOfTeam(MEMBER_PROFILE, test.grace, test.navy)?.userId).toBe(test.grace.id);
    expect(test.reads.freshOfTeam(MEMBERS, test.ada, test.navy)).toHaveLength(3);
    expect(test.reads.freshOfTeam(MEMBERS, test.ada, test.engines)).toHaveLength(2);
  });

  it('are bounded by one memory: the least recently used is dropped, of whatever kind', async () => {
    await using test = await start({ max: 4 });
    await test.fill();
    expect(test.cached(test.ada)).toEqual([]);
    expect(test.cached(test.grace)).toHaveLength(3);
  });

  it('are dropped of a deleted user, whichever kind finds out', async () => {
    await using test = await start();
    await test.fill();
    test.control.deleteUser(test.ada.id);
    test.reads.copies.drop({ kind: 'user', userId: test.ada.id, copies: ['contact-channels'] }, 'here');
    expect((await test.reads.fetch(CONTACT_CHANNELS, test.ada)).kind).toBe('gone');
    expect(test.cached()).toEqual([]);
    expect(test.cached(test.grace)).toEqual(ALL);
  });
});

describe('a drop', () => {
  it('of a user leaves those of others', async () => {
    await using test = await start();
    await test.fill();
    test.reads.copies.drop({ kind: 'user', userId: test.ada.id }, 'here');
    expect(test.cached()).toEqual([]);
    expect(test.cached(test.grace)).toEqual(ALL);
  });

  it('of everything leaves nothing', async () => {
    await using test = await start();
    await test.fill();
    test.reads.copies.drop({ kind: 'all' }, 'replica');
    expect([...test.cached(), ...test.cached(test.grace)]).toEqual([]);
  });

  it('of some kinds leaves the others', async () => {
    await using test = await start();
    await test.fill();
    test.reads.copies.drop(
      { kind: 'user', userId: test.ada.id, copies: ['contact-channels', 'members'] },
      'here',
    );
    expect(test.cached()).toEqual(without('contact-channels', 'members navy', 'members engines'));
  });

  it('of a team reaches every user whose copy has it', async () => {
    await using test = await start();
    await test.fill();
    const linus = await test.requestOf(test.emulator.people.guest.id);
    await test.reads.fetch(TEAMS, linus);
    test.reads.copies.drop({ kind: 'team', teamId: test.navy }, 'here');
    // Grace has it selected, Ada has not.
    const ofTeam = ['teams', 'team-permissions', 'members navy', 'member-profile navy'];
    expect(test.cached()).toEqual(without(...ofTeam));
    expect(test.cached(test.grace)).toEqual(without('profile', ...ofTeam));
    expect(test.reads.fresh(TEAMS, linus)).toEqual([]);
  });

  it('of a membership reaches one user, though the team is not in the copies yet', async () => {
    await using test = await start();
    await test.fill();
    const joined = idOf(test.control.createTeam({ displayName: 'New' }));
    test.reads.copies.drop({ kind: 'membership', userId: test.grace.id, teamId: joined }, 'here');
    expect(test.cached(test.grace)).toEqual(without('teams', 'team-permissions'));
    await test.fill();
    test.reads.copies.drop({ kind: 'membership', userId: test.grace.id, teamId: test.navy }, 'here');
    expect(test.cached(test.grace)).toEqual(
      without('profile', 'teams', 'team-permissions', 'members navy', 'member-profile navy'),
    );
    expect(test.cached()).toEqual(ALL);
  });

  it.each<[string, number, (test: Test) => IdentityChange]>([
    ['some kinds of the user', 0, ({ ada }) => userOf(ada, ['profile', 'teams', 'members'])],
    ['all kinds of the user', 0, ({ ada }) => userOf(ada)],
    ['a membership', 0, ({ ada, navy }) => ({ kind: 'membership', userId: ada.id, teamId: navy })],
    ['a team', 0, ({ navy }) => ({ kind: 'team', teamId: navy })],
  ])('of %s walks %d times through all that is cached', async (_what, walks, changeOf) => {
    await using test = await start();
    await test.fill();
    test.reads.copies.drop(changeOf(test), 'here');
    expect(test.cached()).not.toEqual(ALL);
    expect(test.walks()).toBe(walks);
  });

  it('of a thousand teams walks once through all that is cached', async () => {
    await using test = await start({ max: 200 });
    const dropTeams = (count: number) => {
      for (let index = 0; index < count; index += 1)
        test.reads.copies.drop({ kind: 'team', teamId: randomUUID() }, 'here');
    };
    for (let round = 1; round <= 2; round += 1) {
      await test.fill();
      dropTeams(round === 1 ? 1_000 : 999);
      test.reads.copies.drop({ kind: 'team', teamId: test.navy }, 'here');
      expect(test.walks()).toBe(round);
      dropTeams(1);
      expect(test.cached()).toEqual(
        without('teams', 'team-permissions', 'members navy', 'member-profile navy'),
      );
      expect(test.cached(test.grace)).not.toContain('profile');
    }
  });

  it('of a team leaves what is read after it, and drops it at the next drop', async () => {
    await using test = await start();
    const drop = () => test.reads.copies.drop({ kind: 'team', teamId: test.navy }, 'here');
    drop();
    await test.fill();
    expect(test.cached()).toEqual(ALL);
    test.reads.copies.drop({ kind: 'team', teamId: randomUUID() }, 'here');
    expect(test.cached()).toEqual(ALL);
    drop();
    expect(test.reads.copies.showsTeam(test.ada.id, test.navy)).toBe(false);
    expect(test.cached()).not.toContain('teams');
  });

  it('calls the listeners, with its source, once the copies are gone', async () => {
    await using test = await start();
    await test.fill();
    const told: unknown[] = [];
    const unwatch = test.reads.copies.watch((change, source) => told.push([change, source, test.cached()]));
    const change = userOf(test.ada);
    for (const source of ['here', 'replica', 'read'] as const) test.reads.copies.drop(change, source);
    expect(told).toEqual(['here', 'replica', 'read'].map((source) => [change, source, []]));
    unwatch();
    test.reads.copies.drop(change, 'here');
    expect(told).toHaveLength(3);
  });

  it('is not undone by a stale copy', async () => {
    await using test = await start();
    await test.fill();
    test.reads.copies.drop({ kind: 'user', userId: test.ada.id, copies: ['teams'] }, 'here');
    test.control.fail('teams', { kind: 'status', status: 500 });
    expect((await test.reads.fetch(TEAMS, test.ada)).kind).toBe('unavailable');
  });

  it.each<[string, (test: Awaited<ReturnType<typeof start>>) => void]>([
    ['of the user', ({ reads, ada }) => reads.copies.drop({ kind: 'user', userId: ada.id }, 'here')],
    [
      'of the kind',
      ({ reads, ada }) => reads.copies.drop({ kind: 'user', userId: ada.id, copies: ['teams'] }, 'here'),
    ],
    ['of a team', ({ reads, navy }) => reads.copies.drop({ kind: 'team', teamId: navy }, 'here')],
    ['of everything', ({ reads }) => reads.copies.drop({ kind: 'all' }, 'replica')],
    [
      'of a membership',
      ({ reads, ada, navy }) =>
        reads.copies.drop({ kind: 'membership', userId: ada.id, teamId: navy }, 'here'),
    ],
  ])('%s is not undone by a call that began before, nor does a later read join that', async (_what, drop) => {
    await using test = await start();
    test.control.resetCalls();
    const gate = test.control.hold('all');
    const early = test.reads.fetch(TEAMS, test.ada);
    await gate.arrived(1);
    test.control.updateTeam(test.navy, { displayName: 'Renamed' });
    drop(test);
    const late = test.reads.fetch(TEAMS, test.ada);
    await gate.arrived(2);
    gate.release();
    expect(await early).toMatchObject({
      value: expect.arrayContaining([expect.objectContaining({ displayName: 'Navy' })]),
    });
    expect(await late).toMatchObject({
      value: expect.arrayContaining([expect.objectContaining({ displayName: 'Renamed' })]),
    });
    expect(test.reads.fresh(TEAMS, test.ada)?.map(({ displayName }) => displayName)).toContain('Renamed');
    expect(test.control.calls().teams).toBe(2);
  });

  it('leaves a running call of others and of other kinds as it is', async () => {
    await using test = await start();
    const gate = test.control.hold('all');
    const running = [test.reads.fetch(TEAMS, test.grace), test.reads.fetch(CONTACT_CHANNELS, test.ada)];
    await gate.arrived(2);
    test.reads.copies.drop({ kind: 'user', userId: test.ada.id, copies: ['teams'] }, 'here');
    gate.release();
    await Promise.all<unknown>(running);
    expect(test.cached(test.grace)).toEqual(['teams']);
    expect(test.cached()).toEqual(['contact-channels']);
  });
});

const COUNTESS = { displayName: 'Countess' };

describe('a merge into the profile', () => {
  it('changes the given fields of a cached one, at its age', async () => {
    await using test = await start();
    await test.reads.fetch(PROFILE, test.ada);
    test.clock.advance(29_999);
    test.reads.copies.mergeProfile(test.ada.id, COUNTESS, test.reads.copies.cachedProfile(test.ada.id));
    expect(test.reads.fresh(PROFILE, test.ada)).toMatchObject({
      displayName: 'Countess',
      email: 'ada@example.test',
      lastActiveAt: expect.any(Date),
    });
    test.clock.advance(1);
    expect(test.reads.fresh(PROFILE, test.ada)).toBeUndefined();
  });

  it('is never kept alone, and not undone by a call that began before', async () => {
    await using test = await start();
    const gate = test.control.hold('all');
    const early = test.reads.fetch(PROFILE, test.ada);
    await gate.arrived(1);
    test.reads.copies.mergeProfile(test.ada.id, COUNTESS, undefined);
    gate.release();
    expect(await early).toMatchObject({ value: { displayName: 'Ada Lovelace' } });
    expect(test.reads.fresh(PROFILE, test.ada)).toBeUndefined();
  });

  it.each<[string, (test: Awaited<ReturnType<typeof start>>) => unknown]>([
    ['fetched for the first time', ({ reads, ada }) => reads.fetch(PROFILE, ada)],
    [
      'dropped and fetched again',
      async ({ reads, ada }) => {
        await reads.fetch(PROFILE, ada);
        const before = reads.copies.cachedProfile(ada.id);
        reads.copies.drop({ kind: 'user', userId: ada.id, copies: ['profile'] }, 'here');
        await reads.fetch(PROFILE, ada);
        return before;
      },
    ],
    [
      'merged with another change',
      async ({ reads, ada }) => {
        await reads.fetch(PROFILE, ada);
        const before = reads.copies.cachedProfile(ada.id);
        reads.copies.mergeProfile(ada.id, { displayName: 'Enchantress' }, before);
        return before;
      },
    ],
  ])('drops a copy that was %s since the change was asked for', async (what, change) => {
    await using test = await start();
    const seen = await change(test);
    const before = what === 'fetched for the first time' ? undefined : (seen as object);
    test.reads.copies.mergeProfile(test.ada.id, COUNTESS, before);
    expect(test.reads.fresh(PROFILE, test.ada)).toBeUndefined();
    expect(test.reads.copies.cachedProfile(test.ada.id)).toBeUndefined();
  });
});

describe('a recheck', () => {
  const teams = (test: Awaited<ReturnType<typeof start>>) => test.control.calls().teams;

  it('asks once more where the copy is older than five seconds', async () => {
    await using test = await start();
    await test.reads.fetch(TEAMS, test.ada);
    test.clock.advance(5_000);
    expect(test.reads.recheck(TEAMS, test.ada)).toBeUndefined();
    test.clock.advance(1);
    expect((await test.reads.recheck(TEAMS, test.ada))?.kind).toBe('ok');
    expect(test.reads.recheck(TEAMS, test.ada)).toBeUndefined();
    expect(teams(test)).toBe(2);
  });

  it('is made once in five seconds while the provider fails, and shows the stale copy', async () => {
    await using test = await start();
    await test.reads.fetch(TEAMS, test.ada);
    test.clock.advance(6_000);
    test.control.fail('teams', { kind: 'status', status: 500 });
    expect((await test.reads.recheck(TEAMS, test.ada))?.kind).toBe('ok');
    expect(test.reads.recheck(TEAMS, test.ada)).toBeUndefined();
    expect(teams(test)).toBe(2);
    test.clock.advance(5_001);
    expect((await test.reads.recheck(TEAMS, test.ada))?.kind).toBe('ok');
    expect(teams(test)).toBe(3);
  });

  it('that is running is shared by all who are about to be refused', async () => {
    await using test = await start();
    await test.reads.fetch(TEAMS, test.ada);
    test.clock.advance(6_000);
    const gate = test.control.hold('teams');
    const rechecks = [test.reads.recheck(TEAMS, test.ada), test.reads.recheck(TEAMS, test.ada)];
    await gate.arrived(1);
    gate.release();
    for (const outcome of await Promise.all(rechecks)) expect(outcome?.kind).toBe('ok');
    expect(teams(test)).toBe(2);
  });
});
