// What happens, told by those to whom it happens to those who count and log it. Nothing in it names a user or a secret.

/** Something that happened. Durations are in seconds. */
export type TelemetryEvent =
  | {
      readonly kind: 'request';
      readonly status: number;
      readonly codes: readonly string[];
      readonly seconds: number;
    }
  /** A request went the short way for prepared operations. */
  | { readonly kind: 'prepared' }
  | { readonly kind: 'token-refused'; readonly reason: string }
  | { readonly kind: 'rate-limited'; readonly budget: 'user' | 'address' }
  | { readonly kind: 'keys'; readonly outcome: 'fetched' | 'failed' }
  /** How a profile was had: out of the cache, by a call of one's own, or by one that was under way. */
  | { readonly kind: 'profile'; readonly from: 'fresh' | 'stale' | 'call' | 'shared' }
  | { readonly kind: 'profile-call'; readonly outcome: string; readonly seconds: number }
  | { readonly kind: 'breaker'; readonly state: 'closed' | 'open' | 'half-open' }
  /** The provider's clock and ours differ by so much. */
  | { readonly kind: 'clock'; readonly offBy: number };

/** Takes note of an event. Never throws, and never waits. */
export type Observe = (event: TelemetryEvent) => void;

/** Tells nobody. */
export const unobserved: Observe = () => {};

/** Events, for whoever listens. */
export interface Telemetry {
  readonly observe: Observe;
  subscribe(listener: Observe): void;
}

/** Makes a telemetry that nobody listens to yet. */
export function createTelemetry(): Telemetry {
  const listeners: Observe[] = [];
  return {
    observe(event) {
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.push(listener);
    },
  };
}
