// Counting, faults and gates: what happens to each request before and after its route.
import { setMaxListeners } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { MiddlewareHandler } from 'hono';
import { decodeJwt } from 'jose';
import { ENDPOINTS, type Endpoint, endpointOf } from './endpoint.ts';
import { type AnsweringFault, answerWithFault, type Fault } from './fault.ts';
import { createGate, type Gate, type GateKeeper } from './gate.ts';
import type { Provider } from './provider.ts';
import { type EmulatorContext, type EmulatorEnv, readHeader } from './request.ts';

/** The number of requests that arrived, whatever the answer was. */
export type Calls = Readonly<Record<Endpoint | 'total', number>>;

/** What a fault or a gate applies to. */
export type Target = Endpoint | 'all';

/** An active fault with its target. */
export interface SetFault {
  readonly target: Target;
  readonly fault: Fault;
  /** The fault applies to requests with an access token of this user alone. */
  readonly userId?: string;
}

/** Counts requests, and applies faults and gates to them. */
export interface Traffic {
  calls(): Calls;
  resetCalls(): void;
  /** Holds back the answers of an endpoint. */
  hold(target: Target): Gate;
  /**
   * Makes an endpoint fail, for all requests or for one user. The newest fault applies; one on the endpoint has precedence
   * over one on `all`. Returns a function that removes the fault.
   */
  fail(target: Target, fault: Fault, options?: Pick<SetFault, 'userId'>): () => void;
  /** The active faults, the newest last. */
  faults(): readonly SetFault[];
  /** Removes all faults and releases all gates. */
  clearFaults(): void;
  /** Does the same, and ends the delay of slow answers. */
  stop(): void;
  readonly middleware: (provider: Provider) => MiddlewareHandler<EmulatorEnv>;
}

/** Creates traffic control without faults and gates. */
export function createTraffic(): Traffic {
  let counts = new Map<Endpoint, number>();
  let faults: readonly SetFault[] = [];
  const gates = new Map<Target, GateKeeper>();
  const stopped = new AbortController();
  // Each slow request adds a listener.
  setMaxListeners(0, stopped.signal);

  const faultOn = (endpoint: Endpoint, c: EmulatorContext): Fault | undefined => {
    const userId = faults.some((each) => each.userId !== undefined) ? userOf(c) : undefined;
    const applying = faults.filter((each) => each.userId === undefined || each.userId === userId);
    const on = (target: Target) => applying.findLast((each) => each.target === target);
    return (on(endpoint) ?? on('all'))?.fault;
  };
  const clearFaults = (): void => {
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
    fail(target, fault, options = {}) {
      const entry = { target, fault, ...options };
      faults = [...faults, entry];
      return () => {
        faults = faults.filter((each) => each !== entry);
      };
    },
    faults: () => faults,
    clearFaults,
    stop() {
      clearFaults();
      stopped.abort();
    },
    middleware: (provider) => async (c, next) => {
      const endpoint = endpointOf(c.req.method, c.req.path);
      counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
      const found = faultOn(endpoint, c);
      const fault = found && appliesTo(found, c.req.method) ? found : undefined;
      const gate = gates.get(endpoint) ?? gates.get('all');
      if (fault?.kind === 'slow')
        await setTimeout(fault.ms, undefined, { signal: stopped.signal }).catch(() => {});
      if (!replacesAnswer(fault)) await next();
      await gate?.pass(c.env.outgoing);
      return replacesAnswer(fault) ? answerWithFault(c, fault, provider) : undefined;
    },
  };
}

/** The user of the access token, which nothing has verified yet. */
function userOf(c: EmulatorContext): string | undefined {
  try {
    return decodeJwt(readHeader(c, 'access-token') ?? '').sub;
  } catch {
    return undefined;
  }
}

const ANSWERS: readonly Fault['kind'][] = ['status', 'garbage', 'body', 'otherUser'];

/** A preflight is answered as without such a fault: otherwise a browser would not send the request that is to fail. */
function appliesTo({ kind }: Fault, method: string): boolean {
  return method !== 'OPTIONS' || !ANSWERS.includes(kind);
}

function replacesAnswer(fault: Fault | undefined): fault is AnsweringFault {
  return fault !== undefined && fault.kind !== 'slow';
}

function tally(counts: ReadonlyMap<Endpoint, number>): Calls {
  const of = (endpoint: Endpoint) => counts.get(endpoint) ?? 0;
  const byEndpoint = Object.fromEntries(ENDPOINTS.map((each) => [each, of(each)])) as Record<
    Endpoint,
    number
  >;
  return { ...byEndpoint, total: ENDPOINTS.reduce((sum, endpoint) => sum + of(endpoint), 0) };
}
