// A run in two sentences, for the README.
import type { Circumstances } from './machine.ts';
import { findRow, ratio, type Summary } from './summary.ts';
import { whole } from './table.ts';

/** A load average above which other work took part of the cores. */
const BUSY = 1;

/** Says what W1 costs and how that compares; of what the run has measured. */
export function describeHeadline(summary: Summary, { node, date, loadBefore }: Circumstances): string {
  const parts = [
    costOf(summary, 'ours', `on Node ${node.split('.')[0]?.replace('v', '')}`),
    costOf(summary, 'ours-bun', 'on Bun'),
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return `No server of ours was measured in W1 (${date}).`;
  const bare = [
    timesOf(summary, ['ours', 'yoga-jwt'], 'Yoga with its JWT plugin'),
    timesOf(summary, ['ours', 'mercurius'], 'Mercurius'),
  ].filter((part) => part !== undefined);
  const logged = timesOf(summary, ['ours-log', 'mercurius-log-limits'], 'Mercurius');
  const sentences = [
    `\`{ me { id isAnonymous } }\` with a token seen before takes ${joined(parts)}.`,
    ...(bare.length === 0 ? [] : [`On Node it answers ${joined(bare)}, all without a log of requests.`]),
    ...(logged === undefined ? [] : [`With a log and a rate limit on both sides it answers ${logged}.`]),
    `Measured on ${date}${loadBefore > BUSY ? ', on a machine with other load' : ''}.`,
  ];
  return sentences.join('\n');
}

function joined(parts: readonly string[]): string {
  return [parts.slice(0, -1).join(', '), ...parts.slice(-1)].filter((part) => part !== '').join(' and ');
}

function costOf(summary: Summary, peer: string, where: string): string | undefined {
  const row = findRow(summary, 'w1', peer);
  if (!row) return undefined;
  return `${whole(row.cpuMicros)} µs of CPU ${where} (${whole(row.rate)} requests a second on one core)`;
}

function timesOf(
  summary: Summary,
  [own, other]: readonly [string, string],
  title: string,
): string | undefined {
  const place = (peer: string) => ({ peer, workload: 'w1' });
  const found = ratio(summary, { of: place(own), to: place(other), by: 'rate' });
  return found === undefined ? undefined : `${found.toFixed(1)} times the requests of ${title}`;
}
