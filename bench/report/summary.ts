// Rounds summed up: medians for each server and workload, and ratios taken within each round.
import type { Peer } from '../peers/peers.ts';
import type { Fault, Round, Start } from '../run/rounds.ts';

/** One server in one workload. Ratios are medians of those of the single rounds, by the other server's name. */
export interface Row {
  readonly peer: string;
  readonly workload: string;
  readonly rounds: number;
  /** Requests per second. */
  readonly rate: number;
  readonly rateTimes: Readonly<Record<string, number>>;
  readonly cpuMicros: number | undefined;
  /** How many times less CPU than the other. */
  readonly cpuTimes: Readonly<Record<string, number>>;
  /** How many times as much CPU as in another workload of the same rounds, by its name. */
  readonly cpuAgainst: Readonly<Record<string, number>>;
  readonly p50: number;
  readonly p99: number;
  /** The largest of all rounds. */
  readonly rssMiB: number | undefined;
  readonly serverShare: number | undefined;
  readonly loadShare: number;
}

/** All of a run, ready to be written down. */
export interface Summary {
  readonly peers: readonly Pick<Peer, 'name' | 'title'>[];
  readonly rows: readonly Row[];
  readonly faults: readonly Fault[];
  /** Milliseconds until each server took connections: the median of its starts. */
  readonly startedIn: Readonly<Record<string, number>>;
}

/** Sums up a run. A server with a fault has no row for that workload. */
export function summarise({
  peers,
  rounds,
  faults,
  starts,
}: {
  readonly peers: readonly Peer[];
  readonly rounds: readonly Round[];
  readonly faults: readonly Fault[];
  readonly starts: readonly Start[];
}): Summary {
  const isFaulty = (round: Round) =>
    faults.some(({ peer, workload }) => peer === round.peer && workload === round.workload);
  const counted = rounds.filter((round) => !isFaulty(round));
  const workloadNames = [...new Set(counted.map(({ workload }) => workload))];
  const rows = workloadNames.flatMap((workload) =>
    peers.flatMap(({ name }) => {
      const own = counted.filter((round) => round.peer === name && round.workload === workload);
      return own.length === 0 ? [] : [toRow(own, counted)];
    }),
  );
  const startedIn = Object.fromEntries(
    peers.flatMap(({ name }) => {
      const own = starts.flatMap(({ peer, startedIn }) => (peer === name ? startedIn : []));
      return own.length === 0 ? [] : [[name, median(own)]];
    }),
  );
  const present = peers.filter(({ name }) => rows.some(({ peer }) => peer === name));
  return { peers: present.map(({ name, title }) => ({ name, title })), rows, faults, startedIn };
}

/** The row of a server in a workload, where there is one. */
export function findRow({ rows }: Summary, workload: string, peer: string): Row | undefined {
  return rows.find((row) => row.workload === workload && row.peer === peer);
}

/** The middle value, or the mean of the two in the middle; `NaN` of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return (low + high) / 2;
}

function toRow(own: readonly Round[], all: readonly Round[]): Row {
  const [{ peer, workload } = { peer: '', workload: '' }] = own;
  const others = [...new Set(all.filter((round) => round.workload === workload).map((round) => round.peer))];
  const timesOf = (ratio: (one: Round, other: Round) => number | undefined) =>
    Object.fromEntries(
      others.flatMap((name) => {
        const beside = all.filter((round) => round.peer === name);
        const ratios = own.flatMap((one) =>
          beside.flatMap((other) => (isSameRound(one, other) ? (ratio(one, other) ?? []) : [])),
        );
        return ratios.length === 0 ? [] : [[name, median(ratios)]];
      }),
    );
  const medianOf = (read: (round: Round) => number | undefined) => {
    const values = own.flatMap((round) => read(round) ?? []);
    return values.length === 0 ? undefined : median(values);
  };
  const rss = own.flatMap(({ rssMiB }) => rssMiB ?? []);
  return {
    peer,
    workload,
    rounds: own.length,
    rate: median(own.map(rateOf)),
    rateTimes: timesOf((one, other) => rateOf(one) / rateOf(other)),
    cpuMicros: medianOf(({ cpuMicros }) => cpuMicros),
    cpuAgainst: cpuAgainst(own, all),
    cpuTimes: timesOf((one, other) => one.cpuMicros && other.cpuMicros && other.cpuMicros / one.cpuMicros),
    p50: median(own.map(({ p50 }) => p50)),
    p99: median(own.map(({ p99 }) => p99)),
    rssMiB: rss.length === 0 ? undefined : Math.max(...rss),
    serverShare: medianOf(({ serverShare }) => serverShare),
    loadShare: median(own.map(({ loadShare }) => loadShare)),
  };
}

function cpuAgainst(own: readonly Round[], all: readonly Round[]): Row['cpuAgainst'] {
  const besideOf = ({ peer, workload, round, together }: Round) =>
    all.filter(
      (other) =>
        other.peer === peer &&
        other.round === round &&
        other.together === together &&
        other.workload !== workload,
    );
  const names = [...new Set(own.flatMap(besideOf).map(({ workload }) => workload))];
  return Object.fromEntries(
    names.flatMap((name) => {
      const ratios = own.flatMap((one) =>
        besideOf(one).flatMap(({ workload, cpuMicros }) =>
          workload === name && one.cpuMicros && cpuMicros ? one.cpuMicros / cpuMicros : [],
        ),
      );
      return ratios.length === 0 ? [] : [[name, median(ratios)]];
    }),
  );
}

function isSameRound(one: Round, other: Round): boolean {
  return one.workload === other.workload && one.round === other.round;
}

function rateOf({ requests, seconds }: Round): number {
  return requests / seconds;
}
