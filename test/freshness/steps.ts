// The steps of a model run, and how often each is chosen. Numbers are taken modulo what there is.
import fc from 'fast-check';
import { ASPECTS, type Aspect } from './subjects.ts';

/** Changes at the provider that no replica knows of. */
export const CHANGES = [
  'rename',
  'image',
  'select',
  'renameTeam',
  'join',
  'leave',
  'grantTeamRight',
  'revokeTeamRight',
  'grantRight',
  'revokeRight',
  'deleteTeam',
  'deleteUser',
] as const;

/** A change at the provider. */
export type Change = (typeof CHANGES)[number];

/** Changes by a replica. */
export const MUTATIONS = ['rename', 'select', 'renameTeam', 'leave'] as const;

/** Endpoints of the provider whose answers are held back, and that fail. */
export const ENDPOINTS = ['profile', 'user', 'teams', 'team-permissions', 'project-permissions'] as const;

/** What can happen to Redis. */
export const REDIS_TROUBLES = ['flush', 'full', 'pause', 'stop', 'cut', 'hold'] as const;

export type RedisTrouble = (typeof REDIS_TROUBLES)[number];

/** One step. */
export type Step =
  | {
      readonly kind: 'ask';
      readonly replica: number;
      readonly user: number;
      readonly team: number;
      readonly aspect: Aspect;
      /** Which token of the user: 0 is the newest. */
      readonly token: number;
    }
  | {
      readonly kind: 'change';
      readonly what: Change;
      readonly user: number;
      readonly team: number;
      /** Whether its events are delivered at once, and to which replica. */
      readonly tell: number;
    }
  | {
      readonly kind: 'mutate';
      readonly what: (typeof MUTATIONS)[number];
      readonly user: number;
      readonly team: number;
      readonly replica: number;
    }
  | { readonly kind: 'deliver'; readonly event: number; readonly replica: number }
  | { readonly kind: 'again'; readonly event: number; readonly replica: number }
  | { readonly kind: 'lose'; readonly event: number }
  | { readonly kind: 'hold'; readonly endpoint: (typeof ENDPOINTS)[number] }
  | { readonly kind: 'release' }
  | { readonly kind: 'pass'; readonly milliseconds: number }
  | { readonly kind: 'refresh'; readonly user: number }
  | { readonly kind: 'clock'; readonly replica: number; readonly offset: number }
  | { readonly kind: 'fail'; readonly endpoint: (typeof ENDPOINTS)[number] }
  | { readonly kind: 'heal' }
  | { readonly kind: 'redis'; readonly trouble: RedisTrouble; readonly replica: number }
  | { readonly kind: 'redisWell' };

/** The steps of these kinds. */
export type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

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

/** Steps in any order. */
export function arbitrarySteps({ redis }: StepWeights): fc.Arbitrary<Step[]> {
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
  return fc.array(step, { minLength: 20, maxLength: 120, size: 'max' });
}
