// The load as a process of its own: it is told what to send by messages, and tells what came of it.
import { once } from 'node:events';
import { findWorkload, isOfBadTokens } from '../world/workloads.ts';
import type { World } from '../world/world.ts';
import { type Check, createCheck, type Verdict } from './check.ts';
import { drive, type Entry } from './drive.ts';
import { measure, type Window } from './measure.ts';
import { createRequests, takeTurns } from './requests.ts';

/** A server that is to be asked. */
export interface Target {
  readonly port: number;
  readonly pid: number;
  readonly constant: boolean;
}

/** What the load can be told to do. `prepare` makes the tokens of one round, which all servers then get. */
export type Order =
  | { readonly do: 'prepare'; readonly workload: string; readonly count: number }
  | { readonly do: 'sweep'; readonly workload: string; readonly target: Target; readonly count: number }
  | {
      readonly do: 'measure';
      readonly workload: string;
      readonly target: Target;
      readonly seconds: number;
      readonly connections: number;
    };

/** What came of an order. */
export type Reply =
  | { readonly window?: Window; readonly verdict?: Verdict; readonly failure?: undefined }
  | { readonly failure: string };

/** In a sweep, before it is given up. */
const MILLISECONDS_EACH = 10;

// Who started it is gone.
process.once('disconnect', () => process.exit());
const [world] = (await once(process, 'message')) as [World];
const requests = createRequests(world);
let prepared: readonly Entry[] = [];
let seen: readonly Entry[] = [];
/** Goes on from window to window: where there are more tokens than a window asks for, the next are others. */
let inTurn = takeTurns(prepared, { once: false });
process.send?.('ready');

process.on('message', (order: Order) => {
  obey(order).then(
    (reply) => process.send?.(reply),
    (error) => process.send?.({ failure: error instanceof Error ? error.message : String(error) }),
  );
});

async function obey(order: Order): Promise<Reply> {
  const workload = findWorkload(order.workload);
  if (order.do === 'prepare') {
    seen = requests.seen(workload);
    prepared = workload.tokens === 'seen' ? seen : requests.fresh(workload, order.count);
    inTurn = takeTurns(prepared, { once: false });
    return {};
  }
  const { target } = order;
  const { constant } = target;
  const check = createCheck({ world, workload, constant });
  if (order.do === 'sweep') {
    // Those with good tokens come first, whatever the workload: they are to be served all the while, and their operation
    // is one that the server knows.
    const good = createCheck({ world, workload: { ...workload, tokens: 'seen' }, constant });
    await sweep(target, seen.slice(0, order.count), good);
    if (!isOfBadTokens(workload)) return { verdict: good.verdict() };
    await sweep(target, prepared.slice(0, order.count), check);
    return { verdict: join(good.verdict(), check.verdict()) };
  }
  const { seconds, connections } = order;
  const { port, pid } = target;
  // Every server is given the new tokens from the first on.
  const next = workload.tokens === 'new' ? takeTurns(prepared, { once: true }) : inTurn;
  const window = await measure({ port, pid, next, seconds, connections, check });
  return { window, verdict: check.verdict() };
}

function join(one: Verdict, other: Verdict): Verdict {
  return {
    checked: one.checked + other.checked,
    wrong: one.wrong + other.wrong,
    examples: [...one.examples, ...other.examples],
  };
}

/** Asks with every token once. */
async function sweep({ port }: Target, entries: readonly Entry[], check: Check): Promise<void> {
  const broken = await drive({
    port,
    connections: 16,
    patience: 30_000 + entries.length * MILLISECONDS_EACH,
    next: takeTurns(entries, { once: true }),
    onAnswer: check.answer,
  });
  if (broken > 0) throw new Error(`${broken} requests of a sweep got no answer`);
}
