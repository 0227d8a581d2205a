// Faults of a replica by itself.
import type { Services } from '../../src/process/services.ts';
import { type RunningCall, RunningCalls } from '../../src/provider/cache/running-calls.ts';
import type { CallerRequest } from '../../src/provider/send.ts';
import { type Faults, type Planted, replace } from './fault.ts';

type Reads = Services['reads'];
type Drop = Reads['copies']['drop'];

/** Replicas whose reads are changed. */
function withReads(change: (reads: Reads) => void): Planted {
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
function withDrop(change: (drop: Drop) => Drop): Planted {
  return withReads(({ copies }) => void replace(copies, 'drop', (drop) => change(drop.bind(copies))));
}

/** Replicas that read for another request than they were asked for. */
function withRequest(change: (request: CallerRequest) => CallerRequest): Planted {
  return withReads((reads) => {
    replace(reads, 'fresh', (fresh) => (kind, request) => fresh.call(reads, kind, change(request)) as never);
    replace(reads, 'fetch', (fetch) => (kind, request) => fetch.call(reads, kind, change(request)) as never);
  });
}

/** Running calls that a drop leaves in part as they are. */
function withDetach(change: (running: RunningCall<unknown>) => void): Planted {
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

/** By what is wrong. */
export const FAULTS_OF_ONE: Faults = {
  'a copy that is kept past its time': { foundBy: 'aging', fleet: { env: { PROFILE_CACHE_TTL: '40' } } },
  'a fetch that writes after an eviction': {
    foundBy: 'held',
    ...withDetach((running) => {
      running.shared = undefined;
    }),
  },
  'a request that joins a call from before an eviction': {
    foundBy: 'held',
    ...withDetach((running) => {
      running.isKept = false;
    }),
  },
  'an event that drops the wrong kinds': {
    foundBy: 'told',
    ...withDrop(
      (drop) => (change, source) =>
        drop(change.kind === 'user' && !change.copies ? { ...change, copies: ['profile'] } : change, source),
    ),
  },
  'an event of a team that drops nothing': {
    foundBy: 'told',
    ...withDrop((drop) => (change, source) => {
      if (change.kind !== 'team') drop(change, source);
    }),
  },
  "an event that drops another user's copies": {
    foundBy: 'told',
    ...withDrop(
      (drop) => (change, source) =>
        drop(
          change.kind === 'user' ? { ...change, userId: change.userId.replace(/^./, 'x') } : change,
          source,
        ),
    ),
  },
  "another user's copy": { foundBy: 'told', ...withRequest(createMixUp()) },
  'a copy that is older than the token': {
    foundBy: 'renewed',
    ...withRequest((request) => ({ ...request, issuedAt: 0 })),
  },
  'a scope that refuses by an old copy': {
    foundBy: 'refused',
    ...withReads((reads) => void replace(reads, 'recheck', () => () => undefined)),
  },
};
