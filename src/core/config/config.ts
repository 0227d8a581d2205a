// The environment, read once and parsed into one typed value. All mistakes are reported together, each with its remedy.
import { z } from 'zod';
import { WITHOUT_CODE } from '../compile-later.ts';
import { AppError } from '../errors.ts';
import { nest, type Settings } from './settings.ts';
import { flag } from './variable-types.ts';
import type { Variable } from './variables/variable.ts';
import { VARIABLES } from './variables.ts';

/**
 * Everything that an operator can decide: a field for each row of the table of variables, and what is derived from them.
 * URLs have no trailing slash; durations are in milliseconds.
 */
export type Config = Readonly<ReturnType<typeof toConfig>>;

/** What one document may contain. */
export type DocumentLimits = Config['documentLimits'];

/** Documents that clients may name by id, and whether other documents are refused. */
export type PersistedDocuments = NonNullable<Config['persisted']>;

/** Environment variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from environment variables.
 *
 * Throws `AppError` `INVALID_CONFIGURATION`, whose message lists every mistake and its remedy, one per line.
 */
export function readConfig(env: Environment): Config {
  const read = parseEnvironment(env);
  if (!('mistakes' in read)) return read.config;
  const { mistakes } = read;
  const heading = mistakes.length === 1 ? 'One mistake' : `${mistakes.length} mistakes`;
  const lines = mistakes.map((mistake) => `  - ${mistake}`).join('\n');
  throw new AppError(`${heading} in the environment:\n${lines}`, { code: 'INVALID_CONFIGURATION' });
}

/** A configuration, or all that is wrong with it, each mistake with its remedy. */
type Parsed<T> = { readonly config: T } | { readonly mistakes: readonly string[] };

/** Like `readConfig`, but returns the mistakes instead of throwing. */
export function parseEnvironment(env: Environment): Parsed<Config> {
  return parse(env, VARIABLES);
}

/** A configuration in which the secret key may be missing. */
export type ConfigWithoutKey = Omit<Config, 'secretServerKey'> & {
  readonly secretServerKey: string | undefined;
};

/** The same for those who can do without the secret key: tokens are verified without it. */
export function parseWithoutKey(env: Environment): Parsed<ConfigWithoutKey> {
  return parse(
    env,
    VARIABLES.map((row) => (row.key === 'secretServerKey' ? { ...row, parser: row.parser.optional() } : row)),
  );
}

function parse(env: Environment, rows: readonly Variable[]): Parsed<Config> {
  const mistakes: string[] = [];
  const found = Object.fromEntries(rows.map(({ name }) => [name, readVariable({ name, env, mistakes })]));
  const parsed = z
    .object(Object.fromEntries(rows.map(({ name, parser }) => [name, parser])))
    .safeParse(found, WITHOUT_CODE);
  for (const issue of parsed.error?.issues ?? []) mistakes.push(`${String(issue.path[0])} ${issue.message}`);
  mistakes.push(...persistedOnlyMistakes(found));
  if (!parsed.success || mistakes.length > 0) return { mistakes };
  return { config: toConfig(nest(rows.map(({ name, key }) => [key, parsed.data[name]]))) };
}

function persistedOnlyMistakes(found: Environment): readonly string[] {
  const isOn = (name: string) => flag(false).safeParse(found[name]).data === true;
  if (!isOn('PERSISTED_ONLY')) return [];
  return [
    ...(found['PERSISTED_DOCUMENTS'] === undefined
      ? ['PERSISTED_ONLY refuses every document without PERSISTED_DOCUMENTS: set both']
      : []),
    ...(isOn('GRAPHIQL')
      ? ['GRAPHIQL sends documents that PERSISTED_ONLY refuses: set one of the two to false']
      : []),
  ];
}

/** Replaces the settings from which others are derived by what is derived from them. */
function toConfig(settings: Settings) {
  const { issuerUrl, persistedDocuments, persistedOnly, rateLimit, rateLimitOf, ...others } = settings;
  return {
    ...others,
    /** Origins that are accepted in a token's `iss`. */
    issuerUrls: issuersOf(issuerUrl ?? others.apiUrl),
    introspection: others.introspection ?? others.graphiql,
    /** `undefined` where there are no persisted documents. */
    persisted: persistedDocuments && { documents: persistedDocuments, only: persistedOnly },
    /**
     * Per minute: requests of a user; of an address the failed verifications, new anonymous users, and calls to the provider for
     * anonymous users. `undefined` turns all of them off.
     */
    rateLimit: rateLimit === 'off' ? undefined : { requests: rateLimit, ...rateLimitOf },
  };
}

/** The issuer, and its sibling brand's. The provider replaces the path of its base URL, so only the origin counts. */
function issuersOf(url: string): readonly string[] {
  const { origin } = new URL(url);
  return [...new Set([origin, siblingBrand(origin)])];
}

/**
 * All spellings of a variable: the provider's variables exist under both brands, the project id also under the name that
 * frontends use, and the proxies in lower case.
 */
export function spellingsOf(name: string): readonly string[] {
  if (name.endsWith('_PROXY') && name !== 'TRUST_PROXY') return [name, name.toLowerCase()];
  if (!name.startsWith('STACK_')) return [name];
  const spellings = [name, name.replace('STACK_', 'HEXCLAVE_')];
  return name === 'STACK_PROJECT_ID' ? [...spellings, 'NEXT_PUBLIC_STACK_PROJECT_ID'] : spellings;
}

function readVariable({ name, env, mistakes }: { name: string; env: Environment; mistakes: string[] }) {
  const set = spellingsOf(name)
    .map((spelling) => {
      // Programs in JavaScript pass numbers and booleans as well.
      const given: unknown = env[spelling];
      if (typeof given !== 'string' && given !== undefined) mistakes.push(`${spelling} must be a string`);
      return { spelling, value: typeof given === 'string' ? given.trim() : undefined };
    })
    .filter(({ value }) => value !== undefined && value !== '');
  const [first] = set;
  const other = set.find(({ value }) => !isSame(name, value, first?.value));
  if (first && /^(['"]).*\1$/.test(first.value ?? ''))
    mistakes.push(`${first.spelling} has quotes around it: leave them out`);
  if (first && other) mistakes.push(`${first.spelling} and ${other.spelling} differ: keep one of them`);
  return first?.value;
}

/** A project id may be written in either case. */
function isSame(name: string, one: string | undefined, other: string | undefined): boolean {
  if (name === 'STACK_PROJECT_ID') return one?.toLowerCase() === other?.toLowerCase();
  return one === other;
}

function siblingBrand(issuerUrl: string): string {
  const { host } = new URL(issuerUrl);
  if (host === 'stack-auth.com' || host.endsWith('.stack-auth.com')) {
    return issuerUrl.replace('stack-auth.com', 'hexclave.com');
  }
  if (host === 'hexclave.com' || host.endsWith('.hexclave.com')) {
    return issuerUrl.replace('hexclave.com', 'stack-auth.com');
  }
  return issuerUrl;
}
