// The kinds of values that environment variables take. A description says what is accepted: docs/configuration.md shows
// it, and error messages repeat it after "must be".
import { z } from 'zod';
import { parseNetwork } from './networks.ts';
import { ORIGINS, originMistake } from './origin.ts';

const TRUE_OR_FALSE = 'true or false';

/** true or false; on, off, yes, no, 1 and 0 are accepted as well. */
export const flagWithoutDefault = z.stringbool({ error: `must be ${TRUE_OR_FALSE}` }).describe(TRUE_OR_FALSE);

/** A `flagWithoutDefault` with a default. */
export const flag = (initial: boolean) => flagWithoutDefault.prefault(String(initial));

/** A whole number. */
export const wholeNumber = ({ min = 1, max = Number.MAX_SAFE_INTEGER } = {}) => {
  const accepts = `a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}`;
  const error = `must be ${accepts}`;
  // A union takes over the message of its only member that did not abort, and would not name the others.
  const check = { error, abort: true };
  return z.coerce.number(check).int(check).min(min, check).max(max, check).describe(accepts);
};

/** The range of ports; 0 takes a free one. */
export const PORTS = { min: 0, max: 65_535 };

/** A whole number with a default. */
export const count = (initial: number, range: { readonly min?: number; readonly max?: number } = {}) =>
  wholeNumber(range).prefault(String(initial));

/** A duration with a default: in seconds in the environment, in milliseconds in the code. */
export const seconds = (initial: number, { min = 0, max = 31_536_000 } = {}) => {
  const accepts = `a number of seconds from ${min} to ${max}`;
  const error = `must be ${accepts}`;
  return z.coerce
    .number({ error })
    .min(min, { error })
    .max(max, { error })
    .transform((value) => Math.round(value * 1000))
    .describe(accepts)
    .prefault(String(initial));
};

/** A URL, whose trailing slashes are removed. */
export const url = z
  .url({ protocol: /^https?$/, error: 'must be a URL such as https://api.stack-auth.com', abort: true })
  .refine(isWithoutSecrets, {
    error: 'holds a user, a password, a query or a fragment, which are never sent: leave them out',
    abort: true,
  })
  .transform((value) => value.replace(/\/+$/, ''))
  .describe('an http or https URL');

/** A URL to which secrets may be sent. */
export const secureUrl = url
  .refine(isSecureOrLoopback, { error: 'must begin with https:// (plain http is for loopback alone)' })
  .describe('an https URL, or an http URL on loopback');

/** The URL of a proxy. Without a scheme it is http, as for curl. Messages never repeat the value: it may hold a password. */
export const proxyUrl = z
  .string()
  .transform((value) => (value.includes('://') ? value : `http://${value}`))
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), {
    error: 'must be the URL of an http or https proxy such as http://proxy.example.com:3128',
  })
  .describe('the URL of a proxy, with its user name and password where it asks for them');

const REDIS_URL =
  'redis://host:6379, or rediss:// for TLS, with user, password and /number of a database where needed';

/** The URL of a Redis server. Messages never repeat the value: it may hold a password. */
export const redisUrl = z
  .string()
  .refine(isRedisUrl, { error: `must be a URL such as ${REDIS_URL}` })
  .describe('a URL such as `redis://host:6379`, or `rediss://…` for TLS');

const BASE64 = String.raw`(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?`;
const SECRET = String.raw`(?:whsec_)?(?=[A-Za-z\d+/])${BASE64}`;

/**
 * Secrets of webhooks, by their form: the library that verifies signatures is not loaded for it. Messages never repeat the value.
 */
export const webhookSecret = z
  .string()
  .regex(new RegExp(String.raw`^${SECRET}(?:\s*,\s*${SECRET})*$`), {
    error:
      'must be a secret such as whsec_…, or several separated by commas: copy it from the endpoint in the dashboard, under Webhooks',
  })
  .describe('a secret such as `whsec_…`, or several separated by commas');

/** CORS origins, separated by commas. */
export const origins = listOf(
  z.string().superRefine((value, context) => {
    const mistake = originMistake(value);
    if (mistake) context.addIssue(`must list ${ORIGINS}: ${mistake}`);
  }),
).describe(`${ORIGINS}, separated by commas`);

const PROXIES = 'a number of proxies, or networks such as 10.0.0.0/8, separated by commas';

/** How many trusted proxies there are, or their networks in CIDR notation. */
export const proxies = z
  .union([wholeNumber({ min: 0, max: 100 }), z.string().transform(parseNetworks)], {
    error: `must be ${PROXIES}`,
  })
  .describe(PROXIES);

const BASE_PATH = 'a path such as /team, of letters, digits, and the characters - . _ ~';

/** A path prefix, without its trailing slash; empty where there is none. */
export const basePath = z
  .string()
  .transform((value) => value.replace(/\/$/, ''))
  .refine(isPlainPath, { error: `must be ${BASE_PATH}` })
  .describe(BASE_PATH);

/** Every element must be a network: an empty one is probably a variable that was not set, and would trust no proxy. */
function parseNetworks(text: string, context: z.RefinementCtx): readonly string[] {
  const networks = text.split(',').map((part) => parseNetwork(part.trim()));
  const known = networks.filter((network) => network !== undefined);
  if (known.length < networks.length) context.addIssue('is not a list of networks');
  return known;
}

function listOf<T extends z.ZodType<unknown, string>>(item: T) {
  return z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    )
    .pipe(z.array(item));
}

/** Whether every client sends the path as it is written here: paths are compared as they were sent. */
function isPlainPath(path: string): boolean {
  return /^(?:\/[\w.~-]+)*$/.test(path) && !/\/\.{1,2}(?:\/|$)/.test(path);
}

/** URLs are printed in logs and by the doctor, so that no part of them may be a secret. */
function isWithoutSecrets(value: string): boolean {
  const { username, password, search, hash } = new URL(value);
  return username + password + search + hash === '';
}

/** A user or password with a character that does not belong in a URL must be percent-encoded, else the host is another one. */
function isRedisUrl(value: string): boolean {
  if (!/^rediss?:\/\/[^/]/i.test(value) || !URL.canParse(value)) return false;
  const { hostname, pathname, search, hash, username, password } = new URL(value);
  return (
    hostname !== '' &&
    search + hash === '' &&
    /^(?:\/\d*)?$/.test(pathname) &&
    isDecodable(username + password)
  );
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function isSecureOrLoopback(value: string): boolean {
  const { protocol, hostname } = new URL(value);
  return (
    protocol === 'https:' ||
    hostname === 'localhost' ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}
