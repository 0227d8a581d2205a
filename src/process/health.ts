// Readiness and degradation. A degraded replica stays ready: it still serves, and another one would be degraded as well.
import type { KeySet } from '../auth/key-set.ts';
import type { Breaker } from '../provider/resilience/breaker.ts';
import type { Store } from '../store/store.ts';
import type { ProviderAcceptance } from './provider-acceptance.ts';

/**
 * Keys that could not be refreshed, a breaker that is not closed, a provider that refuses our keys or our project, one that
 * has no keys to fetch because it does not know the project, and a Redis that does not answer in time.
 */
export type Degradation =
  | 'keys-stale'
  | 'breaker-open'
  | 'provider-refuses-us'
  | 'project-unknown'
  | 'redis-down';

/** `starting` until there are keys, `draining` once the process is shutting down. */
export interface Readiness {
  readonly status: 'starting' | 'ready' | 'draining';
  readonly degraded: readonly Degradation[];
}

/** The health of the process. */
export interface Health {
  readiness(): Readiness;
  /** From now on readiness is `draining`. Requests that still arrive are served. */
  drain(): void;
  /** Calls `listener` when draining begins, at once if it has begun. */
  onDrain(listener: () => void): void;
}

/** What health is read from. */
export interface HealthOptions {
  readonly keys: Pick<KeySet, 'state'>;
  readonly breaker: Pick<Breaker, 'state'>;
  readonly acceptance: ProviderAcceptance;
  readonly store?: Pick<Store, 'state'> | undefined;
}

/** Creates the health of the process. */
export function createHealth({ keys, breaker, acceptance, store }: HealthOptions): Health {
  let draining = false;
  const listeners: (() => void)[] = [];
  return {
    readiness() {
      const { age, failing, projectUnknown } = keys.state();
      const degraded: Degradation[] = [];
      if (age !== undefined && failing) degraded.push('keys-stale');
      if (breaker.state !== 'closed') degraded.push('breaker-open');
      if (acceptance.isRefused) degraded.push('provider-refuses-us');
      if (projectUnknown) degraded.push('project-unknown');
      if (store && store.state !== 'up') degraded.push('redis-down');
      if (draining) return { status: 'draining', degraded };
      return { status: age === undefined ? 'starting' : 'ready', degraded };
    },
    drain() {
      if (draining) return;
      draining = true;
      for (const listener of listeners) listener();
    },
    onDrain(listener) {
      if (draining) listener();
      else listeners.push(listener);
    },
  };
}
