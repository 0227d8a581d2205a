// The picture of the architecture: a row for each floor, and on it the way of a request. Plain SVG, for light and dark.
import type { Floor } from './floors.ts';

/** The way of a request: a word for each step, and the folder that the word is about. */
const STEPS: readonly (readonly [word: string, folder: string])[] = [
  ['request → adapter', 'server'],
  ['steps', 'pipeline'],
  ['token → claims', 'auth'],
  ['limits', 'rate-limit'],
  ['document', 'documents'],
  ['context → loader', 'request'],
  ['scope', 'graph'],
  ['resolver', 'identity'],
  ['provider client', 'provider'],
];

const WIDTH = 1040;
const LABEL = 236;
const ROW_GAP = 14;
const BOX = { height: 34, gap: 10 };
const TOP = 64;

/** Draws the floors. Throws where a step leads to a place that does not exist. */
export function drawArchitecture(floors: readonly Floor[]): string {
  const names = new Set(floors.flatMap(({ folders }) => folders));
  const lost = STEPS.find(([, folder]) => !names.has(folder));
  if (lost) throw new Error(`No floor has ${lost[1]}`);
  let y = TOP;
  const rows = floors.map((floor) => {
    const row = drawFloor(floor, y);
    y += row.height + ROW_GAP;
    return row.svg;
  });
  const legend = STEPS.map(([word], index) => `${index + 1} ${word}`);
  const half = Math.ceil(legend.length / 2);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 58}" role="img" aria-labelledby="title">
<!-- Made by \`npm run docs\` from tools/docs/floors.ts. -->
<title id="title">The floors of src/, and the way of a request through them: ${legend.join(', ')}</title>
<style>
${STYLE}
</style>
<rect class="paper" width="${WIDTH}" height="${y + 58}" rx="10"/>
<text class="heading" x="24" y="38">A file imports from its own floor and from those below. Numbers: the way of a request.</text>
${rows.join('\n')}
<text class="legend" x="24" y="${y + 16}">${legend.slice(0, half).join('  ·  ')}</text>
<text class="legend" x="24" y="${y + 38}">${legend.slice(half).join('  ·  ')}</text>
</svg>
`;
}

const STYLE = `.paper { fill: #ffffff } .floor { fill: #f3f4f6 } .yours { fill: #e0f2fe }
.box { fill: #ffffff; stroke: #9ca3af } .on-way { stroke: #0369a1; stroke-width: 2 }
text { font: 14px system-ui, sans-serif; fill: #111827 } .heading { font-size: 15px; font-weight: 600 }
.number { font-weight: 600; fill: #4b5563 } .knows, .legend { fill: #374151; font-size: 13px }
.place { font-family: ui-monospace, monospace; font-size: 13px }
.badge { fill: #0369a1 } .step { fill: #ffffff; font-size: 12px; font-weight: 600; text-anchor: middle }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0d1117 } .floor { fill: #161b22 } .yours { fill: #0c2d48 }
  .box { fill: #0d1117; stroke: #6b7280 } .on-way { stroke: #38bdf8 }
  text { fill: #e6edf3 } .number { fill: #9ca3af } .knows, .legend { fill: #c9d1d9 }
  .badge { fill: #38bdf8 } .step { fill: #0d1117 }
}`;

function drawFloor({ number, holds, folders: places }: Floor, top: number) {
  const lines: string[][] = [[]];
  let right = 0;
  for (const place of places) {
    if (right + widthOf(place) > WIDTH - LABEL - 48) {
      lines.push([]);
      right = 0;
    }
    lines.at(-1)?.push(place);
    right += widthOf(place) + BOX.gap;
  }
  const height = lines.length * (BOX.height + BOX.gap) + BOX.gap;
  const boxes = lines.flatMap((line, row) => {
    let x = LABEL + 24;
    return line.map((place) => {
      const box = drawPlace(place, { x, y: top + BOX.gap + row * (BOX.height + BOX.gap) });
      x += widthOf(place) + BOX.gap;
      return box;
    });
  });
  const yours = number === 9 ? ' yours' : '';
  const about = wrap(holds, 27);
  const svg = `<rect class="floor${yours}" x="16" y="${top}" width="${WIDTH - 32}" height="${height}" rx="8"/>
<text class="number" x="30" y="${top + 31}">${number}</text>
${about.map((line, index) => `<text class="knows" x="52" y="${top + 31 + (index - (about.length - 1) / 2) * 15}">${line}</text>`).join('\n')}
${boxes.join('\n')}`;
  return { svg, height };
}

function drawPlace(place: string, { x, y }: { readonly x: number; readonly y: number }): string {
  const step = stepOf(place);
  const width = widthOf(place);
  const box = `<rect class="box${step ? ' on-way' : ''}" x="${x}" y="${y}" width="${width}" height="${BOX.height}" rx="6"/>`;
  const left = x + 12 + (step ? 22 : 0);
  const badge = step
    ? `<circle class="badge" cx="${x + 17}" cy="${y + 17}" r="10"/><text class="step" x="${x + 17}" y="${y + 21}">${step}</text>`
    : '';
  return `${box}${badge}<text class="place" x="${left}" y="${y + 22}">${place}</text>`;
}

function widthOf(place: string): number {
  return Math.round(place.length * 7.9 + 24 + (stepOf(place) ? 22 : 0));
}

function stepOf(name: string): number {
  return STEPS.findIndex(([, place]) => place === name) + 1;
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
