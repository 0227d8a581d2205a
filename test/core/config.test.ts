import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Config, type Environment, readConfig, spellingsOf } from '../../src/core/config/config.ts';
import { VARIABLES } from '../../src/core/config/variables.ts';
import { AppError } from '../../src/core/errors.ts';
import { createWebhookVerifier } from '../../src/provider/webhook.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const PROJECT = 'c08ec152-3d9d-4560-bdd6-ee35577c15a4';
const OTHER_PROJECT = '6fbbf22e-f4b2-4c6e-95a1-beab6fa41063';
const KEY = 'ssk_0123456789abcdef';
const NEEDED = { STACK_PROJECT_ID: PROJECT, STACK_SECRET_SERVER_KEY: KEY };

const read = (env: Environment = {}) => readConfig({ ...NEEDED, ...env });

/** The mistakes in an environment, one per line of the message, without its heading. */
function mistakesOf(env: Environment): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'INVALID_CONFIGURATION') throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^ {2}- /, ''));
  }
  return [];
}

/** Whether the check of signatures takes the secrets. */
function isTaken(secrets: string): boolean {
  try {
    createWebhookVerifier(secrets);
    return true;
  } catch {
    return false;
  }
}

describe('the configuration', () => {
  it('requires two variables, and has a default for all others', () => {
    expect(readConfig(NEEDED)).toMatchObject({
      projectId: PROJECT,
      secretServerKey: KEY,
      publishableClientKey: undefined,
      apiUrl: 'https://api.stack-auth.com',
      issuerUrls: ['https://api.stack-auth.com', 'https://api.hexclave.com'],
      host: '0.0.0.0',
      port: 4000,
      authRequired: false,
      corsOrigins: [],
      graphiql: false,
      introspection: false,
      proxy: { https: undefined, http: undefined, exceptions: undefined },
      profileCache: { ttl: 30_000, staleMax: 600_000, max: 10_000, maxBytes: 25_165_824 },
      jwksMaxStale: 86_400_000,
      upstreamTimeout: 10_000,
      upstreamConcurrency: 64,
      maxProviderCalls: 50,
      bodyLimit: 100_000,
      documentLimits: {
        maxTokens: 2_000,
        maxDepth: 12,
        maxAliases: 30,
        maxRootFields: 20,
        maxDirectives: 50,
        maxRepeats: 100,
        maxComplexity: 1_000,
      },
      preparedOperations: true,
      persisted: undefined,
      executionTimeout: 15_000,
      maxInFlight: 1_000,
      rateLimit: { requests: 600, failures: 60, anonymousUsers: 600, anonymousCalls: 600 },
      trustProxy: 0,
      logLevel: 'info',
      metricsPort: undefined,
      shutdownDelay: 5_000,
      shutdownGrace: 10_000,
    } satisfies Partial<Config>);
  });

  it('treats an empty or blank variable as not set', () => {
    const names = VARIABLES.map(({ name }) => name).filter((name) => !(name in NEEDED));
    expect(names.length).toBeGreaterThan(10);
    for (const value of ['', '  ', '\t\n', undefined]) {
      const env = Object.fromEntries(names.map((name) => [name, value]));
      expect(read(env)).toEqual(read());
    }
  });

  it('ignores white space around a value', () => {
    expect(read({ PORT: ' 8080 ', STACK_PROJECT_ID: `${PROJECT}\n` })).toMatchObject({
      port: 8080,
      projectId: PROJECT,
    });
  });

  it('does not depend on NODE_ENV', () => {
    for (const NODE_ENV of ['production', 'development', 'test']) expect(read({ NODE_ENV })).toEqual(read());
  });

  it.each<[string, Environment, Partial<Config>]>([
    ['STACK_PROJECT_ID internal', { STACK_PROJECT_ID: 'internal' }, { projectId: 'internal' }],
    [
      'STACK_PUBLISHABLE_CLIENT_KEY',
      { STACK_PUBLISHABLE_CLIENT_KEY: 'pck_x' },
      { publishableClientKey: 'pck_x' },
    ],
    ['HOST', { HOST: '::1' }, { host: '::1' }],
    ['PORT 0, any free one', { PORT: '0' }, { port: 0 }],
    ['PORT 65535', { PORT: '65535' }, { port: 65_535 }],
    ['UPSTREAM_TIMEOUT', { UPSTREAM_TIMEOUT: '2.5' }, { upstreamTimeout: 2_500 }],
    ['the shortest UPSTREAM_TIMEOUT', { UPSTREAM_TIMEOUT: '0.1' }, { upstreamTimeout: 100 }],
    ['a fraction of a millisecond', { UPSTREAM_TIMEOUT: '1.0006' }, { upstreamTimeout: 1_001 }],
    ['a fraction that binary does not have', { UPSTREAM_TIMEOUT: '1.001' }, { upstreamTimeout: 1_001 }],
    ['UPSTREAM_CONCURRENCY', { UPSTREAM_CONCURRENCY: '1' }, { upstreamConcurrency: 1 }],
    ['JWKS_MAX_STALE', { JWKS_MAX_STALE: '60' }, { jwksMaxStale: 60_000 }],
    ['BODY_LIMIT', { BODY_LIMIT: '1000' }, { bodyLimit: 1000 }],
    ['LOG_LEVEL', { LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
    ['SHUTDOWN_GRACE', { SHUTDOWN_GRACE: '0' }, { shutdownGrace: 0 }],
  ])('accepts %s', (_what, env, expected) => {
    expect(read(env)).toMatchObject(expected);
  });

  it.each(['true', 'TRUE', '1', 'yes', 'on'])('reads %s as true', (value) => {
    const config = read({ AUTH_REQUIRED: value, GRAPHIQL: value, INTROSPECTION: value });
    expect(config).toMatchObject({ authRequired: true, graphiql: true, introspection: true });
  });

  it.each(['false', 'False', '0', 'no', 'off'])('reads %s as false', (value) => {
    const config = read({ AUTH_REQUIRED: value, GRAPHIQL: value, INTROSPECTION: value });
    expect(config).toMatchObject({ authRequired: false, graphiql: false, introspection: false });
  });

  it.each<[Environment, boolean]>([
    [{ GRAPHIQL: 'true' }, true],
    [{ GRAPHIQL: 'true', INTROSPECTION: 'false' }, false],
    [{ GRAPHIQL: 'false', INTROSPECTION: 'true' }, true],
    [{ GRAPHIQL: 'true', INTROSPECTION: '' }, true],
  ])('allows introspection with GraphiQL unless INTROSPECTION is set: %o', (env, introspection) => {
    expect(read(env).introspection).toBe(introspection);
  });
});

/** A value that each variable accepts and that changes the configuration, and one that it refuses. */
const EXAMPLES: [name: string, accepted: string, refused: string | undefined][] = [
  ['STACK_PROJECT_ID', OTHER_PROJECT, 'my-project'],
  ['STACK_SECRET_SERVER_KEY', 'ssk_other', 'pck_0123456789'],
  ['STACK_PUBLISHABLE_CLIENT_KEY', 'pck_0123456789', 'ssk_0123456789'],
  ['STACK_API_URL', 'https://api.hexclave.com', 'http://api.example.com'],
  ['STACK_ISSUER_URL', 'https://auth.example.com', 'auth.example.com'],
  ['HOST', '127.0.0.1', undefined],
  ['PORT', '8080', 'http'],
  ['AUTH_REQUIRED', 'true', 'maybe'],
  ['CORS_ORIGINS', 'https://app.example.com,http://localhost:3000', 'https://app.example.com/'],
  ['GRAPHIQL', 'true', 'sometimes'],
  ['INTROSPECTION', 'true', 'sometimes'],
  ['PROFILE_CACHE_TTL', '120', '2h'],
  ['PROFILE_STALE_MAX', '3600', '-1'],
  ['PROFILE_CACHE_MAX', '50000', '0'],
  ['JWKS_MAX_STALE', '172800', '10'],
  ['UPSTREAM_TIMEOUT', '5', '0'],
  ['UPSTREAM_CONCURRENCY', '16', '0'],
  ['MAX_PROVIDER_CALLS', '100', '0'],
  ['BODY_LIMIT', '1000000', '10kb'],
  ['MAX_TOKENS', '5000', '0'],
  ['MAX_DEPTH', '20', '0'],
  ['MAX_ALIASES', '100', '0'],
  ['MAX_ROOT_FIELDS', '50', '0'],
  ['MAX_DIRECTIVES', '100', '0'],
  ['MAX_REPEATS', '200', '0'],
  ['MAX_COMPLEXITY', '5000', '0'],
  ['PREPARED_OPERATIONS', 'off', 'perhaps'],
  ['PERSISTED_DOCUMENTS', 'test/gql/persisted-documents.json', 'missing.json'],
  ['EXECUTION_TIMEOUT', '30', '0'],
  ['MAX_IN_FLIGHT', '200', '0'],
  ['RATE_LIMIT', 'off', 'none'],
  ['RATE_LIMIT_FAILED', '20', 'off'],
  ['RATE_LIMIT_ANONYMOUS_USERS', '20', 'off'],
  ['RATE_LIMIT_ANONYMOUS_CALLS', '20', '0'],
  ['TRUST_PROXY', '10.0.0.0/8,fd00::/8', 'nginx'],
  ['LOG_LEVEL', 'warn', 'verbose'],
  ['METRICS_PORT', '9464', 'metrics'],
  ['SHUTDOWN_DELAY', '10', '5s'],
  ['SHUTDOWN_GRACE', '30', '-1'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:4318', undefined],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'http://127.0.0.1:4318/v1/traces', undefined],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Bearer%20x', undefined],
  ['OTEL_EXPORTER_OTLP_TIMEOUT', '5000', undefined],
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json', undefined],
  ['OTEL_SERVICE_NAME', 'api', undefined],
  ['OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=test', undefined],
  ['OTEL_TRACES_SAMPLER', 'always_on', undefined],
  ['OTEL_TRACES_SAMPLER_ARG', '0.1', undefined],
  ['OTEL_TRACES_EXPORTER', 'otlp', undefined],
  ['OTEL_SDK_DISABLED', 'true', undefined],
];

describe('a value that may be of two kinds', () => {
  it.each([
    ['RATE_LIMIT', '0', 'a whole number from 1, or off'],
    ['RATE_LIMIT', '1.5', 'a whole number from 1, or off'],
    ['TRUST_PROXY', '101', 'a number of proxies, or networks such as 10.0.0.0/8, separated by commas'],
  ])('is refused with both: %s=%s', (name, value, accepts) => {
    expect(mistakesOf({ ...NEEDED, [name]: value })).toEqual([`${name} must be ${accepts}`]);
  });
});

describe('a URL', () => {
  it.each([
    'https://user:secret@api.example.com',
    'https://secret@api.example.com',
    'http://localhost@secret.example.com',
    'https://:secret@api.example.com',
    'https://api.example.com/?key=secret',
    'https://api.example.com/#secret',
    'user:secret@api.example.com',
    'ftp://user:secret@api.example.com',
  ])('that may hold a secret is refused without being repeated: %s', (url) => {
    for (const name of ['STACK_API_URL', 'STACK_ISSUER_URL']) {
      const mistakes = mistakesOf({ ...NEEDED, [name]: url });
      expect(mistakes).toEqual([expect.stringMatching(`^${name} `)]);
      expect(mistakes.join()).not.toContain('secret');
    }
  });
});

describe('the table of variables', () => {
  it.each(EXAMPLES)('accepts %s=%s', (name, accepted) => {
    expect(read({ [name]: accepted })).not.toEqual(read());
  });

  it.each(EXAMPLES.filter(([, , refused]) => refused !== undefined))(
    'refuses a wrong value of %s, and names the variable',
    (name, _accepted, refused) => {
      const mistakes = mistakesOf({ ...NEEDED, [name]: refused });
      expect(mistakes).toEqual([expect.stringMatching(`^${name} `)]);
    },
  );

  it('has one row per variable and one variable per key', () => {
    for (const column of ['name', 'key'] as const)
      expect(new Set(VARIABLES.map((row) => row[column])).size).toBe(VARIABLES.length);
  });
});

describe('the spelling of a variable', () => {
  it.each(['STACK_PROJECT_ID', 'HEXCLAVE_PROJECT_ID', 'NEXT_PUBLIC_STACK_PROJECT_ID'])(
    'may be %s for the project',
    (name) => {
      const { projectId } = readConfig({ [name]: PROJECT, HEXCLAVE_SECRET_SERVER_KEY: KEY });
      expect(projectId).toBe(PROJECT);
    },
  );

  it('may be that of either brand for every variable of the provider', () => {
    const config = readConfig({
      HEXCLAVE_PROJECT_ID: PROJECT,
      HEXCLAVE_SECRET_SERVER_KEY: KEY,
      HEXCLAVE_PUBLISHABLE_CLIENT_KEY: 'pck_x',
      HEXCLAVE_API_URL: 'https://auth.example.com',
      HEXCLAVE_ISSUER_URL: 'https://issuer.example.com',
    });
    expect(config).toMatchObject({
      projectId: PROJECT,
      secretServerKey: KEY,
      publishableClientKey: 'pck_x',
      apiUrl: 'https://auth.example.com',
      issuerUrls: ['https://issuer.example.com'],
    });
  });

  it('is unique for other variables, and has no public form for a secret', () => {
    expect(spellingsOf('PORT')).toEqual(['PORT']);
    expect(spellingsOf('HTTPS_PROXY')).toEqual(['HTTPS_PROXY', 'https_proxy']);
    expect(spellingsOf('TRUST_PROXY')).toEqual(['TRUST_PROXY']);
    expect(spellingsOf('STACK_SECRET_SERVER_KEY')).toEqual([
      'STACK_SECRET_SERVER_KEY',
      'HEXCLAVE_SECRET_SERVER_KEY',
    ]);
    expect(read({ HEXCLAVE_PORT: '1', NEXT_PUBLIC_PORT: '2' }).port).toBe(4000);
    expect(mistakesOf({ STACK_PROJECT_ID: PROJECT, NEXT_PUBLIC_STACK_SECRET_SERVER_KEY: KEY })).toHaveLength(
      1,
    );
  });

  it('may be used together with others of the same or an empty value', () => {
    const same = { HEXCLAVE_PROJECT_ID: PROJECT, NEXT_PUBLIC_STACK_PROJECT_ID: ` ${PROJECT} ` };
    expect(read(same).projectId).toBe(PROJECT);
    const empty = { STACK_PROJECT_ID: '', HEXCLAVE_PROJECT_ID: ' ', NEXT_PUBLIC_STACK_PROJECT_ID: PROJECT };
    expect(read(empty).projectId).toBe(PROJECT);
  });

  it.each(['HEXCLAVE_PROJECT_ID', 'NEXT_PUBLIC_STACK_PROJECT_ID'])(
    'is a mistake if %s has another value',
    (name) => {
      expect(mistakesOf({ ...NEEDED, [name]: OTHER_PROJECT })).toEqual([
        `STACK_PROJECT_ID and ${name} differ: keep one of them`,
      ]);
    },
  );

  it('is a mistake if a secret has two values, and the message quotes neither', () => {
    const mistakes = mistakesOf({ ...NEEDED, HEXCLAVE_SECRET_SERVER_KEY: 'ssk_other' });
    expect(mistakes).toEqual([
      'STACK_SECRET_SERVER_KEY and HEXCLAVE_SECRET_SERVER_KEY differ: keep one of them',
    ]);
  });
});

describe('a mistake', () => {
  it('is reported together with all others, with its variable and its remedy', () => {
    const mistakes = mistakesOf({
      STACK_API_URL: 'api.stack-auth.com',
      PORT: '65536',
      AUTH_REQUIRED: 'maybe',
      CORS_ORIGINS: '*',
      LOG_LEVEL: 'loud',
      UPSTREAM_TIMEOUT: 'long',
    });
    expect(mistakes).toEqual([
      'STACK_PROJECT_ID is missing: copy it from your project in the dashboard',
      'STACK_SECRET_SERVER_KEY is missing: copy it from your project in the dashboard, under API keys',
      'STACK_API_URL must be a URL such as https://api.stack-auth.com',
      'PORT must be a whole number from 0 to 65535',
      'AUTH_REQUIRED must be true or false',
      'CORS_ORIGINS must list origins such as https://app.example.com or capacitor://localhost, without path or trailing slash: wildcards are not supported, so list each origin',
      'UPSTREAM_TIMEOUT must be a number of seconds from 0.1 to 120',
      'LOG_LEVEL must be one of silent, fatal, error, warn, info, debug, trace',
    ]);
  });

  it('is counted in the heading', () => {
    const text = (env: Environment) => expect(() => readConfig(env));
    text({}).toThrow(/^2 mistakes in the environment:\n {2}- /);
    text({ ...NEEDED, PORT: '-1' }).toThrow(/^One mistake in the environment:\n {2}- /);
  });

  it('is reported without the value', () => {
    const secret = 'Zx9-secret';
    const names = VARIABLES.map(({ name }) => name).filter((name) => name !== 'HOST');
    for (const prefix of ['', 'pck_', 'sak_', 'ssk_ ']) {
      const env = Object.fromEntries(names.map((name) => [name, `${prefix}${secret}`]));
      const text = mistakesOf({ ...env, HEXCLAVE_SECRET_SERVER_KEY: `other-${secret}` }).join('\n');
      expect(text).toContain('STACK_SECRET_SERVER_KEY');
      expect(text).not.toContain(secret);
    }
  });

  it.each<[string, readonly string[]]>([
    ['STACK_PROJECT_ID', ['my-project', PROJECT.slice(1), `${PROJECT}:anon`, 'Internal', '../internal']],
    ['STACK_PUBLISHABLE_CLIENT_KEY', [KEY, 'sak_x', 'PCK_x']],
    ['STACK_SECRET_SERVER_KEY', ['pck_0123', 'sak_0123', 'ssk_01 23', 'ssk_01\r\nx-evil: 1', 'ssk_é']],
    ['PORT', ['-1', '65536', '80.5', 'http', '1e9', 'NaN', 'Infinity', '80 80']],
    ['AUTH_REQUIRED', ['maybe', '2', 'truee', 'null']],
    ['GRAPHIQL', ['maybe']],
    ['INTROSPECTION', ['maybe']],
    ['JWKS_MAX_STALE', ['0', '59', '-60', '31536001', '1d', 'Infinity']],
    ['UPSTREAM_TIMEOUT', ['0', '0.09', '-1', '121', '10s']],
    ['UPSTREAM_CONCURRENCY', ['0', '10001', '1.5', 'many']],
    [
      'STACK_WEBHOOK_SECRET',
      ['whsec_', 'pck_c2VjcmV0', 'c2VjcmV', 'c2Vjc mV0', 'c2VjcmV0,', ',', 'c2VjcmV0;YWJj'],
    ],
    [
      'REDIS_URL',
      [
        'localhost:6379',
        'http://cache:6379',
        'redis://',
        'redis:///1',
        'redis://cache/one',
        'redis://cache?db=1',
      ].concat(['redis://:p/w@cache', 'redis://:50%@cache', 'rediss://cache#1']),
    ],
    ['BODY_LIMIT', ['0', '999', '100kb', '1000.5']],
    ['LOG_LEVEL', ['INFO', 'verbose', '30']],
    ['SHUTDOWN_GRACE', ['-1', '3601', 'never']],
  ])('is found in %s', (name, values) => {
    for (const value of values) {
      const mistakes = mistakesOf({ ...NEEDED, [name]: value });
      expect(mistakes, value).not.toHaveLength(0);
      for (const mistake of mistakes) expect(mistake).toMatch(new RegExp(`^${name} (must|is|holds)`));
    }
  });

  it.each([
    ['whsec_c2VjcmV0', true],
    ['c2VjcmU=', true],
    ['c2Vjcg==, whsec_c2VjcmV0', true],
    ['whsec_c2Vj_mV0', false],
    ['ssk_c2VjcmV0', false],
    ['whsec_c2VjcmV0,whsec_', false],
  ])('is a webhook secret that cannot verify a signature: %s is good: %s', (secrets, isGood) => {
    const mistakes = mistakesOf({ ...NEEDED, STACK_WEBHOOK_SECRET: secrets });
    expect([mistakes.length === 0, isTaken(secrets)]).toEqual([isGood, isGood]);
    expect(mistakes.join()).not.toContain(secrets);
  });

  it('never shows the password in the URL of Redis', () => {
    const url = 'redis://user:a-password@cache:6379/one';
    expect(mistakesOf({ ...NEEDED, REDIS_URL: url }).join()).not.toMatch(/a-password|cache:/);
    const good = 'rediss://user:a%2Fpassword@cache.example:6380/1';
    expect(readConfig({ ...NEEDED, REDIS_URL: good }).redisUrl).toBe(good);
  });

  it.each(['"', "'"])('is a value in quotes (%s), which some tools pass on', (quote) => {
    const env = { ...NEEDED, STACK_SECRET_SERVER_KEY: `${quote}${KEY}${quote}` };
    expect(mistakesOf(env)).toEqual(['STACK_SECRET_SERVER_KEY has quotes around it: leave them out']);
  });

  it.each<[string, unknown]>([
    ['PORT', 4000],
    ['GRAPHIQL', true],
    ['STACK_SECRET_SERVER_KEY', null],
    ['RATE_LIMIT', {}],
  ])('is no text, as programs may pass it: %s', (name, value) => {
    expect(mistakesOf({ ...NEEDED, [name]: value as string })).toContain(`${name} must be a string`);
  });

  describe('that is a value in the place of another', () => {
    const VALUES = {
      STACK_PROJECT_ID: ['project id', PROJECT],
      STACK_SECRET_SERVER_KEY: ['secret server key', KEY],
      STACK_PUBLISHABLE_CLIENT_KEY: ['publishable client key', 'pck_0123456789abcdef'],
    } as const;
    const names = Object.keys(VALUES) as (keyof typeof VALUES)[];
    const pairs = names.flatMap((one) => names.filter((two) => two > one).map((two) => [one, two] as const));

    it.each(pairs)('is reported for %s and %s, with the place of each', (one, two) => {
      const env = Object.fromEntries(names.map((name) => [name, VALUES[name][1]]));
      const swapped = { ...env, [one]: VALUES[two][1], [two]: VALUES[one][1] };
      expect(mistakesOf(env)).toEqual([]);
      expect(mistakesOf(swapped).toSorted()).toEqual(
        [
          `${one} holds a ${VALUES[two][0]} instead of the ${VALUES[one][0]}: it belongs in ${two}`,
          `${two} holds a ${VALUES[one][0]} instead of the ${VALUES[two][0]}: it belongs in ${one}`,
        ].toSorted(),
      );
    });

    it('is reported for all three at once', () => {
      const rotated = {
        STACK_PROJECT_ID: KEY,
        STACK_SECRET_SERVER_KEY: 'pck_0123456789abcdef',
        STACK_PUBLISHABLE_CLIENT_KEY: PROJECT.toUpperCase(),
      };
      expect(mistakesOf(rotated)).toEqual([
        'STACK_PROJECT_ID holds a secret server key instead of the project id: it belongs in STACK_SECRET_SERVER_KEY',
        'STACK_SECRET_SERVER_KEY holds a publishable client key instead of the secret server key: it belongs in STACK_PUBLISHABLE_CLIENT_KEY',
        'STACK_PUBLISHABLE_CLIENT_KEY holds a project id instead of the publishable client key: it belongs in STACK_PROJECT_ID',
      ]);
    });

    it.each(names)('is the admin key in %s, which the server does not need', (name) => {
      expect(mistakesOf({ ...NEEDED, [name]: 'sak_0123456789' })).toEqual([
        `${name} holds a super secret admin key instead of the ${VALUES[name][0]}: the server does not need it`,
      ]);
    });

    it('is not a secret key of a form that we do not know', () => {
      const key = 'this-secret-server-key-is-for-local-development-only';
      expect(read({ STACK_SECRET_SERVER_KEY: key }).secretServerKey).toBe(key);
    });
  });

  it.each([
    ['a space', 'pck_0123 4567'],
    ['a line break', 'pck_0123\r\nx-evil: 1'],
    ['a control character', 'pck_0123\u0007'],
    ['NUL', 'pck_\0'],
    ['DEL', 'pck_0123\u007f'],
    ['a letter beyond ASCII', 'pck_é'],
    ['a letter of another script', 'pck_ключ'],
    ['an invisible space', 'pck_0123\u200b'],
    ['a no-break space', 'pck_0123\u00a04567'],
    ['a byte order mark', 'pck_\ufeff0123'],
    ['an emoji', 'pck_🔑'],
  ])('is a key that no header can carry, because of %s', (_what, key) => {
    const problem =
      'holds a character that no key has, such as a space or an invisible one: copy it from your project in the dashboard again';
    expect(mistakesOf({ ...NEEDED, STACK_PUBLISHABLE_CLIENT_KEY: key })).toEqual([
      `STACK_PUBLISHABLE_CLIENT_KEY ${problem}`,
    ]);
    expect(mistakesOf({ ...NEEDED, STACK_SECRET_SERVER_KEY: key.replace('pck', 'ssk') })).toEqual([
      `STACK_SECRET_SERVER_KEY ${problem}`,
    ]);
  });
});

describe('STACK_PROJECT_ID', () => {
  const mixed = `${PROJECT.slice(0, 18).toUpperCase()}${PROJECT.slice(18)}`;

  it.each([PROJECT, PROJECT.toUpperCase(), mixed])('is in lower case, as in tokens: %s', (id) => {
    expect(read({ STACK_PROJECT_ID: id }).projectId).toBe(PROJECT);
  });

  it('may be written in another case for the frontend', () => {
    expect(read({ NEXT_PUBLIC_STACK_PROJECT_ID: PROJECT.toUpperCase() }).projectId).toBe(PROJECT);
    expect(mistakesOf({ ...NEEDED, NEXT_PUBLIC_STACK_PROJECT_ID: OTHER_PROJECT.toUpperCase() })).toHaveLength(
      1,
    );
  });
});

describe('STACK_API_URL', () => {
  const HTTPS = 'STACK_API_URL must begin with https:// (plain http is for loopback alone)';
  const URL_EXPECTED = 'STACK_API_URL must be a URL such as https://api.stack-auth.com';

  it.each([
    'https://auth.example.com',
    'https://auth.example.com:8443/stack',
    'http://localhost:8102',
    'http://127.0.0.1:8102',
    'http://127.8.9.10',
    'http://[::1]:8102',
  ])('may be %s', (value) => {
    expect(read({ STACK_API_URL: value }).apiUrl).toBe(value);
  });

  it.each([
    'http://api.stack-auth.com',
    'http://127.evil.com',
    'http://127.0.0.1.evil.com',
    'http://127.0.0.1.nip.io',
    'http://localhost.evil.com',
    'http://evil.com/localhost',
    'http://0.0.0.0',
    'http://192.168.0.1',
    'http://[::ffff:8.8.8.8]',
    'http://128.0.0.1',
  ])('may not be %s: plain http is for loopback', (value) => {
    expect(mistakesOf({ ...NEEDED, STACK_API_URL: value })).toEqual([HTTPS]);
  });

  it.each([
    'api.stack-auth.com',
    '//api.stack-auth.com',
    'ftp://api.stack-auth.com',
    'file:///etc',
    'https://',
    '8102',
  ])('may not be %s: it is not an http or https URL', (value) => {
    expect(mistakesOf({ ...NEEDED, STACK_API_URL: value })).toEqual([URL_EXPECTED]);
  });

  it('loses its trailing slashes', () => {
    expect(read({ STACK_API_URL: 'https://auth.example.com/stack//' }).apiUrl).toBe(
      'https://auth.example.com/stack',
    );
  });
});

describe('the issuers', () => {
  it.each<[string, readonly string[]]>([
    ['https://api.stack-auth.com', ['https://api.stack-auth.com', 'https://api.hexclave.com']],
    ['https://api.hexclave.com', ['https://api.hexclave.com', 'https://api.stack-auth.com']],
    ['https://api.dev.stack-auth.com', ['https://api.dev.stack-auth.com', 'https://api.dev.hexclave.com']],
    ['https://auth.example.com', ['https://auth.example.com']],
    ['https://stack-auth.com.example.com', ['https://stack-auth.com.example.com']],
    ['https://evilstack-auth.com', ['https://evilstack-auth.com']],
    ['https://evilhexclave.com', ['https://evilhexclave.com']],
    ['http://localhost:8102', ['http://localhost:8102']],
  ])('of the API at %s are %o', (value, issuerUrls) => {
    expect(read({ STACK_API_URL: value }).issuerUrls).toEqual(issuerUrls);
  });

  // The provider creates them as `new URL('/api/v1/projects/<id>', base)`, which keeps only the origin of its base URL.
  it.each<[string, string]>([
    ['https://Auth.Example.com/', 'https://auth.example.com'],
    ['https://auth.example.com:443', 'https://auth.example.com'],
    ['https://auth.example.com:8443/stack', 'https://auth.example.com:8443'],
    ['https://API.Stack-Auth.com', 'https://api.stack-auth.com'],
  ])('of the API at %s begin with %s', (value, issuer) => {
    expect(read({ STACK_API_URL: value }).issuerUrls[0]).toBe(issuer);
    expect(read({ STACK_ISSUER_URL: value }).issuerUrls[0]).toBe(issuer);
  });

  it('come from STACK_ISSUER_URL alone if it is set', () => {
    const config = read({
      STACK_API_URL: 'http://localhost:8102',
      STACK_ISSUER_URL: 'https://auth.example.com/',
    });
    expect(config.issuerUrls).toEqual(['https://auth.example.com']);
    expect(config.apiUrl).toBe('http://localhost:8102');
  });

  it('may be http, because no request is sent there', () => {
    const { issuerUrls } = read({ STACK_ISSUER_URL: 'http://stack.internal:8102' });
    expect(issuerUrls).toEqual(['http://stack.internal:8102']);
  });
});

describe('CORS_ORIGINS', () => {
  it('is separated by commas, with or without white space, and may end with a comma', () => {
    const value = 'https://app.example.com, http://localhost:3000 ,https://b.example.com:8443,,';
    expect(read({ CORS_ORIGINS: value }).corsOrigins).toEqual([
      'https://app.example.com',
      'http://localhost:3000',
      'https://b.example.com:8443',
    ]);
  });

  it.each([
    'capacitor://localhost',
    'ionic://localhost',
    'tauri://localhost',
    'app://.',
    'chrome-extension://bmnlcjabgnpnenekpadlanbbkooimhnj',
    'moz-extension://0f2a6d4e-2f1b-4b6e-9a0e-0d8f5a3c9b11',
    'safari-web-extension://8D9C0B1E-2F1B-4B6E-9A0E-0D8F5A3C9B11',
    'file://',
    'http://[::1]:3000',
  ])('may be %s, as a browser sends it', (value) => {
    expect(read({ CORS_ORIGINS: value }).corsOrigins).toEqual([value]);
  });

  const WILDCARD = 'wildcards are not supported, so list each origin';
  const MALFORMED = 'give scheme and host, and separate origins by commas';
  it.each([
    ['*', WILDCARD],
    ['https://*.example.com', WILDCARD],
    ['chrome-extension://*', WILDCARD],
    ['https://good.example.com,*', WILDCARD],
    ['null', 'every page can send the origin null, so it cannot be listed'],
    ['app.example.com', MALFORMED],
    ['localhost:3000', MALFORMED],
    ['data:text/html,x', MALFORMED],
    ['https://app.example.com https://b.example.com', MALFORMED],
    ['https://app.example.com;https://b.example.com', MALFORMED],
    ['https://app.example.com/', 'write https://app.example.com'],
    ['https://app.example.com/path', 'write https://app.example.com'],
    ['https://app.example.com:443', 'write https://app.example.com'],
    ['https://App.example.com', 'write https://app.example.com'],
    ['https://user@app.example.com', 'write https://app.example.com'],
    ['https://app.example.com?x', 'write https://app.example.com'],
    ['capacitor://localhost/', 'write capacitor://localhost'],
    ['ionic://localhost/index.html', 'write ionic://localhost'],
    ['TAURI://localhost', 'write tauri://localhost'],
    ['file:///index.html', 'write file://'],
  ])('may not be %s', (value, remedy) => {
    const mistakes = mistakesOf({ ...NEEDED, CORS_ORIGINS: value });
    expect(mistakes[0]).toBe(
      `CORS_ORIGINS must list origins such as https://app.example.com or capacitor://localhost, without path or trailing slash: ${remedy}`,
    );
  });
});

describe('TRUST_PROXY', () => {
  it.each<[string, number | readonly string[]]>([
    ['2', 2],
    ['10.0.0.0/8, 192.168.0.0/16', ['10.0.0.0/8', '192.168.0.0/16']],
    ['2001:DB8::/32', ['2001:db8::/32']],
    ['::ffff:10.0.0.0/104', ['10.0.0.0/8']],
    ['::FFFF:c0a8:0/112', ['192.168.0.0/16']],
    ['::ffff:127.0.0.1/128', ['127.0.0.1/32']],
    ['::ffff:0:0/96', ['0.0.0.0/0']],
  ])('may be %s, where IPv4 mapped into IPv6 is that of IPv4', (value, trusted) => {
    expect(read({ TRUST_PROXY: value }).trustProxy).toEqual(trusted);
  });

  it.each([
    ',',
    ',,',
    '10.0.0.0/8,',
    ',10.0.0.0/8',
    '10.0.0.0/8,,10.0.0.0/8',
    '10.0.0.0',
    '1,2',
    '::ffff:10.0.0.0/90',
  ])('may not be %s', (value) => {
    expect(mistakesOf({ ...NEEDED, TRUST_PROXY: value })).toEqual([
      'TRUST_PROXY must be a number of proxies, or networks such as 10.0.0.0/8, separated by commas',
    ]);
  });
});

describe('BASE_PATH', () => {
  it.each([
    ['/team', '/team'],
    ['/team/', '/team'],
    ['/a/b.c/~d_e-f', '/a/b.c/~d_e-f'],
    ['/', ''],
  ])('may be %s', (value, basePath) => {
    expect(read({ BASE_PATH: value }).basePath).toBe(basePath);
  });

  it.each(['team', '//', '/a//b', '/a/../b', '/.', '/a b', '/%61', '/\u00e4', '/a?b', '/a#b', 'https://a/b'])(
    'may not be %s',
    (value) => {
      expect(mistakesOf({ ...NEEDED, BASE_PATH: value })).toEqual([
        'BASE_PATH must be a path such as /team, of letters, digits, and the characters - . _ ~',
      ]);
    },
  );
});

describe('PERSISTED_DOCUMENTS', () => {
  const REMEDY = 'give the path of the persisted-documents.json that codegen writes';

  /** Writes a manifest and returns its path. */
  function write(folder: string, text: string): string {
    const path = join(folder, 'documents.json');
    writeFileSync(path, text);
    return path;
  }

  it('is the manifest at that path', () => {
    using folder = makeTempFolder();
    const path = write(folder.path, '{"sha256:1":"{ me { id } }","__proto__":"{ session { id } }"}');
    const { persisted } = read({ PERSISTED_DOCUMENTS: path });
    expect(persisted).toEqual({ documents: expect.any(Map), only: false });
    expect([...(persisted?.documents ?? [])]).toContainEqual(['sha256:1', '{ me { id } }']);
    expect(read({ PERSISTED_DOCUMENTS: path, PERSISTED_ONLY: 'true' }).persisted?.only).toBe(true);
  });

  it.each([
    ['{"a":', 'is not JSON'],
    ['', 'is not JSON'],
    ['[]', 'is not a map of ids to documents'],
    ['null', 'is not a map of ids to documents'],
    ['{"a":{"body":"{ me { id } }"}}', 'is not a map of ids to documents'],
    ['{"":"{ me { id } }"}', 'is not a map of ids to documents'],
  ])('may not contain %s', (text, problem) => {
    using folder = makeTempFolder();
    const mistakes = mistakesOf({ ...NEEDED, PERSISTED_DOCUMENTS: write(folder.path, text) });
    expect(mistakes).toEqual([`PERSISTED_DOCUMENTS names a file that ${problem}: ${REMEDY}`]);
  });

  it('may be neither a missing file nor a folder, and is reported with all other mistakes', () => {
    using folder = makeTempFolder();
    mkdirSync(join(folder.path, 'folder'));
    for (const [name, code] of Object.entries({ nowhere: 'ENOENT', folder: 'EISDIR' })) {
      const env = { ...NEEDED, PERSISTED_DOCUMENTS: join(folder.path, name), PORT: 'http' };
      expect(mistakesOf(env)).toEqual([
        'PORT must be a whole number from 0 to 65535',
        `PERSISTED_DOCUMENTS names a file that cannot be read (${code}): ${REMEDY}`,
      ]);
    }
  });
});

describe('PERSISTED_ONLY', () => {
  it('requires documents and excludes GraphiQL, and is reported with all other mistakes', () => {
    expect(mistakesOf({ STACK_PROJECT_ID: PROJECT, PERSISTED_ONLY: 'true', GRAPHIQL: 'true' })).toEqual([
      'STACK_SECRET_SERVER_KEY is missing: copy it from your project in the dashboard, under API keys',
      'PERSISTED_ONLY refuses every document without PERSISTED_DOCUMENTS: set both',
      'GRAPHIQL sends documents that PERSISTED_ONLY refuses: set one of the two to false',
    ]);
    expect(read({ PERSISTED_ONLY: 'false' }).persisted).toBeUndefined();
  });
});

describe('a proxy for calls to the provider', () => {
  it.each([
    ['HTTPS_PROXY', 'http://proxy.example.com:3128', { https: 'http://proxy.example.com:3128' }],
    ['https_proxy', 'proxy.example.com:3128', { https: 'http://proxy.example.com:3128' }],
    ['HTTP_PROXY', 'https://team:s3cret@proxy', { http: 'https://team:s3cret@proxy' }],
    ['no_proxy', 'localhost,.internal', { exceptions: 'localhost,.internal' }],
  ])('is read from %s=%s', (name, value, proxy) => {
    expect(readConfig({ ...NEEDED, [name]: value }).proxy).toMatchObject(proxy);
  });

  it.each(['socks5://team:s3cret@proxy', 'ftp://s3cret', 'http://', 'team:s3cret@:99999'])(
    'is refused where it cannot be used, without telling its password: %s',
    (value) => {
      const read = () => readConfig({ ...NEEDED, HTTPS_PROXY: value });
      expect(read).toThrow(/HTTPS_PROXY must be the URL of an http or https proxy such as/);
      expect(read).not.toThrow(/s3cret/);
    },
  );
});
