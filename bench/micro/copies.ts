// The cost of dropping what shows a team: copies are judged when they are next looked at, and all of them once in a thousand drops.
import { randomUUID } from 'node:crypto';
import { bench, group } from 'mitata';
import type { EmulatedUser } from '../../src/emulator/user.ts';
import { TEAM_PERMISSIONS, TEAMS, type UserKind } from '../../src/provider/cache/kinds.ts';
import { createReads } from '../../src/provider/cache/reads.ts';
import { createSizedCache } from '../../src/provider/cache/sized-cache.ts';
import type { Outcome } from '../../src/provider/outcomes.ts';
import type { GuardedSend } from '../../src/provider/resilience/guarded-send.ts';
import type { ProviderCall } from '../../src/provider/send.ts';
import { teamsOf } from '../world/teams.ts';

const HOUR = 3_600_000;

/** Registers the benchmarks, each with so many users whose teams and permissions are cached. */
export async function registerCopies(): Promise<void> {
  for (const count of [1_000, 5_000, 10_000]) {
    const cache = createSizedCache({ max: 100_000, maxBytes: 1_000_000_000 });
    const reads = createReads({ guardedSend: answer, cache, ttl: HOUR, staleMax: HOUR, timeout: HOUR });
    const users = Array.from({ length: count }, () => ({ id: randomUUID() }));
    for (const { id } of users) {
      const request = { id, token: id.repeat(20), isAnonymous: false, isRestricted: false, issuedAt: 0 };
      for (const kind of [TEAMS, TEAM_PERMISSIONS] as UserKind<unknown>[]) await reads.fetch(kind, request);
    }
    group(`${count} users`, () => {
      bench('dropTeam of an unknown team', () =>
        reads.copies.drop({ kind: 'team', teamId: randomUUID() }, 'here'),
      );
      bench('drop of an unknown user', () =>
        reads.copies.drop({ kind: 'user', userId: randomUUID() }, 'here'),
      );
    });
  }
}

/** What the provider would say of the caller. */
const answer: GuardedSend = async <T>({ name, path, method, parse, caller }: ProviderCall<T>) => {
  const user = { id: caller?.id ?? '' } as EmulatedUser;
  const items =
    name === 'teams'
      ? teamsOf(user).map(({ id, displayName }) => ({ id, display_name: displayName }))
      : teamsOf(user).flatMap((team) =>
          team.permissions.map((id) => ({ id, user_id: user.id, team_id: team.id })),
        );
  return { kind: 'ok', value: parse({ items }, { method, path, caller }) } satisfies Outcome<T>;
};
