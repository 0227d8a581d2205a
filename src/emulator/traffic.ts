import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { MiddlewareHandler } from 'hono';
import { ENDPOINTS, type Endpoint, endpointOf } from './endpoint.ts';
import { type AnsweringFault, commit, type Fault } from './fault.ts';
import { createGate, type Gate, type GateKeeper } from './gate.ts';
import type { Provider } from './provider.ts';
import type { EmulatorEnv } from './request.ts';

/** How many requests arrived, whatever became of them. */
export type Calls = Readonly<Record<Endpoint | 'total', number>>;

/** Where a fault or a hold applies. */
export type Target = Endpoint | 'all';

/** A fault, and where it was set. */
export interface SetFault {
  readonly target: Target;
  readonly fault: Fault;
}

/** What arrives, and what is done to it: counting, faults, holds. */
export interface Traffic {
  calls(): Calls;
  resetCalls(): void;
  /** Holds the answers of an endpoint back. */
  hold(target: Target): Gate;
  /** Makes an endpoint fail; the newest fault counts, one on the endpoint before one on `all`. Returns its end. */
  fail(target: Target, fault: Fault): () => void;
  /** The faults in force, the newest last. */
  faults(): readonly SetFault[];
  /** Ends all faults and holds. */
  heal(): void;
  /** Heals, and wakes whatever is slow. */
  stop(): void;
  readonly middleware: (provider: Provider) => MiddlewareHandler<EmulatorEnv>;
}

/** Makes traffic that flows freely. */
export function createTraffic(): Traffic {
  let counts = new Map<Endpoint, number>();
  let faults: readonly SetFault[] = [];
  const gates = new Map<Target, GateKeeper>();
  const stopped = new AbortController();
  // Each request that is slow waits for it.
  setMaxListeners(0, stopped.signal);

  const faultOn = (endpoint: Endpoint): Fault | undefined =>
    (faults.findLast((each) => each.target === endpoint) ?? faults.findLast((each) => each.target === 'all'))
      ?.fault;
  const heal = (): void => {
    faults = [];
    for (const gate of [...gates.values()]) gate.release();
  };

  return {
    calls: () => tally(counts),
    resetCalls() {
      counts = new Map();
    },
    hold(target) {
      gates.get(target)?.release();
      const gate = createGate(() => gates.delete(target));
      gates.set(target, gate);
      return gate;
    },
    fail(target, fault) {
      const entry = { target, fault };
      faults = [...faults, entry];
      return () => {
        faults = faults.filter((each) => each !== entry);
      };
    },
    faults: () => faults,
    heal,
    stop() {
      heal();
      stopped.abort();
    },
    middleware: (provider) => async (c, next) => {
      const endpoint = endpointOf(c.req.method, c.req.path);
      counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
      const fault = faultOn(endpoint);
      const gate = gates.get(endpoint) ?? gates.get('all');
      if (fault?.kind === 'slow')
        await setTimeout(fault.ms, undefined, { signal: stopped.signal }).catch(() => {});
      if (!answers(fault)) await next();
      await gate?.pass(c.env.outgoing);
      return answers(fault) ? commit(c, fault, provider) : undefined;
    },
  };
}

function answers(fault: Fault | undefined): fault is AnsweringFault {
  return fault !== undefined && fault.kind !== 'slow';
}

function tally(counts: ReadonlyMap<Endpoint, number>): Calls {
  const of = (endpoint: Endpoint) => counts.get(endpoint) ?? 0;
  return {
    jwks: of('jwks'),
    profile: of('profile'),
    user: of('user'),
    refresh: of('refresh'),
    'sign-up': of('sign-up'),
    sessions: of('sessions'),
    project: of('project'),
    other: of('other'),
    total: ENDPOINTS.reduce((sum, endpoint) => sum + of(endpoint), 0),
  };
}
