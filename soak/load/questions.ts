// What is asked: rightly by users, wrongly by everybody, and what may be answered to it.
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { People, Person, Session } from './people.ts';
import type { Random } from './random.ts';

/** A request, and all that may come of it. */
export interface Question {
  readonly kind: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Who asks by a good token. */
  readonly asker: { readonly person: Person; readonly session: Session } | undefined;
  /** Refusals of the whole request, such as `401 UNAUTHENTICATED/EXPIRED_TOKEN`. With `asker` and none, data must come. */
  readonly refusals: readonly string[];
  /** Refusals that come in the place of data, and need not. */
  readonly mayBeRefused?: readonly string[];
  /** By which generation of keys the token is signed, where that matters though it is not good. */
  readonly generation?: number;
  /** Whether the keys must be looked for to refuse it. */
  readonly looksForKeys?: boolean;
  /** Data must come, and nothing else but this in its errors. */
  readonly fieldCode?: string;
  /** Milliseconds after which the client leaves. */
  readonly leavesAfter?: number;
}

const WHO = '{ me { id isAnonymous isRestricted } }';
const PROFILE = 'query Profile { me { id displayName email emailVerified } }';
const ALIASES =
  'query Aliases { me { id displayName } again: me { ...Mail } } fragment Mail on User { id email }';
const SESSION = '{ me { id } session { id issuedAt expiresAt } }';

const INVALID = '401 UNAUTHENTICATED/INVALID_TOKEN';
const LIMITED = '429 RATE_LIMITED';

/** Who breaks rules, from addresses of their own. */
const ATTACKERS = ['198.51.100.1', '198.51.100.2', '198.51.100.3'];

/** How often each kind is asked, of all. */
const WEIGHTS = {
  who: 30,
  profile: 30,
  aliases: 5,
  session: 5,
  get: 3,
  greedy: 9,
  failing: 6,
  leaver: 2,
  'no token': 2,
  public: 2,
  expired: 2,
  forged: 2,
  unknownKey: 1,
  malformed: 2,
  foreign: 1,
  conflicting: 1,
  unparsable: 1,
  unfit: 1,
  tooMany: 1,
  tooLarge: 0.3,
  wrongMethod: 0.5,
  wrongType: 0.5,
  wrongAccept: 0.5,
} as const;

/** Every kind of question. */
export const KINDS = Object.keys(WEIGHTS) as readonly (keyof typeof WEIGHTS)[];

