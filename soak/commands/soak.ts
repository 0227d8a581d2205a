// The soak: minutes of everything at once against the built server, every answer judged. Exit code 1 on any violation.
import { setTimeout } from 'node:timers/promises';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { scrape } from '../../test/support/scrape.ts';
import { putLoad } from '../load/load.ts';
import { createPeople } from '../load/people.ts';
import { createQuestions } from '../load/questions.ts';
import { createRandom } from '../load/random.ts';
import { createProviderHistory } from '../provider/provider-history.ts';
import { startTcpProxy } from '../provider/tcp-proxy.ts';
import { makeTroubles, RECOVERY } from '../provider/troubles.ts';
import { CLOCK_STEPS, startBuiltServer } from '../run/built-server.ts';
import { readOptions } from '../run/options.ts';
import { createJudge } from '../verdict/judge.ts';
import { writeReport } from '../verdict/report.ts';
import { createTally } from '../verdict/tally.ts';
import { verdictOf } from '../verdict/verdict.ts';
import { type Look, lookAt, sharesWithin } from '../verdict/vitals.ts';

/** In milliseconds; the server is told the same. */
const UPSTREAM_TIMEOUT = 4_000;
const PROFILE_TTL = 2_000;

const options = readOptions(process.argv.slice(2));
const { minutes, rate, connections, seed, only } = options;
process.stdout.write(`Soaking for ${minutes} minutes, seed ${seed}\n`);

const random = createRandom(seed);
const emulator = await startEmulator();
const proxy = await startTcpProxy(emulator.url);
const people = createPeople({ emulator, random, count: 300 });
const history = createProviderHistory();
const tally = createTally();
const server = await startBuiltServer({
  STACK_PROJECT_ID: emulator.projectId,
  STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
  STACK_API_URL: proxy.url,
  STACK_ISSUER_URL: emulator.url,
  UPSTREAM_TIMEOUT: String(UPSTREAM_TIMEOUT / 1000),
  PROFILE_CACHE_TTL: String(PROFILE_TTL / 1000),
  MAX_IN_FLIGHT: '10000',
  TRUST_PROXY: '1',
  NODE_OPTIONS: CLOCK_STEPS,
});

async function degraded(): Promise<readonly string[]> {
  if (server.ended !== undefined) return ['ended'];
  const answer = await fetch(`${server.url}/ready`);
  return ((await answer.json()) as { readonly degraded: readonly string[] }).degraded;
}

while ((await fetch(`${server.url}/ready`)).status !== 200) await setTimeout(50);
const began = Date.now();
const secondsNow = () => (Date.now() - began) / 1000;
const over = new AbortController();
const loadOver = new AbortController();
const looks: Look[] = [];
const every = (milliseconds: number, work: () => void) => setInterval(work, milliseconds);
let lastLook = performance.now();
const timers = [
  // The provider lives in this process: where we are late, it is.
  every(100, () => {
    const late = performance.now() - lastLook - 100;
    lastLook = performance.now();
    if (late > UPSTREAM_TIMEOUT / 4) history.noteLateness(late, UPSTREAM_TIMEOUT);
  }),
  every(150, people.change),
  every(50, () => history.noteKeyCalls(emulator.control.calls().jwks)),
  every(1_000, () => {
    lookAt(server.metricsUrl, secondsNow()).then(
      (look) => void looks.push(look),
      (error) => tally.violate(`No metrics: ${error}`),
    );
    if (server.ended !== undefined) over.abort();
  }),
];

const load = putLoad(
  {
    url: server.url,
    rate,
    connections,
    nextQuestion: createQuestions({ emulator, people, random }),
    judge: createJudge({ history, profileTtl: PROFILE_TTL }),
    tally,
    history,
  },
  loadOver.signal,
);
const troubles = makeTroubles(
  {
    emulator,
    people,
    proxy,
    server,
    history,
    random,
    only,
    degraded,
    upstreamTimeout: UPSTREAM_TIMEOUT,
    onLasting: ({ name }) => tally.violate(`${name}: not over after ${RECOVERY / 1000} s`),
  },
  over.signal,
);
await setTimeout(minutes * 60_000, undefined, { signal: over.signal }).catch(() => {});
over.abort();
await troubles;
loadOver.abort();
await load;
for (const timer of timers) clearInterval(timer);

const atTheEnd = server.ended === undefined ? await scrape(server.metricsUrl) : undefined;
const ended = server.ended ?? (await server.end());
for (const what of verdictOf({ options, tally, history, looks, atTheEnd, ended })) tally.violate(what);
process.stdout.write(
  writeReport({
    options,
    seconds: secondsNow(),
    tally,
    history,
    looks,
    said: server.said,
    shares: atTheEnd ? sharesWithin(atTheEnd, [0.01, 0.1, 1, 2.5]) : new Map(),
  }),
);
await proxy.close();
await emulator.close();
process.exit(tally.violations.length > 0 ? 1 : 0);
