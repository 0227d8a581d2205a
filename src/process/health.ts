// Whether this process should be given requests, and what ails it. What ails alone takes no replica out: it still
// serves, and another one would not do better.
import type { KeySet } from '../auth/key-set.ts';
import type { Events } from '../core/events.ts';
import type { Breaker } from '../provider/resilience/breaker.ts';

/** What can ail: keys that could not be refreshed, a breaker that is open, a provider that refuses our secret or project. */
export type Degradation = 'keys-stale' | 'breaker-open' | 'provider-refuses-us';

/** `starting` until there are keys, `draining` towards the end. */
export interface Readiness {
  readonly status: 'starting' | 'ready' | 'draining';
  readonly degraded: readonly Degradation[];
}

/** The health of the process. */
export interface Health {
  readiness(): Readiness;
  /** From now on, says to be given no more requests. Those that come are served. */
  drain(): void;
}

/** What is looked at. */
export interface HealthOptions {
  readonly keys: Pick<KeySet, 'state'>;
  readonly breaker: Pick<Breaker, 'state'>;
  readonly events: Events;
}

/** Makes the view on the health of the process. */
export function createHealth({ keys, breaker, events }: HealthOptions): Health {
  let draining = false;
  let refused = false;
  events.subscribe((event) => {
    if (event.kind !== 'profile-call') return;
    // A provider in trouble says nothing of our keys: only an answer about the user shows that they are good.
    if (event.outcome === 'refused') refused = true;
    else if (event.outcome === 'profile' || event.outcome === 'gone') refused = false;
  });
  return {
    readiness() {
      const { age, failing } = keys.state();
      const degraded: Degradation[] = [];
      if (age !== undefined && failing) degraded.push('keys-stale');
      if (breaker.state !== 'closed') degraded.push('breaker-open');
      if (refused) degraded.push('provider-refuses-us');
      if (draining) return { status: 'draining', degraded };
      return { status: age === undefined ? 'starting' : 'ready', degraded };
    },
    drain() {
      draining = true;
    },
  };
}
