// The soak: minutes of everything at once against the built server, every answer judged. Exit code 1 on any violation.
import { setTimeout } from 'node:timers/promises';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { scrape } from '../../test/support/scrape.ts';
import { keepLiveStreams } from '../load/live-streams.ts';
import { putLoad } from '../load/load.ts';
import { createPeople } from '../load/people.ts';
import { createQuestions } from '../load/questions.ts';
import { createRandom } from '../load/random.ts';
import { createProviderHistory } from '../provider/provider-history.ts';
import { startTcpProxy } from '../provider/tcp-proxy.ts';
import { makeTroubles, RECOVERY } from '../provider/troubles.ts';
import { openWebhookRoad } from '../provider/webhook-road.ts';
import { CLOCK_STEPS } from '../run/built-server.ts';
import { readOptions, USAGE } from '../run/options.ts';
import { startSoakServers } from '../run/replicas.ts';
import { createJudge } from '../verdict/judge.ts';
import { writeReport } from '../verdict/report.ts';
import { createTally } from '../verdict/tally.ts';
import { verdictOf } from '../verdict/verdict.ts';
import { type Look, lookAt, sharesWithin } from '../verdict/vitals.ts';

/** In milliseconds; the server is told the same. */
const UPSTREAM_TIMEOUT = 4_000;
const PROFILE_TTL = { alone: 2_000, told: 8_000 };

/** Streams that are open beside the load of replicas. */
const STREAMS = 20;

const options = readOptions(process.argv.slice(2));
if (!options) {
  process.stdout.write(USAGE);
  process.exit();
}
const { minutes, rate, connections, seed, only, replicas } = options;
// Long enough to see by what copies are dropped, where something tells of changes.
const profileTtl = replicas > 1 ? PROFILE_TTL.told : PROFILE_TTL.alone;
process.stdout.write(`Soaking for ${minutes} minutes, seed ${seed}\n`);

const random = createRandom(seed);
const emulator = await startEmulator();
const proxy = await startTcpProxy(emulator.url);
const people = createPeople({ emulator, random, count: 300 });
const history = createProviderHistory(replicas);
const tally = createTally();
const servers = await startSoakServers(replicas, {
  random,
  env: {
    STACK_PROJECT_ID: emulator.projectId,
    STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
    STACK_API_URL: proxy.url,
    STACK_ISSUER_URL: emulator.url,
    UPSTREAM_TIMEOUT: String(UPSTREAM_TIMEOUT / 1000),
    PROFILE_CACHE_TTL: String(profileTtl / 1000),
    MAX_IN_FLIGHT: '10000',
    TRUST_PROXY: '1',
    NODE_OPTIONS: CLOCK_STEPS,
    ...(replicas > 1 && { STACK_WEBHOOK_SECRET: emulator.webhookSecret }),
  },
});
const urls = servers.all.map(({ url }) => url);
const [first] = servers.all;
if (!first) throw new Error('There are no servers');

for (const url of urls) while ((await fetch(`${url}/ready`)).status !== 200) await setTimeout(50);
while ((await servers.degraded()).length > 0) await setTimeout(50);
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
    lookAt(first.metricsUrl, secondsNow()).then(
      (look) => void looks.push(look),
      (error) => tally.violate(`No metrics: ${error}`),
    );
    if (servers.ended !== undefined) over.abort();
  }),
];

const road = replicas > 1 ? await openWebhookRoad({ emulator, people, random, urls }) : undefined;
const load = putLoad(
  {
    urls,
    random,
    rate,
    connections,
    nextQuestion: createQuestions({ emulator, people, random }),
    judge: createJudge({ history, profileTtl }),
    tally,
    history,
  },
  loadOver.signal,
);
const streams =
  replicas > 1
    ? keepLiveStreams({ urls, people, random, history, tally, count: STREAMS }, loadOver.signal)
    : undefined;
const troubles = makeTroubles(
  {
    emulator,
    people,
    proxy,
    server: servers.any,
    redis: servers.redis,
    history,
    random,
    only,
    degraded: servers.degraded,
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
await streams?.done;
for (const timer of timers) clearInterval(timer);

const atTheEnd = servers.ended === undefined ? await scrape(first.metricsUrl) : undefined;
const ended = servers.ended ?? (await servers.end());
if (road?.counts.taken === 0) tally.violate('no webhook was taken');
if (streams?.counts.events === 0) tally.violate('no stream showed a user');
for (const what of verdictOf({ options, tally, history, looks, atTheEnd, ended })) tally.violate(what);
process.stdout.write(
  writeReport({
    options,
    seconds: secondsNow(),
    tally,
    history,
    looks,
    said: first.said,
    shares: atTheEnd ? sharesWithin(atTheEnd, [0.01, 0.1, 1, 2.5]) : new Map(),
  }),
);
if (road && streams)
  process.stdout.write(
    `${replicas} replicas: ${road.counts.taken} webhooks were taken and ${road.counts.lost} lost; ` +
      `${streams.counts.events} events of ${streams.counts.opened} streams.\n`,
  );
await proxy.close();
await emulator.close();
process.exit(tally.violations.length > 0 ? 1 : 0);
