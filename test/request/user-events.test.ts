import { describe, expect, it } from 'vitest';
import { startUserChanges } from '../../src/process/user-changes.ts';
import type {
  ChangeListener,
  ChangeSource,
  IdentityChange,
} from '../../src/provider/cache/identity-change.ts';
import { UserEvents } from '../../src/request/user-events.ts';
import { eventually } from '../support/test-streams.ts';

/** Changes that the test makes, and the users that were told. */
function start({
  isBusy = () => false,
  isFull = () => false,
}: {
  readonly isBusy?: () => boolean;
  readonly isFull?: () => boolean;
} = {}) {
  const listeners: ChangeListener[] = [];
  const copies = {
    watch(listener: ChangeListener) {
      listeners.push(listener);
      return () => void listeners.splice(listeners.indexOf(listener), 1);
    },
  };
  const changes = startUserChanges({ copies, isBusy, isFull });
  const told: string[] = [];
  return {
    changes,
    told,
    watching: () => listeners.length,
    follow: (userId: string) => changes.follow(userId, () => told.push(userId)),
    change(change: IdentityChange, source: ChangeSource = 'here') {
      for (const listener of listeners) listener(change, source);
    },
    [Symbol.dispose]: () => changes.close(),
  };
}

const userIds = (count: number) => Array.from({ length: count }, (_, index) => `user ${index}`);
const ALL: IdentityChange = { kind: 'all' };
const team = (teamId: string): IdentityChange => ({ kind: 'team', teamId });

describe('changes of followed users', () => {
  it('are told to each of the streams of that user, and to no other', () => {
    using test = start();
    for (const userId of ['ada', 'ada', 'grace']) test.follow(userId);
    test.change({ kind: 'user', userId: 'ada' });
    test.change({ kind: 'user', userId: 'linus' });
    test.change({ kind: 'membership', userId: 'grace', teamId: 'navy' }, 'replica');
    expect(test.told).toEqual(['ada', 'ada', 'grace']);
  });

  it.each<IdentityChange>([
    { kind: 'user', userId: 'ada' },
    { kind: 'membership', userId: 'ada', teamId: 'navy' },
    team('navy'),
    ALL,
  ])('are not told where a read found them: $kind', (change) => {
    using test = start();
    test.follow('ada');
    test.changes.noteTeams('ada', ['navy'], 0);
    test.change(change, 'read');
    expect(test.told).toEqual([]);
    test.change(change, 'replica');
    expect(test.told).toEqual(['ada']);
  });

  it('are those of a team from the moment when a stream of the user has shown it', () => {
    using test = start();
    for (const userId of ['ada', 'grace']) test.follow(userId);
    test.change(team('navy'));
    test.changes.noteTeams('ada', ['navy', 'engines'], test.changes.teamChanges);
    test.changes.noteTeams('ada', ['navy'], test.changes.teamChanges);
    test.changes.noteTeams('linus', ['navy'], test.changes.teamChanges);
    expect(test.told).toEqual([]);
    test.change(team('navy'));
    test.change(team('other'));
    expect(test.told).toEqual(['ada']);
  });

  it('are those of a team that changed while it was read, however many changed', () => {
    using test = start();
    for (const userId of ['ada', 'grace', 'linus', 'radia']) test.follow(userId);
    test.change(team('navy'));
    const since = test.changes.teamChanges;
    for (const teamId of ['engines', 'other']) test.change(team(teamId));
    test.changes.noteTeams('ada', ['navy'], since);
    test.changes.noteTeams('grace', ['engines', 'navy'], since);
    expect(test.told).toEqual(['grace']);
    for (let count = 0; count < 998; count += 1) test.change(team(`team ${count}`));
    test.changes.noteTeams('linus', ['new'], since);
    expect(test.told).toEqual(['grace']);
    // From here on it is not known any more.
    test.change(team('one too many'));
    test.changes.noteTeams('radia', ['new'], since);
    expect(test.told).toEqual(['grace', 'radia']);
  });

  it('are told in turn where they concern many users, each of them once', async () => {
    let isBusy = false;
    using test = start({ isBusy: () => isBusy });
    const users = userIds(100);
    for (const userId of users) {
      test.follow(userId);
      test.changes.noteTeams(userId, ['navy'], 0);
    }
    test.change(ALL);
    expect(test.told).toEqual(users.slice(0, 20));
    test.change(team('navy'));
    // Who is told of an own change meanwhile is not told again.
    test.change({ kind: 'user', userId: 'user 50' });
    isBusy = true;
    const before = test.told.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(test.told.length).toBe(before);
    isBusy = false;
    // The first twenty were told before the team changed.
    await eventually(() => test.told.length).toBe(120);
    expect(new Set(test.told)).toEqual(new Set(users));
    expect(test.told.filter((userId) => userId === 'user 50')).toHaveLength(1);
  });

  it('are told after a second also while calls are always queued, unless there is no room for more', async () => {
    let looks = 0;
    let isFull = true;
    const look = () => {
      looks += 1;
      return isFull;
    };
    using test = start({ isBusy: () => true, isFull: look });
    for (const userId of userIds(30)) test.follow(userId);
    test.change(ALL);
    await eventually(() => looks).toBeGreaterThan(1);
    expect(test.told).toEqual([]);
    isFull = false;
    await eventually(() => test.told.length).toBe(20);
  });

  it('are those of the teams that were shown last, where a user is shown ever new ones', () => {
    using test = start();
    test.follow('ada');
    for (let count = 0; count < 12_000; count += 1)
      test.changes.noteTeams('ada', ['navy', `team ${count}`], 0);
    expect(test.changes.followed).toEqual({ users: 1, teams: 10_000 });
    for (const [teamId, times] of [
      ['navy', 1],
      ['team 11999', 2],
      ['team 0', 2],
    ] as const) {
      test.change(team(teamId));
      expect(test.told).toHaveLength(times);
    }
  });

  it('are told to all at once where few are concerned', () => {
    using test = start();
    for (const userId of userIds(20)) test.follow(userId);
    test.change(ALL);
    expect(test.told).toHaveLength(20);
  });

  it('leave nothing behind when the last stream has ended', () => {
    using test = start();
    const teams = userIds(50);
    const ends = userIds(1_000).flatMap((userId, index) => {
      const both = [test.follow(userId), test.follow(userId)];
      const shown = teams.slice(index % 40, (index % 40) + 10);
      test.changes.noteTeams(userId, [...shown, ...shown], 0);
      return both;
    });
    expect(test.changes.followed).toEqual({ users: 1_000, teams: 49 });
    test.change(ALL);
    for (const end of ends) {
      end();
      end();
    }
    expect(test.changes.followed).toEqual({ users: 0, teams: 0 });
    test.told.length = 0;
    test.change(ALL);
    test.change(team('user 3'));
    expect(test.told).toEqual([]);
    expect(test.watching()).toBe(1);
    test.changes.close();
    expect(test.watching()).toBe(0);
  });
});

