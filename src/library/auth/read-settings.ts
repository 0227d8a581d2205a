// The options of `createAuth`, parsed by the rows of the server's table of variables: the same defaults and meanings.
import { type ConfigWithoutKey, type Environment, parseWithoutKey } from '../../core/config/config.ts';
import { AppError } from '../../core/errors.ts';
import type { AuthSettings } from './types.ts';

/** The variable that each option stands for. */
const VARIABLE_OF = {
  projectId: 'STACK_PROJECT_ID',
  secretServerKey: 'STACK_SECRET_SERVER_KEY',
  publishableClientKey: 'STACK_PUBLISHABLE_CLIENT_KEY',
  apiUrl: 'STACK_API_URL',
  issuerUrl: 'STACK_ISSUER_URL',
  profileCacheTtl: 'PROFILE_CACHE_TTL',
  rateLimit: 'RATE_LIMIT',
} as const satisfies Record<Exclude<keyof AuthSettings, 'logger'>, string>;

const NUMBERS: readonly string[] = ['profileCacheTtl', 'rateLimit'];

const LOG_METHODS = ['info', 'warn', 'error'] as const;

/** Parses the options. Throws `AppError` `INVALID_CONFIGURATION`, which names each option that is wrong. */
export function readSettings(settings: AuthSettings): ConfigWithoutKey {
  const mistakes: string[] = [];
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(settings ?? {})) {
    if (value === undefined) continue;
    if (name === 'logger') mistakes.push(...mistakesOfLogger(value));
    else if (!isOption(name)) mistakes.push(`${name} is not an option`);
    else if (!isOfType(name, value))
      mistakes.push(`${name} must be a ${NUMBERS.includes(name) ? 'number' : 'string'}`);
    else env[VARIABLE_OF[name]] = String(value);
  }
  return parse(env, mistakes);
}

function parse(env: Environment, mistakes: readonly string[]): ConfigWithoutKey {
  const parsed = parseWithoutKey(env);
  const found = 'mistakes' in parsed ? parsed.mistakes.map(withOptionNames) : [];
  // A value of a wrong type is missing here, and would be told of twice.
  const all = [
    ...mistakes,
    ...found.filter((one) => !mistakes.some((other) => nameOf(other) === nameOf(one))),
  ];
  if ('config' in parsed && all.length === 0) return parsed.config;
  const lines = all.map((mistake) => `  - ${mistake}`).join('\n');
  throw new AppError(`Wrong options of createAuth:\n${lines}`, { code: 'INVALID_CONFIGURATION' });
}

function isOption(name: string): name is keyof typeof VARIABLE_OF {
  return Object.hasOwn(VARIABLE_OF, name);
}

function isOfType(name: string, value: unknown): boolean {
  if (name === 'rateLimit' && value === 'off') return true;
  return typeof value === (NUMBERS.includes(name) ? 'number' : 'string');
}

function mistakesOfLogger(logger: unknown): readonly string[] {
  const isLogger =
    typeof logger === 'object' &&
    logger !== null &&
    LOG_METHODS.every((method) => typeof Reflect.get(logger, method) === 'function');
  return isLogger ? [] : [`logger must have the methods ${LOG_METHODS.join(', ')}`];
}

/** Messages of the table name variables. */
function withOptionNames(mistake: string): string {
  return Object.entries(VARIABLE_OF).reduce((text, [option, name]) => text.replaceAll(name, option), mistake);
}

const nameOf = (mistake: string) => mistake.split(' ', 1)[0];
