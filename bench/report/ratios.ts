// What our own server is to reach beside others, or beside itself in another workload.
import type { Place } from './summary.ts';

/** A ratio within each round. A `rate` must be at least the limit, `cpu` at most. */
export interface WantedRatio {
  readonly what: string;
  readonly of: Place;
  readonly to: Place;
  readonly by: 'rate' | 'cpu';
  readonly limit: number;
}

/** By workload, in the order of the workloads. */
export const WANTED_RATIOS: readonly WantedRatio[] = [
  rate('w1', 'Yoga + plugin-jwt', ['ours', 'yoga-jwt'], 10),
  rate('w1', 'Mercurius, neither with a log', ['ours', 'mercurius'], 1),
  rate('w1', 'Mercurius, both with a log', ['ours-log', 'mercurius-log'], 1),
  rate('w1', 'Mercurius, both with a log and limits', ['ours-log', 'mercurius-log-limits'], 1),
  {
    ...rate('w1', '', ['ours-bun', 'mercurius'], 2),
    what: 'w1 on Bun: requests per second against Mercurius on Node',
  },
  cpu('w1 with 1 % of requests traced', ['ours-traced', 'w1'], ['ours', 'w1'], 1.1),
  cpu('w1 with Redis', ['ours-redis', 'w1'], ['ours', 'w1'], 1.03),
  rate('w2', 'Yoga + plugin-jwt', ['ours', 'yoga-jwt'], 2.5),
  rate('w2', 'the floor with jose', ['ours', 'floor-token-cache'], 0.75),
  rate('w3', 'Yoga + plugin-jwt', ['ours', 'yoga-jwt'], 7),
  rate('w3', 'Mercurius with undici', ['ours', 'mercurius'], 1),
  rate('w3-20ms', 'the floor', ['ours', 'floor-token-cache'], 0.85),
  cpu('w3-cached', ['ours', 'w3-cached'], ['ours', 'w1'], 1.2),
  rate('w4-garbage', 'Yoga + plugin-jwt', ['ours', 'yoga-jwt'], 4),
  rate('w4-garbage', 'the floor', ['ours', 'floor-token-cache'], 0.9),
  cpu('w5', ['ours', 'w5'], ['ours', 'w1'], 1.5),
];

/** Whether one of the ratios needs this server in this workload. */
export function carriesTarget({ peer, workload }: Place): boolean {
  return WANTED_RATIOS.some(({ of, to }) =>
    [of, to].some((place) => place.peer === peer && place.workload === workload),
  );
}

function rate(
  workload: string,
  against: string,
  [own, other]: readonly [string, string],
  limit: number,
): WantedRatio {
  return {
    what: `${workload}: requests per second against ${against}`,
    of: { peer: own, workload },
    to: { peer: other, workload },
    by: 'rate',
    limit,
  };
}

function cpu(
  what: string,
  of: readonly [string, string],
  to: readonly [string, string],
  limit: number,
): WantedRatio {
  const place = ([peer, workload]: readonly [string, string]): Place => ({ peer, workload });
  return { what: `${what}: CPU of a request against w1`, of: place(of), to: place(to), by: 'cpu', limit };
}
