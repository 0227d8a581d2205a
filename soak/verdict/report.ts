// What the soak has to say, in Markdown.

import type { ProviderHistory } from '../provider/provider-history.ts';
import type { SoakOptions } from '../run/options.ts';
import type { Tally } from './tally.ts';
import { type Look, quantile, trendOf } from './vitals.ts';

/** All that a report is made of. */
export interface ReportInput {
  readonly options: SoakOptions;
  readonly seconds: number;
  readonly tally: Tally;
  readonly history: ProviderHistory;
  readonly looks: readonly Look[];
  readonly said: ReadonlyMap<string, number>;
  /** Shares of the requests by the seconds within which they were answered. */
  readonly shares: ReadonlyMap<number, number>;
}

const SHOWN = 30;

/** Writes the report. */
export function writeReport({ options, seconds, tally, history, looks, said, shares }: ReportInput): string {
  const { seed, rate } = options;
  const asked = [...tally.answers.values()]
    .flatMap((outcomes) => [...outcomes.values()])
    .reduce((a, b) => a + b, 0);
  const { violations } = tally;
  return [
    `Seed ${seed}: ${asked.toLocaleString('en')} requests in ${Math.round(seconds)} s, ${rate} a second; ` +
      `${history.troubles.length} troubles of the provider, ${history.rotations.length} rotations of its keys. ` +
      `**${violations.length === 0 ? 'No violation' : `${violations.length} violations`}.**`,
    ...(violations.length > 0
      ? [list(violations.map(({ at, what }) => `at ${at} s: ${what}`)), timeline(history, tally.began)]
      : []),
    table(['question', 'answers'], answersOf(tally)),
    table(['trouble of the provider', 'times', 'longest until nothing is left of it'], troublesOf(history)),
    table(['of the server', 'median', 'p95', 'most'], vitalsOf(looks)),
    `Answered ${[...shares].map(([time, share]) => `within ${time} s: ${(share * 100).toFixed(2)} %`).join(', ')}.`,
    `Memory after the warm-up: ${trends(looks)}.`,
    `In the log besides requests: ${[...said].map(([message, times]) => `${message} (${times})`).join('; ')}.`,
    '',
  ].join('\n\n');
}

function answersOf({ answers }: Tally): string[][] {
  return [...answers].sort().map(([kind, outcomes]) => [
    `\`${kind}\``,
    [...outcomes]
      .sort(([, one], [, other]) => other - one)
      .map(([outcome, times]) => `${outcome} × ${times.toLocaleString('en')}`)
      .join('; '),
  ]);
}

function troublesOf({ troubles }: ProviderHistory): string[][] {
  const names = [...new Set(troubles.map(({ name }) => name))].sort();
  return names.map((name) => {
    const same = troubles.filter((trouble) => trouble.name === name);
    const longest = Math.max(...same.map(({ healedAt = 0, until = healedAt }) => until - healedAt));
    return [name, String(same.length), `${(longest / 1000).toFixed(1)} s`];
  });
}

function vitalsOf(looks: readonly Look[]): string[][] {
  const rowOf = (what: string, values: readonly number[], digits = 0) => [
    what,
    ...[0.5, 0.95, 1].map((share) => quantile(values, share).toFixed(digits)),
  ];
  return [
    rowOf(
      'resident memory, MiB',
      looks.map(({ rss }) => rss),
    ),
    rowOf(
      'heap in use, MiB',
      looks.map(({ heap }) => heap),
    ),
    rowOf(
      'lag of the event loop (p99 of a second), ms',
      looks.map(({ lagP99 }) => lagP99),
      1,
    ),
    rowOf(
      'open files',
      looks.map(({ openFiles }) => openFiles),
    ),
  ];
}

function trends(looks: readonly Look[]): string {
  if (looks.length < 30) return 'too few looks';
  return (['heap', 'rss'] as const)
    .map((figure) => {
      const { perMinute, from, to } = trendOf(looks, figure);
      const name = figure === 'heap' ? 'heap' : 'resident';
      return `${name} from ${from.toFixed(0)} to ${to.toFixed(0)} MiB, ${perMinute.toFixed(2)} MiB a minute`;
    })
    .join('; ');
}

/** All troubles in their order, to find out what was when. */
function timeline({ troubles }: ProviderHistory, began: number): string {
  const second = (time: number | undefined) => (time === undefined ? '' : Math.round((time - began) / 1000));
  return troubles.map(({ name, from, until }) => `${second(from)}–${second(until)} s ${name}`).join('; ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function list(items: readonly string[]): string {
  const more = items.length > SHOWN ? [`and ${items.length - SHOWN} more`] : [];
  return [...items.slice(0, SHOWN), ...more].map((item) => `- ${item}`).join('\n');
}
