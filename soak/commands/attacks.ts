// All attacks at once on the built server, under the memory that deploy/ gives it, while good users are served. Exit code 1
// where the server ends, exceeds its memory, or does not serve them.
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { scrape } from '../../test/support/scrape.ts';
import type { Attack } from '../attacks/attack.ts';
import { serveGoodUsers } from '../attacks/good-users.ts';
import { lineBreaks, undeclaredVariables, unknownFieldDocuments } from '../attacks/hostile-documents.ts';
import { anonymousFlood, wornTokens } from '../attacks/hostile-tokens.ts';
import { largeNames, unreadAnswers } from '../attacks/large-profiles.ts';
import { slowBodies, stalledBodies, tinyChunks } from '../attacks/slow-bodies.ts';
import { startBuiltServer } from '../run/built-server.ts';
import { createMemoryLimit } from '../run/memory-limit.ts';

const ATTACKS: readonly Attack[] = [
  tinyChunks,
  stalledBodies,
  slowBodies,
  unreadAnswers,
  largeNames,
  lineBreaks,
  unknownFieldDocuments,
  undeclaredVariables,
  anonymousFlood,
  wornTokens,
];

/** The memory limit of deploy/, and the heap that goes with it. */
const MEMORY_MIB = 384;
const HEAP_MIB = 192;
/** Of the good users' requests: how many must be answered with data, and how soon, in milliseconds. */
const SERVED = 0.99;
const P99 = 5_000;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    /** Only attacks whose name contains this. */
    only: { type: 'string', default: '' },
  },
});
const chosen = ATTACKS.filter(({ name }) => name.includes(values.only));
if (chosen.length === 0) throw new Error(`No attack is called ${values.only}`);

const emulator = await startEmulator();
const limit = createMemoryLimit(MEMORY_MIB * 1024 * 1024);
const server = await startBuiltServer(
  {
    STACK_PROJECT_ID: emulator.projectId,
    STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
    STACK_API_URL: emulator.url,
    TRUST_PROXY: '1',
    NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`,
  },
  limit,
);
while ((await fetch(`${server.url}/ready`)).status !== 200) await setTimeout(50);
const over = new AbortController();
const target = { url: server.url, emulator };
let peak = 0;
const watch = setInterval(() => {
  if (server.ended !== undefined) over.abort();
  scrape(server.metricsUrl).then(
    ({ value }) => {
      peak = Math.max(peak, value('process_resident_memory_bytes') / 1024 / 1024);
    },
    () => {},
  );
}, 500);

const attacks = chosen.map((attack) => attack.run(target, over.signal));
const service = serveGoodUsers(target, { rate: 50, signal: over.signal });
await setTimeout(Number(values.seconds) * 1_000, undefined, { signal: over.signal }).catch(() => {});
over.abort();
const [{ asked, refused, median, p99 }] = await Promise.all([service, ...attacks]);
clearInterval(watch);
const endedEarly = server.ended;
await setTimeout(1_000);
const lateHealth = endedEarly === undefined ? (await fetch(`${server.url}/health`)).status : 0;
const ended = endedEarly ?? (await server.end());
await emulator.close();
limit?.remove();

const lost = [...refused.values()].reduce((sum, count) => sum + count, 0);
const violations = [
  ...(endedEarly === undefined ? [] : [`the server ended with ${endedEarly}`]),
  ...(lateHealth === 200 ? [] : ['the server is not healthy afterwards']),
  ...(ended === '0' ? [] : [`the server did not end by itself: ${ended}`]),
  ...(peak < MEMORY_MIB ? [] : [`its memory reached ${peak.toFixed(0)} MiB of ${MEMORY_MIB}`]),
  ...(asked > 100 ? [] : [`only ${asked} requests of good users were sent`]),
  ...(lost <= asked * (1 - SERVED) ? [] : [`${lost} of ${asked} requests of good users failed`]),
  ...(p99 <= P99 ? [] : [`the slowest of a hundred good requests took ${p99.toFixed(0)} ms`]),
];
process.stdout.write(
  `${chosen.length} attacks for ${values.seconds} s. Good users: ${asked} requests, median ${median.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, ` +
    `failed: ${[...refused].map(([what, count]) => `${what} × ${count}`).join(', ') || 'none'}. ` +
    `Resident memory at most ${peak.toFixed(0)} MiB, ${limit ? `and the kernel allows ${MEMORY_MIB}` : 'with no limit set by the kernel'}.\n${violations.map((what) => `- ${what}\n`).join('')}`,
);
process.exit(violations.length > 0 ? 1 : 0);
