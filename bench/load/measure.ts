// One measured window: requests, time, latencies, and the CPU and memory that the server took meanwhile.
import { readUsage } from '../run/usage.ts';
import type { Check } from './check.ts';
import { drive, type Entry } from './drive.ts';

/** One window. Latencies in milliseconds; what the system does not tell is `undefined`. */
export interface Window {
  readonly requests: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  /** CPU time of all the server's threads, in microseconds per request. */
  readonly cpuMicros: number | undefined;
  /** Which part of one core the server and the load took. */
  readonly serverShare: number | undefined;
  readonly loadShare: number;
  readonly rssMiB: number | undefined;
  readonly broken: number;
}

/** `pid` is the server's. Where `next` has no more to give, the window ends early. */
export interface MeasureOptions {
  readonly port: number;
  readonly pid: number;
  readonly next: () => Entry | undefined;
  readonly seconds: number;
  readonly connections: number;
  readonly check: Check;
}

/** Milliseconds of load before the window opens. */
const LEAD_IN = 100;

/** Drives a server through one window. Every answer is checked, those outside of the window as well. */
export async function measure(options: MeasureOptions): Promise<Window> {
  const { port, pid, next, seconds, connections, check } = options;
  const opensAt = performance.now() + LEAD_IN;
  const closesAt = opensAt + seconds * 1000;
  const latencies: number[] = [];
  let opened: Snapshot | undefined;
  let closed: Snapshot | undefined;

  const broken = await drive({
    port,
    connections,
    patience: seconds * 1000 + 30_000,
    next: () => (closed ? undefined : next()),
    onAnswer(answered) {
      const now = performance.now();
      check.answer(answered);
      if (closed || now < opensAt) return;
      opened ??= takeSnapshot(pid);
      latencies.push(now - answered.sentAt);
      if (now >= closesAt) closed = takeSnapshot(pid);
    },
  });

  closed ??= takeSnapshot(pid);
  if (!opened || latencies.length < 2) throw new Error('It answered next to nothing within the window');
  const elapsed = (closed.at - opened.at) / 1000;
  // The first answer opened the window.
  const requests = latencies.length - 1;
  const cpu = opened.cpu !== undefined && closed.cpu !== undefined ? closed.cpu - opened.cpu : undefined;
  latencies.sort((one, other) => one - other);
  return {
    requests,
    seconds: elapsed,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    cpuMicros: cpu === undefined ? undefined : (cpu * 1_000_000) / requests,
    serverShare: cpu === undefined ? undefined : cpu / elapsed,
    loadShare: (closed.own - opened.own) / elapsed,
    rssMiB: closed.rssMiB,
    broken,
  };
}

interface Snapshot {
  readonly at: number;
  readonly cpu: number | undefined;
  readonly rssMiB: number | undefined;
  readonly own: number;
}

function takeSnapshot(pid: number): Snapshot {
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), ...readUsage(pid), own: (user + system) / 1_000_000 };
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
