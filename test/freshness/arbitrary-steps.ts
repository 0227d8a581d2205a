// How often each step is chosen, and which steps follow each other.
import fc from 'fast-check';
import {
  CHANGES,
  type Change,
  ENDPOINTS,
  MUTATIONS,
  REDIS_TROUBLES,
  type Step,
  type StepOf,
} from './steps.ts';
import { ASPECTS, type Aspect } from './subjects.ts';

const few = fc.nat(11);

function weighted(weight: number, arbitrary: fc.Arbitrary<Step>): fc.WeightedArbitrary<Step> {
  return { weight, arbitrary };
}

function of<Kind extends Step['kind']>(
  kind: Kind,
  fields: {
    readonly [Name in Exclude<keyof Extract<Step, { kind: Kind }>, 'kind'>]: fc.Arbitrary<
      Extract<Step, { kind: Kind }>[Name]
    >;
  },
): fc.Arbitrary<Step> {
  return fc.record({ kind: fc.constant(kind), ...fields }) as unknown as fc.Arbitrary<Step>;
}

/** How a run is composed. Troubles of Redis cost time: replicas reconnect by the clock of this machine. */
export interface StepWeights {
  readonly redis: number;
}

/** By what an aspect is read, and what changes it. */
const CHANGED_BY: Readonly<Record<Aspect, readonly [StepOf<'hold'>['endpoint'], readonly Change[]]>> = {
  name: ['profile', ['rename']],
  image: ['profile', ['image']],
  selected: ['profile', ['select', 'renameTeam', 'leave']],
  teams: ['teams', ['join', 'leave', 'renameTeam']],
  right: ['project-permissions', ['grantRight', 'revokeRight']],
  teamRight: ['team-permissions', ['grantTeamRight', 'revokeTeamRight', 'leave']],
  member: ['teams', ['join', 'leave']],
  guardedRight: ['project-permissions', ['grantRight', 'revokeRight']],
  guardedTeamRight: ['team-permissions', ['grantTeamRight', 'revokeTeamRight']],
  publicName: ['user', ['rename']],
};

/** A change of what was just asked for, and questions about it: while the answer is held, or after a while. */
const changeOfAnswer: fc.Arbitrary<readonly Step[]> = fc
  .record({
    aspect: fc.constantFrom(...ASPECTS),
    asked: few,
    tell: few,
    again: few,
    change: few,
    while: fc.nat(2),
  })
  .chain(({ aspect, asked, tell, again, change, while: held }) => {
    const [endpoint, changes] = CHANGED_BY[aspect];
    const question = { kind: 'ask', user: 0, team: 0, token: 0, aspect } as const;
    const what = changes[change % changes.length] ?? 'rename';
    const changed: Step = { kind: 'change', what, user: 0, team: 0, tell };
    const asksAgain: Step = { ...question, replica: again };
    return fc.constant<readonly Step[]>(
      held > 0
        ? [
            { kind: 'hold', endpoint },
            { ...question, replica: asked },
            changed,
            ...(held === 1 ? [asksAgain] : []),
            { kind: 'release' },
            { ...question, replica: again + 1 },
            asksAgain,
          ]
        : [{ ...question, replica: asked }, changed, { kind: 'pass', milliseconds: 1_000 }, asksAgain],
    );
  });

/** Steps in any order. */
export function arbitrarySteps({ redis }: StepWeights): fc.Arbitrary<readonly Step[]> {
  const step = fc.oneof(
    weighted(
      50,
      of('ask', {
        replica: few,
        // Most questions are of one user, so that steps concern each other.
        user: fc.constantFrom(0, 0, 0, 1),
        team: fc.constantFrom(0, 0, 1),
        aspect: fc.constantFrom(...ASPECTS),
        token: fc.constantFrom(0, 0, 0, 1, 2),
      }),
    ),
    weighted(
      16,
      of('change', {
        what: fc.constantFrom(...CHANGES.slice(0, -2), ...CHANGES.slice(0, -2), ...CHANGES),
        user: fc.constantFrom(0, 0, 0, 1),
        team: fc.constantFrom(0, 0, 1),
        tell: fc.constantFrom(-1, -1, 0, 1, 2),
      }),
    ),
    weighted(
      5,
      of('mutate', {
        what: fc.constantFrom(...MUTATIONS),
        user: fc.constantFrom(0, 0, 0, 1),
        team: fc.constantFrom(0, 1),
        replica: few,
      }),
    ),
    weighted(8, of('deliver', { event: few, replica: few })),
    weighted(1, of('again', { event: few, replica: few })),
    weighted(1, of('lose', { event: few })),
    weighted(5, of('hold', { endpoint: fc.constantFrom(...ENDPOINTS) })),
    weighted(5, of('release', {})),
    weighted(
      10,
      of('pass', {
        milliseconds: fc.constantFrom(0, 1, 300, 900, 1_000, 1_500, 2_500, 6_000, 16_000, 29_000, 31_000),
      }),
    ),
    weighted(4, of('refresh', { user: fc.constantFrom(0, 0, 1) })),
    weighted(2, of('clock', { replica: few, offset: fc.constantFrom(0, -180_000, 120_000, -1_000) })),
    weighted(1, of('fail', { endpoint: fc.constantFrom(...ENDPOINTS) })),
    weighted(1, of('heal', {})),
    ...(redis > 0
      ? [
          weighted(redis, of('redis', { trouble: fc.constantFrom(...REDIS_TROUBLES), replica: few })),
          weighted(redis, of('redisWell', {})),
        ]
      : []),
  );
  const some = fc.oneof(
    { weight: 7, arbitrary: step.map((one): readonly Step[] => [one]) },
    { weight: 2, arbitrary: changeOfAnswer },
  );
  return fc.array(some, { minLength: 10, maxLength: 60, size: 'max' }).map((groups) => groups.flat());
}
