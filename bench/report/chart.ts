// A run as horizontal bars, in SVG that is readable on light and dark pages.
import { findWorkload } from '../world/workloads.ts';
import type { Circumstances } from './machine.ts';
import { findRow, type Summary } from './summary.ts';

const WIDTH = 880;
const LABELS = 340;
const VALUES = 170;
const BAR = 16;
const STEP = 22;

const STYLE = `
  text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #24292f }
  .heading { font-weight: 600; font-size: 13px }
  .small { font-size: 11px; fill: #57606a }
  .ours { fill: #0969da } .peer { fill: #afb8c1 } .floor { fill: #d8dee4 }
  .own { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #8b949e }
    .ours { fill: #4493f8 } .peer { fill: #6e7681 } .floor { fill: #30363d }
  }`;

/** Draws the rates of all servers, each workload on a scale of its own. Bars carry the ratio to Yoga with its plugin. */
export function toChart(summary: Summary, { node, cores, date }: Circumstances): string {
  const parts: string[] = [];
  let y = 24;
  const workloads = [...new Set(summary.rows.map(({ workload }) => workload))];
  for (const workload of workloads) {
    const bars = summary.peers.flatMap(({ name, title }) => {
      const row = findRow(summary, workload, name);
      return row ? [{ name, title, rate: row.rate, times: row.rateTimes['yoga-jwt'] }] : [];
    });
    const longest = Math.max(...bars.map(({ rate }) => rate));
    parts.push(text({ x: 8, y, kind: 'heading', content: findWorkload(workload).title }));
    y += 10;
    for (const { name, title, rate, times } of bars) {
      const length = Math.max(1, (rate / longest) * (WIDTH - LABELS - VALUES));
      const kind = title.startsWith('stack-auth-graphql')
        ? 'ours'
        : name.startsWith('floor')
          ? 'floor'
          : 'peer';
      const own = kind === 'ours' ? 'own' : '';
      const ratio = times === undefined ? '' : ` · ${times.toFixed(1)}×`;
      const value = `${Math.round(rate).toLocaleString('en-US')}/s${ratio}`;
      parts.push(
        text({ x: LABELS - 8, y: y + 12, kind: own, content: title, end: true }),
        `<rect class="${kind}" x="${LABELS}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2"/>`,
        text({ x: LABELS + length + 6, y: y + 12, kind: own, content: value }),
      );
      y += STEP;
    }
    y += 24;
  }
  const note = `Requests per second on one core, and times Yoga + plugin-jwt. Node ${node}, ${cores} cores, ${date}. Longer is better.`;
  parts.push(text({ x: 8, y, kind: 'small', content: note }));
  const size = `width="${WIDTH}" height="${y + 12}" viewBox="0 0 ${WIDTH} ${y + 12}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="Requests per second by server and workload">`,
    `<style>${STYLE}\n</style>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function text(at: {
  readonly x: number;
  readonly y: number;
  readonly kind: string;
  readonly content: string;
  readonly end?: boolean;
}): string {
  const anchor = at.end ? ' text-anchor="end"' : '';
  const kind = at.kind === '' ? '' : ` class="${at.kind}"`;
  return `<text${kind} x="${at.x.toFixed(1)}" y="${at.y}"${anchor}>${escapeXml(at.content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
