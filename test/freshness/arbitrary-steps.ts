// How often each step is chosen, and which steps follow each other.
import fc from 'fast-check';
import { GROUPS, type GroupName } from './step-groups.ts';
import { CHANGES, ENDPOINTS, MUTATIONS, REDIS_TROUBLES, type Step } from './steps.ts';
import { ASPECTS } from './subjects.ts';

const USUAL: readonly GroupName[] = ['told', 'held', 'aging', 'renewed', 'refused'];

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
  /** The only group of steps that is wanted, beside few others. */
  readonly focus?: GroupName | undefined;
}

/** Steps in any order. */
export function arbitrarySteps({ redis, focus }: StepWeights): fc.Arbitrary<readonly Step[]> {
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
  const groups = focus === undefined ? [...USUAL, ...(redis > 0 ? (['trouble'] as const) : [])] : [focus];
  const some = fc.oneof(
    { weight: focus === undefined ? 12 : 2, arbitrary: step.map((one): readonly Step[] => [one]) },
    ...groups.map((name) => ({ weight: name === 'trouble' ? 1 : 2, arbitrary: GROUPS[name] })),
  );
  return fc.array(some, { minLength: 10, maxLength: 50, size: 'max' }).map((all) => all.flat());
}