/** Makes the source of questions. */
export function createQuestions({
  emulator: { control, people: seeded },
  people,
  random,
}: {
  readonly emulator: Emulator;
  readonly people: People;
  readonly random: Random;
}): () => Promise<Question> {
  const total = Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0);
  // One asks for more than anybody may, and from there nothing else comes.
  const [greedy] = people.all;

  function chooseKind(): keyof typeof WEIGHTS {
    let left = random.between(0, total);
    for (const kind of KINDS) {
      left -= WEIGHTS[kind];
      if (left < 0) return kind;
    }
    return 'who';
  }

  const post = (query: string, token: string | undefined, address: string) => ({
    method: 'POST' as const,
    path: '/graphql',
    headers: {
      'content-type': 'application/json',
      'x-forwarded-for': address,
      ...(token !== undefined && { 'x-stack-access-token': token }),
    },
    body: JSON.stringify({ query }),
  });

  async function byUser(kind: string, query: string, person?: Person): Promise<Question> {
    const asking = person ?? people.pickOther();
    const session = await people.sessionOf(asking);
    return {
      kind,
      ...post(query, session.token, asking.address),
      asker: { person: asking, session },
      refusals: [],
    };
  }

  async function byAttacker(kind: string, token: string, more: Partial<Question> = {}): Promise<Question> {
    const sent = post(WHO, token, random.pick(ATTACKERS));
    return { kind, ...sent, asker: undefined, refusals: [INVALID, LIMITED], ...more };
  }

  async function refused(
    kind: string,
    refusal: string,
    more: Partial<Question> & { readonly query?: string },
  ) {
    const { query = WHO, ...changes } = more;
    const question = await byUser(kind, query);
    const headers = { ...question.headers, ...changes.headers };
    return { ...question, ...changes, headers, refusals: [refusal] };
  }

  const anySeeded = () => random.pick([seeded.ada, seeded.grace, seeded.guest, seeded.radia]).id;

  return async () => {
    const kind = chooseKind();
    switch (kind) {
      case 'who':
        return byUser(kind, WHO);
      case 'profile':
        return byUser(kind, PROFILE);
      case 'aliases':
        return byUser(kind, ALIASES);
      case 'session':
        return byUser(kind, SESSION);
      case 'get': {
        const { body: _body, ...question } = await byUser(kind, WHO);
        const { 'content-type': _type, ...headers } = question.headers as Record<string, string>;
        const path = `/graphql?query=${encodeURIComponent(random.pick([WHO, PROFILE]))}`;
        return { ...question, method: 'GET', path, headers, body: undefined };
      }
      case 'greedy':
        return { ...(await byUser(kind, WHO, greedy)), mayBeRefused: [LIMITED] };
      case 'failing':
        return byUser(kind, PROFILE, people.failing);
      case 'leaver':
        return { ...(await byUser(kind, PROFILE)), leavesAfter: random.between(0, 30) };
      case 'public':
        return { kind, ...post('{ __typename }', undefined, '203.0.113.1'), asker: undefined, refusals: [] };
      case 'no token': {
        const sent = post(WHO, undefined, '203.0.113.1');
        const fieldCode = 'UNAUTHENTICATED/MISSING_TOKEN';
        return { kind, ...sent, asker: undefined, refusals: [], fieldCode };
      }
      case 'expired': {
        const { token, generation } = await people.mint({ userId: anySeeded(), expiresIn: -60 });
        const sent = post(WHO, token, `203.0.113.${Math.floor(random.between(2, 250))}`);
        const refusals = ['401 UNAUTHENTICATED/EXPIRED_TOKEN'];
        return { kind, ...sent, asker: undefined, refusals, generation };
      }
      case 'forged': {
        const { token, generation } = await people.mint({ userId: anySeeded(), forged: true });
        return byAttacker(kind, token, { generation });
      }
      case 'unknownKey': {
        const token = await control.mintToken({ userId: anySeeded(), unknownKid: true });
        return byAttacker(kind, token, { looksForKeys: true });
      }
      case 'malformed':
        return byAttacker(kind, random.pick(['x', 'a.b', 'null', 'e30.e30.AAAA', `${'a'.repeat(9_000)}`]));
      case 'foreign':
        return byAttacker(kind, await control.mintToken({ userId: anySeeded(), otherProject: true }));
      case 'conflicting':
        return refused(kind, '400 BAD_REQUEST/CONFLICTING_TOKENS', {
          headers: { authorization: `Bearer ${await control.mintToken({ userId: anySeeded() })}` },
        });
      case 'unparsable':
        return refused(kind, '200 GRAPHQL_PARSE_FAILED', { query: '{ me { id' });
      case 'unfit':
        return refused(kind, '200 GRAPHQL_VALIDATION_FAILED', { query: '{ me { nothing } }' });
      case 'tooMany':
        return refused(kind, '200 LIMIT_EXCEEDED/MAX_ROOT_FIELDS', {
          query: `{ ${Array.from({ length: 25 }, (_, at) => `a${at}: __typename`).join(' ')} }`,
        });
      case 'tooLarge':
        return refused(kind, '413 BAD_REQUEST', { query: ' '.repeat(110_000) });
      case 'wrongMethod':
        return refused(kind, '405 BAD_REQUEST', { method: 'PUT' });
      case 'wrongType':
        return refused(kind, '415 BAD_REQUEST', { headers: { 'content-type': 'text/plain' } });
      case 'wrongAccept':
        return refused(kind, '406 BAD_REQUEST', { headers: { accept: 'image/png' } });
    }
  };
}
