// Workloads that share rounds, mostly one: all servers started, warmed up, measured in turn round by round, and checked all the
// while.
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
  /** The workloads that share the round. */
  readonly together: string;
}

/** Why a server does not count in a workload. */
export interface Fault {
  readonly peer: string;
  readonly workload: string;
  readonly what: string;
}

/** The start of one process, in milliseconds. */
export interface Start {
  readonly peer: string;
  readonly startedIn: number;
}

/** What the rounds yield. */
export interface Measured {
  readonly rounds: readonly Round[];
  readonly faults: readonly Fault[];
  readonly starts: readonly Start[];
}

/** A server that takes part in a workload, with a process for it. */
export interface Participant {
  readonly peer: Peer;
  readonly workload: Workload;
  /** In how many of the rounds it takes part. */
  readonly rounds: number;
}

/** `tell` is told how far it is. */
export interface RoundsOptions {
  readonly participants: readonly Participant[];
  readonly options: Options;
  readonly stage: Stage;
  readonly tell: (line: string) => void;
}

/** Fresh tokens per second of a window: more than any server can verify. Where they end, the window ends early. */
const FRESH_PER_SECOND = 10_000;

/** Measures all participants. One that answers wrongly, or not at all, is reported and takes no further part. */
export async function measureRounds(setting: RoundsOptions): Promise<Measured> {
  const { participants, options, stage, tell } = setting;
  const { surroundings } = stage;
  const rounds: Round[] = [];
  const faults: Fault[] = [];
  const starts: Start[] = [];
  const running = new Map<Participant, RunningServer>();
  const together = [...new Set(participants.map(({ workload }) => workload.name))].join(', ');
  /** The workload whose requests the load has ready. */
  let prepared: string | undefined;

  /** Runs a step of a server; ends that server's part where the step fails. */
  async function attempt<T>(participant: Participant, step: () => Promise<T>): Promise<T | undefined> {
    const { peer, workload } = participant;
    try {
      return await step();
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      faults.push({ peer: peer.name, workload: workload.name, what });
      tell(`${workload.name} ${peer.name}: ${what}`);
      await running.get(participant)?.stop();
      running.delete(participant);
      return undefined;
    }
  }

  /** In one round all servers get the same tokens. */
  async function prepare({ name }: Workload, seconds: number): Promise<void> {
    if (prepared === name) return;
    const count = Math.ceil(FRESH_PER_SECOND * (seconds + 0.5));
    await surroundings.order({ do: 'prepare', workload: name, count });
    prepared = name;
  }

  async function ask(order: Order): Promise<Window | undefined> {
    const { window, verdict } = await surroundings.order(order);
    if (verdict) assertRight(verdict);
    if (window && window.broken > 0) throw new Error(`${window.broken} requests got no answer`);
    return window;
  }

  async function measureOnce(
    workload: Workload,
    server: RunningServer,
    { seconds, sweep }: { readonly seconds: number; readonly sweep: number },
  ): Promise<Window | undefined> {
    const target = targetOf(server);
    const { connections, users } = options;
    // What our server caches is to be there before the window.
    const count = workload.ownEnv ? users : sweep;
    await prepare(workload, seconds);
    await ask({ do: 'sweep', workload: workload.name, target, count });
    const window = await ask({ do: 'measure', workload: workload.name, target, seconds, connections });
    await ask({ do: 'sweep', workload: workload.name, target, count });
    return window;
  }

  try {
    for (const participant of participants) {
      const { peer, workload } = participant;
      const server = await attempt(participant, () => stage.start(peer, workload));
      if (!server) continue;
      running.set(participant, server);
      starts.push({ peer: peer.name, startedIn: server.startedIn });
      const warmUp = { seconds: options.warmUp, sweep: options.users };
      await attempt(participant, () => measureOnce(workload, server, warmUp));
    }
    for (let round = 1; round <= options.rounds; round += 1) {
      prepared = undefined;
      // The first of one round is the last of the next.
      const inTurn = [...running].filter(([{ rounds: own }]) => isDue({ round, own, all: options.rounds }));
      for (const [participant, server] of rotate(inTurn, round - 1)) {
        const { peer, workload } = participant;
        const window = await attempt(participant, () => measureOnce(workload, server, options));
        if (!window) continue;
        rounds.push({ ...window, peer: peer.name, workload: workload.name, round, together });
        const rate = Math.round(window.requests / window.seconds);
        tell(
          `${workload.name} round ${round} ${peer.name}: ${rate}/s, ${window.cpuMicros?.toFixed(0) ?? '?'} µs`,
        );
      }
    }
  } finally {
    await Promise.all([...running.values()].map((server) => server.stop()));
  }
  return { rounds, faults, starts };
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

/** Whether it is the turn of a server that takes part in `own` of all rounds, spread over the whole. */
function isDue({
  round,
  own,
  all,
}: {
  readonly round: number;
  readonly own: number;
  readonly all: number;
}): boolean {
  return Math.floor((round * own) / all) > Math.floor(((round - 1) * own) / all);
}

function rotate<T>(list: readonly T[], by: number): readonly T[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}
