// The steps of a model run. Numbers are taken modulo what there is.
import type { Aspect } from './subjects.ts';

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
export const REDIS_TROUBLES = ['flush', 'full', 'pause', 'stop', 'cut', 'hold', 'refuse'] as const;

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
