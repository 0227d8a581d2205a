// W1 as horizontal bars, two for each server, in SVG that is readable on light and dark pages and fits a README.
import type { Circumstances } from './machine.ts';
import { listSettings, type Settings } from './settings.ts';
import { findRow, type Row, type Summary } from './summary.ts';
import { whole } from './table.ts';

const WIDTH = 720;
const LABELS = 208;
const VALUES = 132;
const BAR = 14;
/** Of a server: two bars, and the space to the next. */
const STEP = 44;
const TOP = 62;

const STYLE = `
  text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #24292f }
  .heading { font-weight: 600; font-size: 14px } .own { font-weight: 600 }
  .small { font-size: 11px; fill: #57606a }
  .ours { fill: #0969da } .ours-log { fill: #54aeff } .peer { fill: #6e7781 } .peer-log { fill: #afb8c1 } .floor { fill: #d0d7de }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 }
    .ours { fill: #4493f8 } .ours-log { fill: #1f6feb } .peer { fill: #9198a1 } .peer-log { fill: #656c76 } .floor { fill: #3d444d }
  }`;

/** Names that fit beside a bar. */
const SHORT: Readonly<Record<string, string>> = {
  ours: 'stack-auth-graphql',
  'ours-bun': 'stack-auth-graphql on Bun',
  mercurius: 'Mercurius (jit)',
  'graphql-http': 'graphql-http + jose',
  'apollo-express': 'Apollo Server + Express',
  'yoga-jwt': 'Yoga + plugin-jwt',
};

/** Draws requests per second of all servers in W1, without a log and with a log and limits. */
export function toChart(summary: Summary, { node, date }: Circumstances): string {
  const servers = listSettings(summary);
  const floor = findRow(summary, 'w1', 'floor-token-cache');
  const longest = Math.max(
    floor?.rate ?? 0,
    ...servers.flatMap(({ rows }) => Object.values(rows).map((row) => row?.rate ?? 0)),
  );
  const lengthOf = (row: Row) => Math.max(1, (row.rate / longest) * (WIDTH - LABELS - VALUES));
  const bars = servers.flatMap((server, index) => drawServer(server, TOP + index * STEP, lengthOf));
  let bottom = TOP + servers.length * STEP;
  if (floor) {
    bars.push(text(LABELS - 8, bottom + 12, 'node:http, no GraphQL', 'small', true));
    bars.push(...drawBar(floor, { y: bottom, kind: 'floor', length: lengthOf(floor), label: 'small' }));
    bottom += 34;
  }
  const height = bottom + 26;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">`,
    `<title id="title">Requests per second on one core by server: ${servers.map(describe).join('; ')}</title>`,
    `<style>${STYLE}\n</style>`,
    text(8, 20, 'Requests per second on one core, and CPU of each', 'heading'),
    text(
      8,
      42,
      '{ me { id isAnonymous } }, token seen before. Upper bar: no log; lower: with log and rate limit.',
      'small',
    ),
    ...bars,
    text(
      8,
      bottom + 4,
      `Longer is better. Our rate limits are on in both bars. On Node ${node} unless named otherwise, ${date}.`,
      'small',
    ),
    '</svg>\n',
  ].join('\n');
}

function drawServer(
  { server, title, isOurs, rows }: Settings,
  y: number,
  lengthOf: (row: Row) => number,
): readonly string[] {
  const kind = isOurs ? 'ours' : 'peer';
  const label = isOurs ? 'own' : '';
  const pair = [
    { row: rows.bare, kind, y },
    { row: rows['log and limits'], kind: `${kind}-log`, y: y + BAR + 2 },
  ];
  return [
    text(LABELS - 8, y + BAR + 5, SHORT[server] ?? title, label, true),
    ...pair.flatMap((each) =>
      each.row ? drawBar(each.row, { y: each.y, kind: each.kind, length: lengthOf(each.row), label }) : [],
    ),
  ];
}

function drawBar(
  { rate, cpuMicros }: Row,
  bar: { readonly y: number; readonly kind: string; readonly length: number; readonly label: string },
): readonly string[] {
  const cpu = cpuMicros === undefined ? '' : ` · ${whole(cpuMicros)} µs`;
  return [
    `<rect class="${bar.kind}" x="${LABELS}" y="${bar.y}" width="${bar.length.toFixed(1)}" height="${BAR}" rx="2"/>`,
    text(LABELS + bar.length + 6, bar.y + 11, `${whole(rate)}/s${cpu}`, bar.label),
  ];
}

function describe({ title, rows }: Settings): string {
  return escapeXml(
    `${title} ${whole(rows.bare?.rate)}, with log and limits ${whole(rows['log and limits']?.rate)}`,
  );
}

function text(x: number, y: number, content: string, kind: string, end = false): string {
  const anchor = end ? ' text-anchor="end"' : '';
  const style = kind === '' ? '' : ` class="${kind}"`;
  return `<text${style} x="${x.toFixed(1)}" y="${y}"${anchor}>${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
