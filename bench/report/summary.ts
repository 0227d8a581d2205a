// Rounds summed up: medians for each server and workload, and ratios taken within each round.
import type { Peer } from '../peers/peers.ts';
import type { Fault, Round, Start } from '../run/rounds.ts';

/** A server in a workload. */
export interface Place {
  readonly peer: string;
  readonly workload: string;
}

/** One server in one workload: medians of its rounds. */
export interface Row extends Place {
  readonly rounds: number;
  /** Requests per second. */
  readonly rate: number;
  readonly cpuMicros: number | undefined;
  /** Half the distance between the cheapest and the dearest round, as a part of the median of the CPU. */
  readonly spread: number | undefined;
  readonly p50: number;
  readonly p99: number;
  /** The largest of all rounds. */
  readonly rssMiB: number | undefined;
  readonly serverShare: number | undefined;
  readonly loadShare: number;
}

/** All of a run, ready to be written down. */
export interface Summary {
  readonly peers: readonly Pick<Peer, 'name' | 'title' | 'server' | 'setting'>[];
  readonly rows: readonly Row[];
  /** Those of servers without a fault. */
  readonly rounds: readonly Round[];
  readonly faults: readonly Fault[];
  /** Milliseconds until each server took connections: the median of its starts. */
  readonly startedIn: Readonly<Record<string, number>>;
}

/** Sums up a run. A server with a fault has no row for that workload. */
export function summarise({
  peers,
  rounds: all,
  faults,
  starts,
}: {
  readonly peers: readonly Peer[];
  readonly rounds: readonly Round[];
  readonly faults: readonly Fault[];
  readonly starts: readonly Start[];
}): Summary {
  const rounds = all.filter((round) => !faults.some((fault) => isAt(round, fault)));
  const workloadNames = [...new Set(rounds.map(({ workload }) => workload))];
  const rows = workloadNames.flatMap((workload) =>
    peers.flatMap(({ name }) => {
      const own = rounds.filter((round) => isAt(round, { peer: name, workload }));
      return own.length === 0 ? [] : [toRow({ peer: name, workload }, own)];
    }),
  );
  const startedIn = Object.fromEntries(
    peers.flatMap(({ name }) => {
      const own = starts.flatMap((start) => (start.peer === name ? start.startedIn : []));
      return own.length === 0 ? [] : [[name, median(own)]];
    }),
  );
  const present = peers
    .filter(({ name }) => rows.some(({ peer }) => peer === name))
    .map(({ name, title, server, setting }) => ({ name, title, server, setting }));
  return { peers: present, rows, rounds, faults, startedIn };
}

/** The row of a server in a workload, where there is one. */
export function findRow({ rows }: Pick<Summary, 'rows'>, workload: string, peer: string): Row | undefined {
  return rows.find((row) => isAt(row, { peer, workload }));
}

/** How many times the rate, or the CPU, of the other: the median of the ratios within each round that both took part in. */
export function ratio(
  { rounds }: Pick<Summary, 'rounds'>,
  { of, to, by }: { readonly of: Place; readonly to: Place; readonly by: 'rate' | 'cpu' },
): number | undefined {
  const figureOf = (round: Round) => (by === 'rate' ? rateOf(round) : round.cpuMicros);
  const others = rounds.filter((round) => isAt(round, to));
  const ratios = rounds
    .filter((round) => isAt(round, of))
    .flatMap((one) => {
      const other = others.find(({ round, together }) => round === one.round && together === one.together);
      const [mine, theirs] = [figureOf(one), other && figureOf(other)];
      return mine && theirs ? [mine / theirs] : [];
    });
  return ratios.length === 0 ? undefined : median(ratios);
}

/** The middle value, or the mean of the two in the middle; `NaN` of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

function toRow(place: Place, own: readonly Round[]): Row {
  const valuesOf = (read: (round: Round) => number | undefined) => own.flatMap((round) => read(round) ?? []);
  const medianOf = (values: readonly number[]) => (values.length === 0 ? undefined : median(values));
  const cpu = valuesOf(({ cpuMicros }) => cpuMicros);
  const cpuMicros = medianOf(cpu);
  const rss = valuesOf(({ rssMiB }) => rssMiB);
  return {
    ...place,
    rounds: own.length,
    rate: median(own.map(rateOf)),
    cpuMicros,
    spread: cpuMicros && (Math.max(...cpu) - Math.min(...cpu)) / 2 / cpuMicros,
    p50: median(own.map(({ p50 }) => p50)),
    p99: median(own.map(({ p99 }) => p99)),
    rssMiB: rss.length === 0 ? undefined : Math.max(...rss),
    serverShare: medianOf(valuesOf(({ serverShare }) => serverShare)),
    loadShare: median(own.map(({ loadShare }) => loadShare)),
  };
}

function isAt(one: Place, other: Place): boolean {
  return one.peer === other.peer && one.workload === other.workload;
}

function rateOf({ requests, seconds }: Round): number {
  return requests / seconds;
}
