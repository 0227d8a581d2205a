// Faults that are planted into replicas: each breaks one rule, and the model checker must find it.

import type { Services } from '../../src/process/services.ts';
import { type RunningCall, RunningCalls } from '../../src/provider/cache/running-calls.ts';
import type { CallerRequest } from '../../src/provider/send.ts';
import type { FleetOptions } from './fleet.ts';

/** A fault: settings of the fleet, and what plants it outside of the replicas. */
export interface Fault {
  readonly fleet?: Partial<FleetOptions>;
  /** Returns what removes it. */
  readonly plant?: () => () => void;
}

type Reads = Services['reads'];
type Drop = Reads['copies']['drop'];

/** Replaces a method until the returned function is called. */
function replace<T extends object, K extends keyof T>(
  owner: T,
  name: K,
  by: (own: T[K]) => T[K],
): () => void {
  const own = owner[name];
  owner[name] = by(own);
  return () => {
    owner[name] = own;
  };
}

/** Replicas whose reads are changed. */
function withReads(change: (reads: Reads) => void): Fault {
  return {
    fleet: {
      plant: (services) => {
        change(services.reads);
        return services;
      },
    },
  };
}

/** Replicas whose drops are changed. */
function withDrop(change: (drop: Drop) => Drop): Fault {
  return withReads(({ copies }) => void replace(copies, 'drop', (drop) => change(drop.bind(copies))));
}

/** Replicas that read for another request than they were asked for. */
function withRequest(change: (request: CallerRequest) => CallerRequest): Fault {
  return withReads((reads) => {
    replace(reads, 'fresh', (fresh) => (kind, request) => fresh.call(reads, kind, change(request)) as never);
    replace(reads, 'fetch', (fetch) => (kind, request) => fetch.call(reads, kind, change(request)) as never);
  });
}

/** Running calls that a drop leaves in part as they are. */
function withDetach(change: (running: RunningCall<unknown>) => void): Fault {
  return {
    plant: () =>
      replace(
        RunningCalls.prototype,
        'detach',
        (detach) =>
          function (this: RunningCalls, matches) {
            detach.call(this, (running) => {
              if (matches(running)) change(running);
              return false;
            });
          },
      ),
  };
}

/** The request before, of another user. */
function createMixUp(): (request: CallerRequest) => CallerRequest {
  let last: CallerRequest | undefined;
  return (request) => {
    const other = last;
    last = request;
    return other ?? request;
  };
}

/** Faults of a replica by itself. */
export const FAULTS_OF_ONE: Readonly<Record<string, Fault>> = {
  'a copy that is kept past its time': { fleet: { env: { PROFILE_CACHE_TTL: '40' } } },
  'a fetch that writes after an eviction': withDetach((running) => {
    running.shared = undefined;
  }),
  'a request that joins a call from before an eviction': withDetach((running) => {
    running.isKept = false;
  }),
  'an event that drops the wrong kinds': withDrop(
    (drop) => (change, source) =>
      drop(change.kind === 'user' && !change.copies ? { ...change, copies: ['profile'] } : change, source),
  ),
  'an event of a team that drops nothing': withDrop((drop) => (change, source) => {
    if (change.kind !== 'team') drop(change, source);
  }),
  "an event that drops another user's copies": withDrop(
    (drop) => (change, source) =>
      drop(change.kind === 'user' ? { ...change, userId: change.userId.replace(/^./, 'x') } : change, source),
  ),
  "another user's copy": withRequest(createMixUp()),
  'a copy that is older than the token': withRequest((request) => ({ ...request, issuedAt: 0 })),
  'a scope that refuses by an old copy': withReads(
    (reads) => void replace(reads, 'recheck', () => () => undefined),
  ),
};
