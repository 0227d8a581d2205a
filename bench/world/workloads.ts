// What is asked: W1 to W5, and what a right answer is.
import type { EmulatedUser } from '../../src/emulator/user.ts';
import { teamsOf } from './teams.ts';

/** Where a workload's tokens come from. `seen` are the same 1,000 in turn, of all other kinds each is new. */
export type TokenKind = 'seen' | 'new' | 'garbage' | 'forged';

/** One kind of request. `data` is the answer for a user; bad tokens have none. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly body: string;
  readonly accept: string;
  readonly tokens: TokenKind;
  /** Milliseconds that the provider takes for a profile. */
  readonly upstreamDelay: 0 | 20;
  /** Only our own server is asked, with this in its environment: no peer caches profiles, or has such fields. */
  readonly ownEnv?: Readonly<Record<string, string>>;
  /** The workload whose rounds it shares where both are measured, so that the two can be compared round by round. */
  readonly besides?: string;
  readonly data: (user: EmulatedUser) => object;
}

const identity = ({ id, kind }: EmulatedUser) => ({ id, isAnonymous: kind === 'anonymous' });

const w1 = {
  body: JSON.stringify({ query: '{ me { id isAnonymous } }' }),
  accept: 'application/json',
  upstreamDelay: 0,
  data: (user: EmulatedUser) => ({ me: identity(user) }),
} as const;

const w3 = {
  body: JSON.stringify({ query: '{ me { id email displayName } }' }),
  accept: 'application/json',
  tokens: 'seen',
  data: ({ id, email, displayName }: EmulatedUser) => ({ me: { id, email, displayName } }),
} as const;

/** The profile as our server caches it by default: the sweep before a window has fetched it. */
const w3Cached = { ...w3, upstreamDelay: 0, ownEnv: { PROFILE_CACHE_TTL: '30' } } as const;

/** Teams with permissions, cached likewise. */
const w5 = {
  body: JSON.stringify({ query: '{ me { teams { displayName permissions } } }' }),
  accept: 'application/json',
  tokens: 'seen',
  upstreamDelay: 0,
  ownEnv: { PROFILE_CACHE_TTL: '3600' },
  data: (user: EmulatedUser) => ({
    me: { teams: teamsOf(user).map(({ displayName, permissions }) => ({ displayName, permissions })) },
  }),
} as const;

/** As Apollo Client 4.3 sends it, recorded from its HttpLink. */
const apollo = {
  body: JSON.stringify({
    operationName: 'Me',
    variables: { withStatus: true },
    extensions: { clientLibrary: { name: '@apollo/client', version: '4.3.8' } },
    query:
      'query Me($withStatus: Boolean!) {\n  me {\n    id\n    isAnonymous @include(if: $withStatus)\n    __typename\n  }\n}',
  }),
  accept: 'application/graphql-response+json,application/json;q=0.9',
  data: (user: EmulatedUser) => ({ me: { ...identity(user), __typename: 'User' } }),
};

/** All workloads in the order in which they are run. */
export const workloads: readonly Workload[] = [
  { ...w1, name: 'w1', title: 'W1: id, tokens seen before', tokens: 'seen' },
  { ...w1, ...apollo, name: 'w1-apollo', title: 'W1 as Apollo Client 4 sends it', tokens: 'seen' },
  { ...w1, name: 'w2', title: 'W2: id, every token new', tokens: 'new' },
  { ...w3, name: 'w3', title: 'W3: profile, provider at 0 ms', upstreamDelay: 0 },
  { ...w3, name: 'w3-20ms', title: 'W3: profile, provider at 20 ms', upstreamDelay: 20 },
  { ...w1, name: 'w4-garbage', title: 'W4: garbage for a token', tokens: 'garbage' },
  { ...w1, name: 'w4-forged', title: 'W4: wrong signature', tokens: 'forged' },
  { ...w3Cached, name: 'w3-cached', title: 'W3 as by default: profile, cached for 30 s', besides: 'w1' },
  { ...w5, name: 'w5', title: 'W5: teams with permissions, cached', besides: 'w1' },
];

/** Finds a workload. Throws where there is none of that name. */
export function findWorkload(name: string): Workload {
  const found = workloads.find((each) => each.name === name);
  if (!found)
    throw new Error(`There is no workload ${name}: ${workloads.map((each) => each.name).join(', ')}`);
  return found;
}

/** The workloads of these names, each once, in groups that share rounds. Throws where there is none of a name. */
export function shareRounds(names: readonly string[]): readonly (readonly Workload[])[] {
  const asked = [...new Set(names)].map(findWorkload);
  const hostOf = ({ name, besides }: Workload) => asked.find((each) => each.name === besides)?.name ?? name;
  return asked
    .filter((workload) => hostOf(workload) === workload.name)
    .map(({ name }) => asked.filter((workload) => hostOf(workload) === name));
}

/** Whether the workload's tokens are to be refused. */
export function isOfBadTokens({ tokens }: Pick<Workload, 'tokens'>): boolean {
  return tokens === 'garbage' || tokens === 'forged';
}
