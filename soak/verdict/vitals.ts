// How the server's process does: its memory and its event loop, measured as Prometheus would.
import { type Scrape, scrape } from '../../test/support/scrape.ts';

/** One look. `at` is in seconds since the start, memory in MiB, lag in milliseconds. */
export interface Look {
  readonly at: number;
  readonly rss: number;
  readonly heap: number;
  readonly lagP99: number;
  readonly lagMax: number;
  readonly openFiles: number;
}

/** What becomes of memory: MiB a minute, and from where to where. */
export interface Trend {
  readonly perMinute: number;
  readonly from: number;
  readonly to: number;
}

const MIB = 1024 * 1024;

/** Takes a look at the server. */
export async function lookAt(metricsUrl: string, at: number): Promise<Look> {
  const { value } = await scrape(metricsUrl);
  return {
    at,
    rss: value('process_resident_memory_bytes') / MIB,
    heap: value('nodejs_heap_size_used_bytes') / MIB,
    lagP99: value('nodejs_eventloop_lag_p99_seconds') * 1000,
    lagMax: value('nodejs_eventloop_lag_max_seconds') * 1000,
    openFiles: value('process_open_fds'),
  };
}

/**
 * The trend of a figure after the warm-up: of the least in each of ten stretches, which is what is left when garbage has
 * just been collected, the median of all slopes. Throws where there is too little to see one.
 */
export function trendOf(looks: readonly Look[], figure: 'rss' | 'heap'): Trend {
  const last = looks.at(-1)?.at ?? 0;
  const warm = looks.filter(({ at }) => at > Math.min(60, last / 3));
  const size = Math.floor(warm.length / 10);
  if (size < 1) throw new Error('There are too few looks to see a trend');
  const points = Array.from({ length: 10 }, (_, index) => {
    const stretch = warm.slice(index * size, (index + 1) * size);
    return {
      at: stretch.reduce((sum, { at }) => sum + at, 0) / size,
      least: Math.min(...stretch.map((look) => look[figure])),
    };
  });
  const slopes = points.flatMap((one, index) =>
    points.slice(index + 1).map((other) => ((other.least - one.least) / (other.at - one.at)) * 60),
  );
  return {
    perMinute: quantile(slopes, 0.5),
    from: points[0]?.least ?? 0,
    to: points.at(-1)?.least ?? 0,
  };
}

/** How many of all requests the server has answered within a time, as it measures itself: by seconds, a share. */
export function sharesWithin({ value }: Scrape, times: readonly number[]): ReadonlyMap<number, number> {
  const name = 'graphql_request_duration_seconds';
  const all = value(`${name}_count`);
  return new Map(times.map((time) => [time, value(`${name}_bucket`, { le: String(time) }) / all]));
}

/** The value below which this share of the values lies; 0 where there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
