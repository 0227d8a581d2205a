// Whether an answer is right: for a good token the data of its user, for a bad one a refusal.
import { isDeepStrictEqual } from 'node:util';
import { isOfBadTokens, type Workload } from '../world/workloads.ts';
import type { World } from '../world/world.ts';
import type { Answered } from './drive.ts';

/** What was found wrong, with a few examples. */
export interface Verdict {
  readonly checked: number;
  readonly wrong: number;
  readonly examples: readonly string[];
}

/** Checks every answer of one server to one workload. */
export interface Check {
  answer(answered: Answered): void;
  verdict(): Verdict;
}

/** A server that answers the same to everybody is measured against that. */
export interface CheckOptions {
  readonly world: World;
  readonly workload: Workload;
  readonly constant: boolean;
}

/** Statuses of a refusal. A GraphQL server may also answer 200 with errors and without data. */
const REFUSALS = new Set([200, 400, 401, 429]);

const MAX_EXAMPLES = 3;

/**
 * Makes the check. An answer is parsed and compared as JSON once; from then on that user's answers are compared with it
 * byte by byte, and parsed again only where they differ.
 */
export function createCheck({ world, workload, constant }: CheckOptions): Check {
  const isBad = isOfBadTokens(workload);
  const known: ({ readonly status: number; readonly body: Buffer } | undefined)[] = [];
  const examples: string[] = [];
  let checked = 0;
  let wrong = 0;

  function isRight(status: number, text: string, user: number): boolean {
    const answer = parse(text);
    if (isBad) return REFUSALS.has(status) && isRefusal(answer);
    const person = world.users[constant ? 0 : user];
    return (
      status === 200 && person !== undefined && isDeepStrictEqual(answer, { data: workload.data(person) })
    );
  }

  return {
    answer({ entry: { user }, status, body }) {
      checked += 1;
      const place = isBad ? 0 : user;
      const expected = known[place];
      if (expected?.status === status && expected.body.equals(body)) return;
      const text = body.toString('utf8');
      if (isRight(status, text, user)) known[place] = { status, body: Buffer.from(body) };
      else {
        wrong += 1;
        if (examples.length < MAX_EXAMPLES) examples.push(`${status} ${text.slice(0, 300)}`);
      }
    },
    verdict: () => ({ checked, wrong, examples }),
  };
}

function isRefusal(answer: unknown): boolean {
  if (typeof answer !== 'object' || answer === null || !('errors' in answer)) return false;
  const { errors } = answer;
  if (!Array.isArray(errors) || errors.length === 0) return false;
  if (!('data' in answer) || answer.data === null) return true;
  return isDeepStrictEqual(answer.data, { me: null });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
