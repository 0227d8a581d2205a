import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importsOf, withoutTypes } from '../support/imports.ts';

const SRC = new URL('../../src/', import.meta.url);

/** What an entry reaches: files of ours, and packages, each sorted. */
interface Reached {
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

/** Follows every import from an entry. `types` says whether those of types count: they stand in the package's declarations. */
function reachedFrom(entry: string, { types }: { readonly types: boolean }): Reached {
  const files = [`library/${entry}.ts`];
  const packages = new Set<string>();
  for (const file of files) {
    const source = readFileSync(new URL(file, SRC), 'utf8');
    for (const target of importsOf(file, types ? source : withoutTypes(source))) {
      if (!target.endsWith('.ts')) packages.add(packageOf(target));
      else if (!files.includes(target)) files.push(target);
    }
  }
  return { files: files.sort(), packages: [...packages].sort() };
}

/** `undici/index.js` is of undici, and `@scope/name/file.js` of @scope/name. */
function packageOf(target: string): string {
  if (target.startsWith('node:')) return 'node';
  return target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Packages that an unbundled entry may reach. */
const DEPENDENCIES = [
  '@whatwg-node/promise-helpers',
  'dataloader',
  'ipaddr.js',
  'jose',
  'lru-cache',
  'node',
  'standardwebhooks',
  'undici',
  'zod',
];

/** The server, and what only it needs: pino, GraphQL, Prometheus, OpenTelemetry, Redis. */
const OF_THE_SERVER =
  /^(?:(?:server|pipeline|documents|graph|identity|emulator|app|cli|dev)\/|process\/(?:services|metrics|instruments|redis-store)|store\/redis-|core\/(?:logger|tracing|trace-exporter)\.ts)/;

describe.each(['index', 'fetch', 'node', 'webhooks'])('the entry %s', (entry) => {
  it.each([
    ['loads', false],
    ['declares by', true],
  ])('%s dependencies of the package alone', (_what, types) => {
    const { files, packages } = reachedFrom(entry, { types });
    expect(files.length).toBeGreaterThan(4);
    expect(packages.filter((name) => !DEPENDENCIES.includes(name))).toEqual([]);
    expect(files.filter((file) => OF_THE_SERVER.test(file))).toEqual([]);
  });
});

describe.each(['yoga', 'apollo'])('the entry %s', (entry) => {
  it('loads graphql, and no server', () => {
    const { files, packages } = reachedFrom(entry, { types: false });
    expect(packages.filter((name) => !DEPENDENCIES.includes(name))).toEqual(['graphql']);
    expect(files.filter((file) => OF_THE_SERVER.test(file))).toEqual([
      'documents/locations.ts',
      'pipeline/mask-error.ts',
    ]);
  });
});

describe('the entry pothos', () => {
  it('loads its peers, and no server', () => {
    const { files, packages } = reachedFrom('pothos', { types: false });
    const peers = ['@pothos/core', '@pothos/plugin-scope-auth', 'graphql'];
    expect(packages).toEqual(expect.arrayContaining(peers));
    expect(packages.filter((name) => !DEPENDENCIES.includes(name) && !peers.includes(name))).toEqual([]);
    const ofServer = files.filter((file) => OF_THE_SERVER.test(file) && !/^(?:graph|identity)\//.test(file));
    expect(ofServer).toEqual(['documents/locations.ts', 'pipeline/mask-error.ts']);
  });
});

describe('the entry fetch', () => {
  it('loads seven small files and no package', () => {
    expect(reachedFrom('fetch', { types: false })).toEqual({
      files: [
        'core/errors.ts',
        'core/response-header.ts',
        'core/rest-answer.ts',
        'core/statuses.ts',
        'library/auth/auth-context.ts',
        'library/auth/quiet.ts',
        'library/fetch.ts',
      ],
      packages: [],
    });
  });
});

describe('the entry index', () => {
  it('loads each dependency but that of webhooks', () => {
    const { packages } = reachedFrom('index', { types: false });
    expect(packages).toEqual(DEPENDENCIES.filter((name) => name !== 'standardwebhooks'));
  });
});
