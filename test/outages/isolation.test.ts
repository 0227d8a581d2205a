import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/emulator/fault.ts';
import { type GraphQLBody, startTestServer, type TestServer } from '../support/test-server.ts';

const USERS = 200;
const AT_ONCE = 200;

const QUERIES = [
  '{ me { id isAnonymous } }',
  '{ me { id displayName email } }',
  '{ one: me { id displayName } two: me { email id } three: me { name: displayName mail: email } }',
  `query Twice { me { ...Named } ... on Query { again: me { ...Named ... { email } } } }
   fragment Named on User { id displayName profileImageUrl }`,
] as const;

/** A user whose profile contains the mark in every text, with an older and a newer token. */
interface Person {
  readonly id: string;
  readonly mark: string;
  readonly isDeleted: boolean;
  readonly tokens: readonly string[];
}

/** The result of a request. `whole` is an answer without an error. */
type Seen = 'whole' | 'gone' | 'failed' | 'left';

/** A server and two hundred users, of whom every twentieth is deleted at the provider. */
async function startCrowd(env: Record<string, string>) {
  const test = await startTestServer({
    env: { RATE_LIMIT: 'off', MAX_IN_FLIGHT: '5000', UPSTREAM_CONCURRENCY: '500', ...env },
  });
  const { control } = test.emulator;
  const second = Math.floor(Date.now() / 1000);
  const people = await Promise.all(
    Array.from({ length: USERS }, async (_, index): Promise<Person> => {
      const mark = `mark-${1000 + index}`;
      const { id } = control.createUser({
        displayName: `User ${mark}`,
        email: `${mark}@example.test`,
        profileImageUrl: `https://images.example.test/${mark}.png`,
        ...(index % 7 === 0 && { kind: 'restricted' }),
      });
      const tokens = await Promise.all(
        [second - 60, second].map((issuedAt) => control.mintToken({ userId: id, issuedAt })),
      );
      const isDeleted = index % 20 === 19;
      if (isDeleted) control.deleteUser(id);
      return { id, mark, isDeleted, tokens };
    }),
  );
  return Object.assign(test, { people });
}

/** Makes so many requests, two hundred at a time, as users drawn at random, and searches each answer for other users. */
async function askAround(
  test: TestServer & { readonly people: readonly Person[] },
  { count, seed }: { readonly count: number; readonly seed: number },
): Promise<Record<Seen, number>> {
  const seen = { whole: 0, gone: 0, failed: 0, left: 0 };
  const draw = createDice(seed);
  for (let asked = 0; asked < count; asked += AT_ONCE) {
    const results = Array.from({ length: AT_ONCE }, () => {
      const person = draw(test.people);
      return askAs(test, {
        person,
        token: draw(person.tokens),
        query: draw(QUERIES),
        leaves: draw.chance(20),
      });
    });
    for (const result of await Promise.all(results)) seen[result] += 1;
  }
  return seen;
}

async function askAs(
  test: TestServer,
  {
    person,
    token,
    query,
    leaves,
  }: {
    readonly person: Person;
    readonly token: string;
    readonly query: string;
    readonly leaves: boolean;
  },
): Promise<Seen> {
  const client = new AbortController();
  const answer = test.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-stack-access-token': token },
    body: JSON.stringify({ query }),
    signal: client.signal,
  });
  if (leaves) setImmediate(() => client.abort());
  const text = await answer.then(
    (response) => response.text(),
    () => undefined,
  );
  return text === undefined ? 'left' : inspect(text, person);
}

/** Throws where an answer shows another user. */
function inspect(text: string, { id, mark, isDeleted }: Person): Seen {
  const { data, errors }: GraphQLBody = JSON.parse(text);
  const views: Record<string, unknown>[] = Object.values(data);
  const shown = JSON.stringify(data);
  const strangers = [...(shown.match(/mark-\d+/g) ?? [])].filter((each) => each !== mark);
  const ids = views.flatMap((view) => ('id' in view ? [view['id']] : []));
  expect({ strangers, ids: [...new Set(ids)] }).toEqual({ strangers: [], ids: [id] });
  const empty = views.some((view) => Object.values(view).includes(null));
  expect(empty).toBe(errors !== undefined);
  if (!errors) {
    if (isDeleted) expect(shown).not.toContain('displayName');
    return 'whole';
  }
  const codes = new Set(errors.map(({ extensions }) => extensions['code']));
  expect(codes.size).toBe(1);
  if (codes.has('UNAUTHENTICATED')) {
    expect({ isDeleted, reason: errors[0]?.extensions['reason'] }).toEqual({
      isDeleted: true,
      reason: 'USER_GONE',
    });
    return 'gone';
  }
  expect([...codes]).toEqual(['UPSTREAM_UNAVAILABLE']);
  return 'failed';
}

/** Pseudo-random draws, the same in every run. */
function createDice(seed: number) {
  let state = seed;
  const roll = (sides: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
  const draw = <T>(list: readonly T[]): T => {
    const drawn = list[roll(list.length)];
    if (drawn === undefined) throw new Error('The list is empty');
    return drawn;
  };
  return Object.assign(draw, { chance: (oneIn: number) => roll(oneIn) === 0 });
}

describe('two hundred users at once', () => {
  it.each([
    ['with cached profiles', '30'],
    ['without', '0'],
  ])('see only themselves, %s', { timeout: 60_000 }, async (_what, ttl) => {
    await using test = await startCrowd({ PROFILE_CACHE_TTL: ttl });
    const { control } = test.emulator;
    const isCached = ttl !== '0';

    const healthy = await askAround(test, { count: 1_800, seed: 1 });
    expect(healthy.failed).toBe(0);
    expect(healthy.whole).toBeGreaterThan(1_000);
    expect(healthy.gone).toBeGreaterThan(30);
    expect(healthy.left).toBeGreaterThan(15);
    const { profile } = control.calls();
    if (isCached) expect(profile).toBeLessThan(800);
    else expect(profile).toBeGreaterThan(500);

    const [, stranger] = test.people;
    if (!stranger) throw new Error('There are two hundred users');
    const faults: readonly Fault[] = [
      { kind: 'otherUser', userId: stranger.id },
      { kind: 'garbage' },
      { kind: 'status', status: 500 },
    ];
    for (const [index, fault] of faults.entries()) {
      const heal = control.fail('profile', fault);
      const failing = await askAround(test, { count: 200, seed: 2 + index });
      heal();
      expect(failing.whole).toBeGreaterThan(20);
      if (!isCached) expect(failing.failed).toBeGreaterThan(20);
    }

    // Users for whom answers were unreadable again and again are paused for a few seconds.
    const areServed = async () => {
      const tokens = test.people.flatMap((person) => person.tokens);
      const answers = await Promise.all(tokens.map((token) => test.ask('{ me { email } }', { token })));
      return answers.every(({ body }) => body.errors?.[0]?.extensions['code'] !== 'UPSTREAM_UNAVAILABLE');
    };
    await expect.poll(areServed, { timeout: 15_000, interval: 250 }).toBe(true);
    const again = await askAround(test, { count: 600, seed: 9 });
    expect(again.failed).toBe(0);
    expect(again.whole).toBeGreaterThan(400);
  });
});
