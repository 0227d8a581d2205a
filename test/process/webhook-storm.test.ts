// A thousand events a second for one second; with FUZZ_FACTOR for as many seconds.
import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import { expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { fuzzRuns } from '../support/fuzz-runs.ts';
import { describeRedis, openRedis } from '../support/redis.ts';
import { type ReplicaProcesses, startReplicaProcesses } from '../support/replica-processes.ts';
import { scrape } from '../support/scrape.ts';
import { signedWebhook } from '../support/signed-webhook.ts';

/** Events a second, and queries of users beside them. */
const EVENTS = 1_000;
const QUERIES = 50;

const USERS = 100;
const TEAMS = 20;

const QUERY = '{ me { displayName teams { displayName } } }';

/** A user, and what a query shows. */
interface StormUser {
  readonly id: string;
  readonly token: string;
  readonly expected: string;
}

describeRedis('a storm of webhooks', () => {
  it('keeps no user from an answer, and no replica from changes', { timeout: fuzzRuns(30_000) }, async () => {
    const seconds = fuzzRuns(1);
    await using emulator = await startEmulator();
    await using redis = await openRedis();
    await using replicas = await startReplicaProcesses({
      emulator,
      redisUrl: redis.url,
      count: 2,
      env: { RATE_LIMIT: 'off', MAX_IN_FLIGHT: '10000' },
    });
    emulator.control.sendWebhooksTo(undefined);
    const { users, teams } = await createUsers(emulator);
    const connect = () =>
      replicas.servers.map(({ url }) => new Pool(url, { connections: 20, pipelining: 1 }));
    const [ofProvider, ofUsers] = [connect(), connect()];
    const before = await cpuOf(replicas);

    const [statuses, answers] = await Promise.all([
      sendEvents(ofProvider, { emulator, users, teams, count: seconds * EVENTS }),
      askAsUsers(ofUsers, { users, count: seconds * QUERIES }),
    ]);
    expect(statuses.filter((status) => status !== 204)).toEqual([]);
    expect(answers.filter(({ isRight }) => !isRight)).toEqual([]);
    if (seconds > 1)
      process.stdout.write(
        `${figuresOf(answers)}; ${(((await cpuOf(replicas)) - before) * 1e6) / statuses.length} µs of CPU for each event, with its share of the queries\n`,
      );
    await Promise.all([...ofProvider, ...ofUsers].map((pool) => pool.close()));
    expect(await seenAfterwards(emulator, replicas, users)).toBeLessThan(1_000);
  });
});

async function createUsers({ control }: Emulator) {
  const teams = Array.from(
    { length: TEAMS },
    (_, index) => control.createTeam({ displayName: `T${index}` }).id,
  );
  const users = await Promise.all(
    Array.from({ length: USERS }, async (_, index): Promise<StormUser> => {
      const { id } = control.createUser({ displayName: `U${index}` });
      const teamId = teams[index % TEAMS] ?? '';
      control.addMember({ teamId, userId: id });
      const me = { displayName: `U${index}`, teams: [{ displayName: `T${index % TEAMS}` }] };
      return {
        id,
        token: await control.mintToken({ userId: id }),
        expected: JSON.stringify({ data: { me } }),
      };
    }),
  );
  return { users, teams };
}

/** Sends events of users and teams at the steady rate; gives the status of each. */
async function sendEvents(
  pools: readonly Pool[],
  {
    emulator,
    users,
    teams,
    count,
  }: {
    readonly emulator: Emulator;
    readonly users: readonly StormUser[];
    readonly teams: readonly string[];
    readonly count: number;
  },
): Promise<readonly (number | string)[]> {
  const send = async (index: number) => {
    const event =
      index % 4 === 0
        ? { type: 'team.updated', data: { id: teams[index % teams.length] } }
        : { type: 'user.updated', data: { id: users[index % users.length]?.id } };
    const { headers, body } = signedWebhook({ ...event, secret: emulator.webhookSecret });
    const answer = await pools[index % pools.length]?.request({
      method: 'POST',
      path: '/webhooks',
      headers,
      body,
    });
    await answer?.body.dump();
    return answer?.statusCode ?? 0;
  };
  return atRate(EVENTS, count, (index) => send(index).catch(String));
}

/** Asks as users; gives how long each answer took, and whether it was the user's own. */
function askAsUsers(
  pools: readonly Pool[],
  { users, count }: { readonly users: readonly StormUser[]; readonly count: number },
) {
  return atRate(QUERIES, count, async (index) => {
    const user = users[(index * 7) % users.length];
    const began = performance.now();
    const answer = await pools[index % pools.length]?.request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', 'x-stack-access-token': user?.token ?? '' },
      body: JSON.stringify({ query: QUERY }),
    });
    const text = await answer?.body.text();
    return { time: performance.now() - began, isRight: text === user?.expected, text };
  });
}

async function atRate<T>(
  rate: number,
  count: number,
  start: (index: number) => Promise<T>,
): Promise<readonly T[]> {
  const began = performance.now();
  const running: Promise<T>[] = [];
  while (running.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - began) / 1_000) * rate));
    while (running.length < due) running.push(start(running.length));
    await setTimeout(2);
  }
  return Promise.all(running);
}

/** Milliseconds until all show a change that one is told of. */
function seenAfterwards(
  { control }: Emulator,
  replicas: ReplicaProcesses,
  [user]: readonly StormUser[],
): Promise<number> {
  if (!user) throw new Error('There are no users');
  control.sendWebhooksTo(`${replicas.balancer.url}/webhooks`);
  control.updateUser(user.id, { displayName: 'After the storm' });
  return replicas.untilAllShow('{ me { displayName } }', user.token, {
    me: { displayName: 'After the storm' },
  });
}

/** Seconds of all servers. */
async function cpuOf({ servers }: ReplicaProcesses): Promise<number> {
  const scrapes = await Promise.all(servers.map(({ metricsUrl }) => scrape(metricsUrl)));
  return scrapes.reduce((sum, { value }) => sum + value('process_cpu_seconds_total'), 0);
}

/** For people: on a busy machine they say nothing. */
function figuresOf(answers: readonly { readonly time: number }[]): string {
  const times = answers.map(({ time }) => time).sort((one, other) => one - other);
  const [median = 0, p99 = 0] = [0.5, 0.99].map((share) => times[Math.floor(times.length * share)] ?? 0);
  return `${times.length} queries beside ${EVENTS} events a second: median ${median.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`;
}
