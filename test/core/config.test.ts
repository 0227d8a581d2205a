import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Config, type Environment, readConfig, spellingsOf } from '../../src/core/config/config.ts';
import { variables } from '../../src/core/config/variables.ts';
import { AppError } from '../../src/core/errors.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const PROJECT = 'c08ec152-3d9d-4560-bdd6-ee35577c15a4';
const OTHER_PROJECT = '6fbbf22e-f4b2-4c6e-95a1-beab6fa41063';
const KEY = 'ssk_0123456789abcdef';
const NEEDED = { STACK_PROJECT_ID: PROJECT, STACK_SECRET_SERVER_KEY: KEY };

const read = (env: Environment = {}) => readConfig({ ...NEEDED, ...env });

/** The lines by which the mistakes of an environment are told, without the heading. */
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

describe('the configuration', () => {
  it('needs two variables, and has a default for all else', () => {
    expect(readConfig(NEEDED)).toEqual({
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
      profileCache: { ttl: 30_000, staleMax: 600_000, max: 10_000 },
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
      rateLimit: { requests: 600, failures: 60 },
      trustProxy: 0,
      logLevel: 'info',
      metricsPort: undefined,
      traceEndpoint: undefined,
      shutdownDelay: 5_000,
      shutdownGrace: 10_000,
    } satisfies Config);
  });

  it('takes an empty or blank variable for one that is not set', () => {
    const names = Object.keys(variables.shape).filter((name) => !(name in NEEDED));
    expect(names.length).toBeGreaterThan(10);
    for (const value of ['', '  ', '\t\n', undefined]) {
      const env = Object.fromEntries(names.map((name) => [name, value]));
      expect(read(env)).toEqual(read());
    }
  });

  it('is not disturbed by white space around a value', () => {
    expect(read({ PORT: ' 8080 ', STACK_PROJECT_ID: `${PROJECT}\n` })).toMatchObject({
      port: 8080,
      projectId: PROJECT,
    });
  });

  it('does not hang on NODE_ENV', () => {
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
  ])('takes %s', (_what, env, expected) => {
    expect(read(env)).toMatchObject(expected);
  });

  it.each(['true', 'TRUE', '1', 'yes', 'on'])('takes %s for true', (value) => {
    const config = read({ AUTH_REQUIRED: value, GRAPHIQL: value, INTROSPECTION: value });
    expect(config).toMatchObject({ authRequired: true, graphiql: true, introspection: true });
  });

  it.each(['false', 'False', '0', 'no', 'off'])('takes %s for false', (value) => {
    const config = read({ AUTH_REQUIRED: value, GRAPHIQL: value, INTROSPECTION: value });
    expect(config).toMatchObject({ authRequired: false, graphiql: false, introspection: false });
  });

  it.each<[Environment, boolean]>([
    [{ GRAPHIQL: 'true' }, true],
    [{ GRAPHIQL: 'true', INTROSPECTION: 'false' }, false],
    [{ GRAPHIQL: 'false', INTROSPECTION: 'true' }, true],
    [{ GRAPHIQL: 'true', INTROSPECTION: '' }, true],
  ])('has GraphiQL imply introspection unless that is set: %o', (env, introspection) => {
    expect(read(env).introspection).toBe(introspection);
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

  it('is one alone for variables that are not the provider’s, and never public for a secret', () => {
    expect(spellingsOf('PORT')).toEqual(['PORT']);
    expect(spellingsOf('STACK_SECRET_SERVER_KEY')).toEqual([
      'STACK_SECRET_SERVER_KEY',
      'HEXCLAVE_SECRET_SERVER_KEY',
    ]);
    expect(read({ HEXCLAVE_PORT: '1', NEXT_PUBLIC_PORT: '2' }).port).toBe(4000);
    expect(mistakesOf({ STACK_PROJECT_ID: PROJECT, NEXT_PUBLIC_STACK_SECRET_SERVER_KEY: KEY })).toHaveLength(
      1,
    );
  });

  it('may be several where all say the same, or the others are empty', () => {
    const same = { HEXCLAVE_PROJECT_ID: PROJECT, NEXT_PUBLIC_STACK_PROJECT_ID: ` ${PROJECT} ` };
    expect(read(same).projectId).toBe(PROJECT);
    const empty = { STACK_PROJECT_ID: '', HEXCLAVE_PROJECT_ID: ' ', NEXT_PUBLIC_STACK_PROJECT_ID: PROJECT };
    expect(read(empty).projectId).toBe(PROJECT);
  });

  it.each(['HEXCLAVE_PROJECT_ID', 'NEXT_PUBLIC_STACK_PROJECT_ID'])(
    'is a mistake where %s says something else',
    (name) => {
      expect(mistakesOf({ ...NEEDED, [name]: OTHER_PROJECT })).toEqual([
        `STACK_PROJECT_ID and ${name} differ: keep one of them`,
      ]);
    },
  );

  it('is a mistake where two of a secret differ, and neither is told', () => {
    const mistakes = mistakesOf({ ...NEEDED, HEXCLAVE_SECRET_SERVER_KEY: 'ssk_other' });
    expect(mistakes).toEqual([
      'STACK_SECRET_SERVER_KEY and HEXCLAVE_SECRET_SERVER_KEY differ: keep one of them',
    ]);
  });
});

describe('a mistake', () => {
  it('is told together with all others, each by its variable and with its mend', () => {
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
      'CORS_ORIGINS must list origins such as https://app.example.com, without path or trailing slash',
      'UPSTREAM_TIMEOUT must be a number of seconds from 0.1 to 120',
      'LOG_LEVEL must be one of silent, fatal, error, warn, info, debug, trace',
    ]);
  });

  it('is counted in the heading', () => {
    const text = (env: Environment) => expect(() => readConfig(env));
    text({}).toThrow(/^2 mistakes in the environment:\n {2}- /);
    text({ ...NEEDED, PORT: '-1' }).toThrow(/^One mistake in the environment:\n {2}- /);
  });

  it('never quotes a value', () => {
    const secret = 'Zx9-secret';
    const names = Object.keys(variables.shape).filter((name) => name !== 'HOST');
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

  it.each(['"', "'"])('is a value in %s, as some pass them on', (quote) => {
    const env = { ...NEEDED, STACK_SECRET_SERVER_KEY: `${quote}${KEY}${quote}` };
    expect(mistakesOf(env)).toEqual(['STACK_SECRET_SERVER_KEY has quotes around it: leave them out']);
  });

  it('is a key of another kind, which is told as such', () => {
    expect(mistakesOf({ ...NEEDED, STACK_SECRET_SERVER_KEY: 'pck_0123456789' })).toEqual([
      'STACK_SECRET_SERVER_KEY is another kind of key: the secret server key begins with ssk_',
    ]);
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
    'http://localhost@evil.com',
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
  ])('may not be %s: it is no URL to ask', (value) => {
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

  // The provider makes them as `new URL('/api/v1/projects/<id>', base)`: nothing but the origin of its base is left.
  it.each<[string, string]>([
    ['https://Auth.Example.com/', 'https://auth.example.com'],
    ['https://auth.example.com:443', 'https://auth.example.com'],
    ['https://auth.example.com:8443/stack', 'https://auth.example.com:8443'],
    ['https://API.Stack-Auth.com', 'https://api.stack-auth.com'],
  ])('of the API at %s begin with %s', (value, issuer) => {
    expect(read({ STACK_API_URL: value }).issuerUrls[0]).toBe(issuer);
    expect(read({ STACK_ISSUER_URL: value }).issuerUrls[0]).toBe(issuer);
  });

  it('are those of STACK_ISSUER_URL where that is set, and the API’s no more', () => {
    const config = read({
      STACK_API_URL: 'http://localhost:8102',
      STACK_ISSUER_URL: 'https://auth.example.com/',
    });
    expect(config.issuerUrls).toEqual(['https://auth.example.com']);
    expect(config.apiUrl).toBe('http://localhost:8102');
  });

  it('may be http, because nobody asks there', () => {
    const { issuerUrls } = read({ STACK_ISSUER_URL: 'http://stack.internal:8102' });
    expect(issuerUrls).toEqual(['http://stack.internal:8102']);
  });
});

describe('CORS_ORIGINS', () => {
  it('is a list with commas, with or without white space, and may end with one', () => {
    const value = 'https://app.example.com, http://localhost:3000 ,https://b.example.com:8443,,';
    expect(read({ CORS_ORIGINS: value }).corsOrigins).toEqual([
      'https://app.example.com',
      'http://localhost:3000',
      'https://b.example.com:8443',
    ]);
  });

  it.each([
    '*',
    'null',
    'app.example.com',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://*.example.com',
    'https://app.example.com:443',
    'https://App.example.com',
    'https://user@app.example.com',
    'https://app.example.com?x',
    'https://app.example.com https://b.example.com',
    'https://app.example.com;https://b.example.com',
    'file:///index.html',
    'https://good.example.com,*',
  ])('may not be %s', (value) => {
    expect(mistakesOf({ ...NEEDED, CORS_ORIGINS: value })).toEqual([
      'CORS_ORIGINS must list origins such as https://app.example.com, without path or trailing slash',
    ]);
  });
});

describe('PERSISTED_DOCUMENTS', () => {
  const REMEDY = 'give the path of the persisted-documents.json that codegen writes';

  /** The path of a file that holds this text. */
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
    ['{"a":', 'is no JSON'],
    ['', 'is no JSON'],
    ['[]', 'is no map of ids to documents'],
    ['null', 'is no map of ids to documents'],
    ['{"a":{"body":"{ me { id } }"}}', 'is no map of ids to documents'],
    ['{"":"{ me { id } }"}', 'is no map of ids to documents'],
  ])('may not hold %s', (text, problem) => {
    using folder = makeTempFolder();
    const mistakes = mistakesOf({ ...NEEDED, PERSISTED_DOCUMENTS: write(folder.path, text) });
    expect(mistakes).toEqual([`PERSISTED_DOCUMENTS names a file that ${problem}: ${REMEDY}`]);
  });

  it('may be neither missing nor a folder, and is told with all other mistakes', () => {
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
  it('needs documents, and no GraphiQL, and says so with all other mistakes', () => {
    expect(mistakesOf({ STACK_PROJECT_ID: PROJECT, PERSISTED_ONLY: 'true', GRAPHIQL: 'true' })).toEqual([
      'STACK_SECRET_SERVER_KEY is missing: copy it from your project in the dashboard, under API keys',
      'PERSISTED_ONLY leaves nothing to answer without PERSISTED_DOCUMENTS: set both',
      'GRAPHIQL writes documents of its own: set it or PERSISTED_ONLY to false',
    ]);
    expect(read({ PERSISTED_ONLY: 'false' }).persisted).toBeUndefined();
  });
});
