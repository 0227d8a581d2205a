// Prints the CPU time of hostile requests with documents that the server has not seen before. A process of its own: the
// threads of other tests would be counted too. `npm --prefix bench run documents`, or with --json for a test.
import { parseArgs } from 'node:util';
import { print, type ValidationRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { createServer } from '../../src/server/create-server.ts';
import { type Family, families, HONEST } from './hostile-requests.ts';
import { createTestGraph } from './test-graph.ts';
import { startTestServer } from './test-server.ts';

/** The costs of a family in milliseconds of CPU time, and how they relate. */
export interface DocumentCost {
  readonly name: string;
  readonly small: number;
  readonly large: number;
  /** From 10 to 100 KB. */
  readonly growth: number;
  /** Times an honest request of 100 KB. */
  readonly honest: number;
  readonly isTooMuch: boolean;
}

const SMALL = 9_500;
const LARGE = 95_000;
const MAX_GROWTH = 12;
const MAX_HONEST = 5;

const { values: options } = parseArgs({
  options: {
    fillers: { type: 'string' },
    samples: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    /** Adds a rule whose cost is quadratic, to see that it is found. */
    planted: { type: 'boolean', default: false },
  },
});
const samples = Number(options.samples);

const quadratic: ValidationRule = (context) => ({ Name: () => void print(context.getDocument()) });
const planted: Plugin = { onValidate: ({ addValidationRule }) => addValidationRule(quadratic) };

// tsx turns them on, and stack traces would cost more than in the built server.
process.setSourceMapsEnabled(false);
const { schema } = createTestGraph();
const test = await startTestServer({ schema, adapter: 'fast-path' });
const server = createServer(test.services, { schema, plugins: options.planted ? [planted] : [] });
let sent = 0;

/** Milliseconds of CPU time for one request. */
async function cost(family: Family, size: number): Promise<number> {
  const { query, variables, ...rest } = family(size);
  sent += 1;
  const head = JSON.stringify({ query: `${query}\n#${sent}`, ...rest });
  const body = variables ? `${head.slice(0, -1)},"variables":${variables}}` : head;
  const before = process.cpuUsage();
  const answer = await server.fetch('http://localhost/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  await answer.text();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

/** The least of several, all sizes by turns: collections and other load only add, and load comes and goes. */
async function measure(name: string, family: Family, times: number): Promise<DocumentCost> {
  const costs = { honest: [] as number[], small: [] as number[], large: [] as number[] };
  for (let index = 0; index < times; index += 1) {
    costs.honest.push(await cost(HONEST, LARGE));
    costs.small.push(await cost(family, SMALL));
    costs.large.push(await cost(family, LARGE));
  }
  const [small, large] = [Math.min(...costs.small), Math.min(...costs.large)];
  const [growth, honest] = [large / small, large / Math.min(...costs.honest)];
  return { name, small, large, growth, honest, isTooMuch: growth > MAX_GROWTH || honest > MAX_HONEST };
}

/** Measures again, longer, what is too much. */
async function measureSurely(name: string, family: Family): Promise<DocumentCost> {
  const first = await measure(name, family, samples);
  return first.isTooMuch && !options.planted ? measure(name, family, samples * 5) : first;
}

// With the planted rule a few of them take as long.
const warmUp = options.planted ? 10 : 200;
for (let index = 0; index < warmUp; index += 1) await cost(HONEST, SMALL);
const costs: DocumentCost[] = [];
for (const [name, family] of families(options.fillers ? Number(options.fillers) : undefined)) {
  if (name.includes(options.only)) costs.push(await measureSurely(name, family));
}
await test[Symbol.asyncDispose]();

const rounded = (value: number) => value.toFixed(1).padStart(8);
const table = costs
  .toSorted((one, other) => other.large - one.large)
  .map(({ name, small, large, growth, honest, isTooMuch }) =>
    [rounded(small), rounded(large), rounded(growth), rounded(honest), isTooMuch ? ' ! ' : '   ', name].join(
      '',
    ),
  );
const head = '   10 KB  100 KB  growth  honest   (milliseconds of CPU time; times)';
process.stdout.write(options.json ? JSON.stringify(costs) : `${[head, ...table].join('\n')}\n`);