describe('the events of one stream', () => {
  const OF_ADA: IdentityChange = { kind: 'user', userId: 'ada' };

  it('begin at once, and are one for all changes until the next is asked for', async () => {
    using test = start();
    const events = new UserEvents(test.changes.follow, 'ada');
    expect(await events.next()).toEqual({ done: false, value: 'begun' });
    for (let count = 0; count < 3; count += 1) test.change(OF_ADA);
    expect(await events.next()).toEqual({ done: false, value: 'changed' });
    const waiting = events.next();
    for (let count = 0; count < 3; count += 1) test.change(OF_ADA);
    expect(await waiting).toEqual({ done: false, value: 'changed' });
    let isSettled = false;
    const last = events.next();
    void last.then(() => {
      isSettled = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(isSettled).toBe(false);
    await events.return();
    expect(await last).toEqual({ done: true, value: undefined });
  });

  it('tell of a change before the first was asked for', async () => {
    using test = start();
    const events = new UserEvents(test.changes.follow, 'ada');
    test.change(OF_ADA);
    expect(await events.next()).toEqual({ done: false, value: 'changed' });
    await events.return();
  });

  it('are a quarter of a second apart, however many changes there are', async () => {
    using test = start();
    const events = new UserEvents(test.changes.follow, 'ada');
    await events.next();
    const began = performance.now();
    const changing = setInterval(() => test.change(OF_ADA), 1);
    for (let count = 0; count < 2; count += 1) await events.next();
    expect(performance.now() - began).toBeGreaterThan(480);
    const last = events.next();
    const ending = performance.now();
    await events.return();
    expect(await last).toEqual({ done: true, value: undefined });
    expect(performance.now() - ending).toBeLessThan(200);
    clearInterval(changing);
  });

  it('end for good, also with a change that was not asked for', async () => {
    using test = start();
    const events = new UserEvents(test.changes.follow, 'ada');
    test.change(OF_ADA);
    await events.return();
    test.change(OF_ADA);
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(test.changes.followed).toEqual({ users: 0, teams: 0 });
  });
});
