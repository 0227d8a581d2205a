// Good requests of W1 over a few connections, beside a flood of bad tokens over many, all from one address.
import type { Window } from '../load/measure.ts';
import type { Peer } from '../peers/peers.ts';
import type { FloodRow, Floods } from '../report/floods.ts';
import { median } from '../report/summary.ts';
import { findWorkload } from '../world/workloads.ts';
import type { Options } from './options.ts';
import type { RunningServer, Surroundings } from './processes.ts';
import { targetOf } from './rounds.ts';
import type { Stage } from './stage.ts';

/** Connections of those with good tokens; the flood has as many as the options say. */
const GOOD = 8;
const FLOODS = [undefined, 'w4-garbage', 'w4-forged'] as const;

/** `tell` is told how far it is. */
export interface FloodsOptions {
  readonly peers: readonly Peer[];
  readonly options: Pick<Options, 'rounds' | 'seconds' | 'warmUp' | 'connections'>;
  readonly stage: Stage;
  readonly tell: (line: string) => void;
}

/** Measures each server without a flood and with each kind of it. Throws where an answer is wrong. */
export async function measureFloods({ peers, options, stage, tell }: FloodsOptions): Promise<Floods> {
  const { connections, warmUp } = options;
  const flood = await stage.startLoad();
  const rows: FloodRow[] = [];
  for (const peer of peers) {
    const server = await stage.start(peer, findWorkload('w1'));
    await prepare(stage.surroundings, 'w1');
    await measure(stage.surroundings, { server, workload: 'w1', length: warmUp, by: connections });
    for (const kind of FLOODS) {
      if (kind) await prepare(flood, kind);
      const row = await measureOne({ peer, server, kind, options, good: stage.surroundings, flood });
      rows.push(row);
      tell(
        `flood ${kind ?? 'none'} ${peer.name}: ${Math.round(row.good)} good, ${Math.round(row.bad)} bad/s`,
      );
    }
    await server.stop();
  }
  flood.stop();
  return { goodConnections: GOOD, badConnections: connections, rows };
}

async function measureOne({
  peer,
  server,
  kind,
  options: { rounds, seconds, connections },
  good,
  flood,
}: {
  readonly peer: Peer;
  readonly server: RunningServer;
  readonly kind: (typeof FLOODS)[number];
  readonly options: FloodsOptions['options'];
  readonly good: Surroundings;
  readonly flood: Surroundings;
}): Promise<FloodRow> {
  const windows: { readonly good: Window; readonly bad: Window | undefined }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // The flood is there before the window opens and after it closes.
    const flooding = kind && measure(flood, { server, workload: kind, length: seconds + 1, by: connections });
    const window = await measure(good, { server, workload: 'w1', length: seconds, by: GOOD });
    windows.push({ good: window, bad: await flooding });
  }
  const rateOf = (window: Window | undefined) => (window ? window.requests / window.seconds : 0);
  return {
    peer: peer.name,
    title: peer.title,
    flood: kind,
    bad: median(windows.map(({ bad }) => rateOf(bad))),
    good: median(windows.map((each) => rateOf(each.good))),
    p50: median(windows.map((each) => each.good.p50)),
    p99: median(windows.map((each) => each.good.p99)),
  };
}

async function prepare(load: Surroundings, workload: string): Promise<void> {
  await load.order({ do: 'prepare', workload, count: 0 });
}

async function measure(
  load: Surroundings,
  asked: {
    readonly server: RunningServer;
    readonly workload: string;
    readonly length: number;
    readonly by: number;
  },
): Promise<Window> {
  const { window, verdict } = await load.order({
    do: 'measure',
    workload: asked.workload,
    target: targetOf(asked.server),
    seconds: asked.length,
    connections: asked.by,
  });
  if (!window || !verdict) throw new Error('Nothing was measured');
  if (verdict.wrong > 0) throw new Error(`Wrong answers: ${verdict.examples.join(' | ')}`);
  return window;
}
