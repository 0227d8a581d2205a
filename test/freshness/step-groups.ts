// Steps that follow each other where single steps in random order would rarely meet.
import fc from 'fast-check';
import { type Change, REDIS_TROUBLES, type RedisTrouble, type Step, type StepOf } from './steps.ts';
import { ASPECTS, type Aspect } from './subjects.ts';

/** By what an aspect is read, and what changes it. */
const CHANGED_BY: Readonly<Record<Aspect, readonly [StepOf<'hold'>['endpoint'], readonly Change[]]>> = {
  name: ['profile', ['rename']],
  image: ['profile', ['image']],
  selected: ['profile', ['select', 'renameTeam']],
  teams: ['teams', ['join', 'renameTeam']],
  right: ['project-permissions', ['grantRight']],
  teamRight: ['team-permissions', ['grantTeamRight', 'join']],
  member: ['teams', ['join']],
  guardedRight: ['project-permissions', ['grantRight']],
  guardedTeamRight: ['team-permissions', ['grantTeamRight']],
  publicName: ['user', ['rename']],
};

const GUARDED: readonly Aspect[] = ['member', 'guardedRight', 'guardedTeamRight'];

/** What the steps of a group are about; `replicas` are chosen from the first two. */
interface Theme {
  readonly aspect: Aspect;
  readonly replicas: readonly [number, number, number];
  readonly what: Change;
}

function theme(aspects: readonly Aspect[] = ASPECTS): fc.Arbitrary<Theme> {
  const replicas = fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1));
  return fc
    .record({ aspect: fc.constantFrom(...aspects), replicas, which: fc.nat(1) })
    .map(({ aspect, replicas: chosen, which }) => {
      const [, changes] = CHANGED_BY[aspect];
      return { aspect, replicas: chosen, what: changes[which % changes.length] ?? 'rename' };
    });
}

const ask = ({ aspect }: Theme, replica: number): Step => {
  return { kind: 'ask', user: 0, team: 0, token: 0, aspect, replica };
};
const change = ({ what }: Theme, tell: number): Step => ({ kind: 'change', what, user: 0, team: 0, tell });
const pass = (milliseconds: number): Step => ({ kind: 'pass', milliseconds });
const UNTOLD = -1;

/** A change that is told, and questions before and after it. */
const told = theme().map((chosen): readonly Step[] => {
  const [first, second, third] = chosen.replicas;
  return [ask(chosen, first), change(chosen, second), pass(1_000), ask(chosen, third)];
});

/** A change that is told while the answer to a question is held. */
const held = fc.tuple(theme(), fc.boolean()).map(([chosen, asksMeanwhile]): readonly Step[] => {
  const [first, second, third] = chosen.replicas;
  return [
    { kind: 'hold', endpoint: CHANGED_BY[chosen.aspect][0] },
    ask(chosen, first),
    change(chosen, second),
    ...(asksMeanwhile ? [ask(chosen, third)] : []),
    { kind: 'release' },
    pass(1_000),
    ask(chosen, first),
    ask(chosen, third),
  ];
});

/** A change that nothing tells of, and questions while copies grow old. */
const aging = fc
  .tuple(theme(), fc.constantFrom(1_000, 16_000, 29_000), fc.constantFrom(2_500, 16_000, 29_000, 31_000))
  .map(([chosen, before, after]): readonly Step[] => {
    const [first, second, third] = chosen.replicas;
    return [
      ask(chosen, first),
      change(chosen, UNTOLD),
      pass(before),
      ask(chosen, second),
      pass(after),
      ask(chosen, third),
    ];
  });

/** A change that nothing tells of but a new token. */
const renewed = theme().map((chosen): readonly Step[] => {
  const [first, second] = chosen.replicas;
  return [
    ask(chosen, first),
    change(chosen, UNTOLD),
    { kind: 'refresh', user: 0 },
    ask(chosen, second),
    pass(2_500),
    ask(chosen, first),
  ];
});

/** A right that is granted after a refusal, and of which nothing tells. */
const refused = theme(GUARDED).map((chosen): readonly Step[] => {
  const [first, second] = chosen.replicas;
  return [ask(chosen, first), change(chosen, UNTOLD), pass(6_000), ask(chosen, second)];
});

/** A change that is told while Redis is in trouble. */
function during(
  troubles: readonly RedisTrouble[],
  meanwhile: fc.Arbitrary<boolean> = fc.boolean(),
): fc.Arbitrary<readonly Step[]> {
  const chances = fc.tuple(theme(), fc.constantFrom(...troubles), fc.nat(1), meanwhile);
  return chances.map(([chosen, what, replica, asksMeanwhile]) => {
    const [first, second, third] = chosen.replicas;
    return [
      ask(chosen, first),
      ask(chosen, third),
      { kind: 'redis', trouble: what, replica },
      change(chosen, second),
      ...(asksMeanwhile ? [ask(chosen, second)] : []),
      { kind: 'redisWell' },
      pass(6_000),
      ask(chosen, first),
      ask(chosen, third),
    ];
  });
}

/** All groups. */
export const GROUPS = {
  ...{ told, held, aging, renewed, refused },
  trouble: during(REDIS_TROUBLES),
  cut: during(['cut']),
  refusing: during(['refuse'], fc.constant(true)),
} as const;

export type GroupName = keyof typeof GROUPS;
