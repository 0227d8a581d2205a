// One workload: all its servers started, warmed up, measured in turn round by round, and checked all the while.
import type { Verdict } from '../load/check.ts';
import type { Window } from '../load/measure.ts';
import type { Order, Target } from '../load/process.ts';
import type { Peer } from '../peers/peers.ts';
import type { Workload } from '../world/workloads.ts';
import type { Options } from './options.ts';
import type { RunningServer } from './processes.ts';
import type { Stage } from './stage.ts';

/** One window of one server. */
export interface Round extends Window {
  readonly peer: string;
  readonly workload: string;
  readonly round: number;
}

/** Why a server does not count in a workload. */
export interface Fault {
  readonly peer: string;
  readonly workload: string;
  readonly what: string;
}

/** What a workload yields. `startedIn` is in milliseconds, by the peers' names. */
export interface Measured {
  readonly rounds: readonly Round[];
  readonly faults: readonly Fault[];
  readonly startedIn: Readonly<Record<string, number>>;
}

/** `tell` is told how far it is. */
export interface RoundsOptions {
  readonly workload: Workload;
  readonly peers: readonly Peer[];
  readonly options: Options;
  readonly stage: Stage;
  readonly tell: (line: string) => void;
}

/** Fresh tokens per second of a window: more than any server can verify. Where they end, the window ends early. */
const FRESH_PER_SECOND = 10_000;

/** Measures a workload. A server that answers wrongly, or not at all, is reported and takes no further part. */
export async function measureWorkload(setting: RoundsOptions): Promise<Measured> {
  const { workload, peers, options, stage, tell } = setting;
  const { surroundings } = stage;
  const rounds: Round[] = [];
  const faults: Fault[] = [];
  const startedIn: Record<string, number> = {};
  const running = new Map<string, RunningServer>();

  /** Runs a step of a server; ends that server's part where the step fails. */
  async function attempt<T>({ name }: Peer, step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      faults.push({ peer: name, workload: workload.name, what });
      tell(`${name}: ${what}`);
      await running.get(name)?.stop();
      running.delete(name);
      return undefined;
    }
  }

  async function prepare(seconds: number): Promise<void> {
    const count = Math.ceil(FRESH_PER_SECOND * (seconds + 0.5));
    await surroundings.order({ do: 'prepare', workload: workload.name, count });
  }

  async function ask(order: Order): Promise<Window | undefined> {
    const { window, verdict } = await surroundings.order(order);
    if (verdict) assertRight(verdict);
    if (window && window.broken > 0) throw new Error(`${window.broken} requests got no answer`);
    return window;
  }

  async function measureOnce(server: RunningServer, seconds: number): Promise<Window | undefined> {
    const target = targetOf(server);
    const { sweep: count, connections } = options;
    await ask({ do: 'sweep', workload: workload.name, target, count });
    const window = await ask({ do: 'measure', workload: workload.name, target, seconds, connections });
    await ask({ do: 'sweep', workload: workload.name, target, count });
    return window;
  }

  try {
    await prepare(options.warmUp);
    for (const peer of peers) {
      const server = await attempt(peer, () => stage.start(peer, workload));
      if (!server) continue;
      running.set(peer.name, server);
      startedIn[peer.name] = server.startedIn;
      await attempt(peer, () => measureOnce(server, options.warmUp));
    }
    for (let round = 1; round <= options.rounds; round += 1) {
      await prepare(options.seconds);
      // The first of one round is the last of the next.
      for (const server of rotate([...running.values()], round - 1)) {
        const { peer } = server;
        const window = await attempt(peer, () => measureOnce(server, options.seconds));
        if (!window) continue;
        rounds.push({ ...window, peer: peer.name, workload: workload.name, round });
        const rate = Math.round(window.requests / window.seconds);
        tell(
          `${workload.name} round ${round} ${peer.name}: ${rate}/s, ${window.cpuMicros?.toFixed(0) ?? '?'} µs`,
        );
      }
    }
  } finally {
    await Promise.all([...running.values()].map((server) => server.stop()));
  }
  return { rounds, faults, startedIn };
}

/** A server as the load knows it. */
export function targetOf({ peer, port, pid }: RunningServer): Target {
  return { port, pid, constant: peer.constant };
}

function assertRight({ checked, wrong, examples }: Verdict): void {
  if (checked === 0) throw new Error('Nothing was checked');
  if (wrong > 0)
    throw new Error(`${wrong} of ${checked} answers were wrong, such as: ${examples.join(' | ')}`);
}

function rotate<T>(list: readonly T[], by: number): readonly T[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
