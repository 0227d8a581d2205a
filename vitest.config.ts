import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { UNDER_BUN } from './test/support/bun/command.ts';
import { SUITES_UNDER_BUN } from './test/support/bun/suites.ts';

/** Suites about what both adapters do: they run on each. test/server/fast-path/sameness.test.ts compares the rest. */
const ON_BOTH_ADAPTERS = [
  'test/http/{conformance,csrf,hostile-bodies,overload,requests,server}.test.ts',
  'test/documents/{introspection,limits}.test.ts',
  'test/rate-limit/rate-limits-over-http.test.ts',
];

/** Suites about tokens, outages and profiles: they run once more against a server of a team with the library in it. */
const ON_THE_LIBRARY = [
  'test/tokens/{hostile-claims,hostile-signatures,hostile-tokens,older-form}.test.ts',
  'test/outages/{anonymous-users,breaker,cached-profiles,keys,provider-faults,refused-key,shared-calls,upstream-concurrency}.test.ts',
];

/** Files by project, most specific first: a file belongs to the first project that names it, and to `unit` otherwise. */
const PROJECTS: Readonly<Record<string, readonly string[]>> = {
  browser: ['test/browser/**'],
  // Tests that start the server, or another program, as a process.
  process: [
    'test/process/**',
    'test/examples/**',
    'test/packaging/built-server.test.ts',
    'test/release/prepare-release.test.ts',
    'test/cli/doctor/command.test.ts',
    'test/server/graphiql/assets.test.ts',
    'test/server/fast-path/retained-memory.test.ts',
  ],
  // Tests that ask the server over HTTP, in the process of the test.
  'server-fast-path': ON_BOTH_ADAPTERS,
  server: [
    // The tests of an app stand beside it.
    'src/app/**',
    'examples/**',
    'test/{clients,dev,documents,http,library,outages,pipeline,server,tokens}/**',
    'test/identity/user.test.ts',
  ],
  unit: ['test/**'],
};

/** A repository of its own, with a test runner of its own. */
const ELSEWHERE = 'examples/dependency/**';

function projects(): TestProjectConfiguration[] {
  const claimed: string[] = [];
  const all = Object.entries(PROJECTS).map(([name, globs]) => {
    const exclude = ['**/node_modules/**', ELSEWHERE, ...claimed];
    claimed.push(...globs);
    return {
      name,
      include: globs.map((glob) => glob.replace(/\/\*\*$/, '/**/*.test.ts')),
      exclude,
      ...(name === 'process' && { globalSetup: 'test/support/build-server.ts' }),
      ...(name === 'server-fast-path' && { provide: { adapter: 'fast-path' as const } }),
    };
  });
  const again = [
    { name: 'server-yoga', include: ON_BOTH_ADAPTERS, exclude: [], provide: { adapter: 'yoga' as const } },
    { name: 'library', include: ON_THE_LIBRARY, exclude: [], provide: { adapter: 'library' as const } },
  ];
  return [...all, ...again].map((test) => ({ extends: true, test }));
}

/** The suites that ask a server from outside, which then runs under Bun. */
function projectsUnderBun(): TestProjectConfiguration[] {
  const { fastPath, library, server, process } = SUITES_UNDER_BUN;
  return [
    { name: 'bun', include: [...server] },
    { name: 'bun-fast-path', include: [...fastPath], provide: { adapter: 'fast-path' as const } },
    { name: 'bun-library', include: [...library], provide: { adapter: 'library' as const } },
    { name: 'bun-process', include: [...process], globalSetup: 'test/support/build-server.ts' },
  ].map((test) => ({ extends: true, test }));
}

/** In `.ci/run --all`, property tests run many times as long. */
const FUZZ_FACTOR = Number(process.env['FUZZ_FACTOR'] ?? 1);

export default defineConfig({
  resolve: {
    alias: [
      // Vitest would load the ES build for tests and Node the CommonJS one for libraries; two copies of
      // graphql do not know each other's classes.
      {
        find: /^graphql$/,
        replacement: fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url)),
      },
    ],
  },
  test: {
    pool: 'threads',
    isolate: false,
    // At least three, since browsers and processes are mostly waited for: on two cores they take 0.89 of the time of two. Each
    // project has workers of its own, and the projects run in the order of their names: the longest files come first.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    testTimeout: 20_000 * FUZZ_FACTOR,
    hookTimeout: 20_000,
    reporters: ['default', './tools/ci/slowest-files.ts', './tools/ci/redis-tests.ts'],
    projects: UNDER_BUN ? projectsUnderBun() : projects(),
  },
});
