// The users that must be served meanwhile: what they are answered, and how soon.
import { Pool } from 'undici';
import { quantile } from '../verdict/vitals.ts';
import { ATTACKER, pause, type Target } from './attack.ts';

/** What the users saw. Times are in milliseconds. */
export interface Service {
  readonly asked: number;
  /** What was answered instead of data, and how often. */
  readonly refused: ReadonlyMap<string, number>;
  readonly median: number;
  readonly p99: number;
}

const QUERIES = ['{ me { id isAnonymous } }', '{ me { id email displayName } }'];

/** Asks as 50 users, two of them at the attacker's address, until the signal aborts. `rate` is in requests a second. */
export async function serveGoodUsers(
  { url, emulator: { control } }: Target,
  { rate, signal }: { readonly rate: number; readonly signal: AbortSignal },
): Promise<Service> {
  const pool = new Pool(url, { connections: 100, pipelining: 1 });
  const times: number[] = [];
  const refused = new Map<string, number>();
  const users = Array.from({ length: 50 }, () => control.createUser().id);
  const tokens = await Promise.all(users.map((userId) => control.mintToken({ userId, expiresIn: 3_600 })));
  const running: Promise<void>[] = [];

  async function ask(index: number): Promise<void> {
    const began = performance.now();
    const outcome = await send(pool, {
      token: tokens[index % tokens.length] ?? '',
      address: index % 25 === 0 ? ATTACKER : `203.0.113.${index % 50}`,
      query: QUERIES[index % 2] ?? '',
    }).catch(String);
    times.push(performance.now() - began);
    if (outcome !== 'data') refused.set(outcome, (refused.get(outcome) ?? 0) + 1);
  }

  for (let index = 0; !signal.aborted; index += 1) {
    running.push(ask(index));
    await pause(1_000 / rate, signal);
  }
  await Promise.all(running);
  await pool.close();
  return { asked: times.length, refused, median: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

async function send(
  pool: Pool,
  { token, address, query }: { readonly token: string; readonly address: string; readonly query: string },
): Promise<string> {
  const headers = {
    'content-type': 'application/json',
    'x-forwarded-for': address,
    'x-stack-access-token': token,
  };
  const answer = await pool.request({
    method: 'POST',
    path: '/graphql',
    headers,
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await answer.body.json()) as {
    readonly data?: unknown;
    readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
  };
  return data && !errors ? 'data' : `${answer.statusCode} ${errors?.[0]?.extensions.code}`;
}
