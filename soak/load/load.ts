// The load: questions at a steady rate, whatever becomes of the answers; each answer is judged.
import { setTimeout } from 'node:timers/promises';
import { Pool } from 'undici';
import type { ProviderHistory, Span } from '../provider/provider-history.ts';
import { type Answer, type createJudge, readAnswer } from '../verdict/judge.ts';
import type { Tally } from '../verdict/tally.ts';
import type { Question } from './questions.ts';
import type { Random } from './random.ts';

/** Whom to ask what, how often. `rate` is in questions a second. */
export interface LoadOptions {
  /** Of all replicas: each question goes to one of them. */
  readonly urls: readonly string[];
  readonly random: Random;
  readonly rate: number;
  readonly connections: number;
  readonly nextQuestion: () => Promise<Question>;
  readonly judge: ReturnType<typeof createJudge>;
  readonly tally: Tally;
  readonly history: ProviderHistory;
}

/** Asks until the signal aborts, and ends with the last answer. */
export async function putLoad(options: LoadOptions, signal: AbortSignal): Promise<void> {
  const { urls, rate, connections } = options;
  const pools = urls.map((url) => new Pool(url, { connections, pipelining: 1 }));
  const underWay = new Set<Promise<void>>();
  const began = performance.now();
  for (let asked = 0; !signal.aborted; await setTimeout(5)) {
    const due = ((performance.now() - began) / 1000) * rate;
    for (; asked < due; asked += 1) {
      const one: Promise<void> = ask(pools, options).finally(() => underWay.delete(one));
      underWay.add(one);
    }
  }
  await Promise.all(underWay);
  await Promise.all(pools.map((pool) => pool.close()));
}

async function ask(
  pools: readonly Pool[],
  { random, nextQuestion, judge, tally, history }: LoadOptions,
): Promise<void> {
  const question = await nextQuestion();
  const { kind, asker, leavesAfter } = question;
  const pool = random.pick(pools);
  const replica = pools.indexOf(pool);
  const from = Date.now();
  const found = await send(pool, question).catch(String);
  const span = { from, to: Date.now() };
  if (typeof found === 'string') {
    if (leavesAfter !== undefined) tally.noteLeft(kind);
    else tally.violate(`${kind}: no answer: ${found}`);
    return;
  }
  try {
    const reading = readAnswer(found);
    const wrong = judge({ question, reading, span, replica });
    tally.note({ question, reading, span });
    if (wrong !== undefined) tally.violate(`${kind}: ${wrong} ${circumstances(history, span)}`);
    // As a client does: a token that is not good any more is renewed.
    const isRefused =
      reading.outcome.startsWith('401') || reading.fieldCodes.includes('UNAUTHENTICATED/INVALID_TOKEN');
    if (isRefused && asker?.person.session === asker?.session && asker?.person.deletedAt === undefined) {
      if (asker) asker.person.session = undefined;
    }
  } catch (error) {
    tally.violate(`${kind}: no answer of ours: ${found.status} ${found.text.slice(0, 100)} (${error})`);
  }
}

async function send(pool: Pool, { method, path, headers, body, leavesAfter }: Question): Promise<Answer> {
  const signal = leavesAfter === undefined ? undefined : AbortSignal.timeout(Math.ceil(leavesAfter));
  const answer = await pool.request({ method, path, headers: { ...headers }, body: body ?? null, signal });
  return { status: answer.statusCode, text: await answer.body.text() };
}

function circumstances(history: ProviderHistory, span: Span): string {
  const names = history.during(span).map(({ name }) => name);
  return names.length > 0 ? `(during ${names.join(', ')})` : '(nothing was wrong)';
}
