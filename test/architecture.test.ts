import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FLOORS } from '../tools/docs/floors.ts';
import { importsOf, withoutComments } from './support/imports.ts';

const ROOT = new URL('../', import.meta.url);
const MAX_ROOT_FILES = 6;

/** The floor of the files at the root of src/: they start the process, and nothing imports them. */
const ENTRY_FLOOR = 10;
const GRAPHQL = /^(graphql|graphql-yoga|graphql-scalars|@pothos\/.*|@graphql-.*)$/;
const WITHOUT_GRAPHQL = FLOORS.find(({ number }) => number === 1)?.folders ?? [];

/** The only files that may import from app/. The development process imports an app by the name that it is given. */
const IMPORTS_APP = ['main.ts'];
const IMPORTS_COMPUTED = ['dev/load-app.ts'];

/** The only folders that may import the emulator. */
const IMPORTS_EMULATOR = ['emulator/', 'dev/', 'library/testing', 'dev.ts'];

/** Sources by their path in src/. */
type Sources = Readonly<Record<string, string>>;

describe('the architecture', () => {
  const sources = readSources();

  it('has no import that climbs to a higher floor', () => {
    expect(Object.keys(sources).length).toBeGreaterThan(100);
    expect(
      Object.entries(sources).flatMap(([file, source]) => importsOf(file, source)).length,
    ).toBeGreaterThan(300);
    expect(violationsOf(sources)).toEqual([]);
  });

  it('has a folder for every floor, and few files beside them', () => {
    const folders = [...new Set(Object.keys(sources).map((file) => file.split('/')[0] ?? ''))];
    const atRoot = folders.filter((name) => name.endsWith('.ts'));
    expect(atRoot.length).toBeGreaterThan(0);
    expect(atRoot.length).toBeLessThanOrEqual(MAX_ROOT_FILES);
    const known = FLOORS.flatMap((floor) => floor.folders);
    expect(folders.filter((name) => !name.endsWith('.ts') && !known.includes(name))).toEqual([]);
  });

  it('has no test of ours that depends on what a team adds', () => {
    const tests = readdirSync(new URL('test/', ROOT), { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    );
    expect(tests.length).toBeGreaterThan(100);
    const dependent = tests.filter((file) =>
      /(?:\bfrom|\bimport)\s*\(?\s*'[^']*src\/(app\/|main|dev\.ts)/.test(
        readFileSync(new URL(`test/${file}`, ROOT), 'utf8'),
      ),
    );
    expect(dependent).toEqual([]);
  });

  it('keeps the emulator out of reach of the production process', () => {
    const reached = reachableFrom('main.ts', sources);
    expect(reached).toContain('auth/verify.ts');
    expect(reached.filter((file) => /^(emulator|dev)[/.]/.test(file))).toEqual([]);
    const build = JSON.parse(readFileSync(new URL('tsconfig.build.json', ROOT), 'utf8'));
    expect(build.exclude).toEqual(expect.arrayContaining(['src/emulator', 'src/dev']));
  });

  it('keeps the emulator and development out of reach of every entry of the package but the one for tests', () => {
    const entries = Object.keys(sources).filter((file) => /^library\/[^/]+$/.test(file));
    expect(entries.length).toBeGreaterThan(6);
    const reaching = entries.filter((entry) =>
      reachableFrom(entry, sources).some((file) => /^(emulator|dev)[/.]/.test(file)),
    );
    expect(reaching).toEqual(['library/testing.ts']);
    expect(reachableFrom('library/testing.ts', sources).filter((file) => file.startsWith('dev'))).toEqual([]);
  });

  it('keeps undici behind the interface of the HTTP client, and away from the stub that Bun has in its place', () => {
    const imported = Object.entries(sources).flatMap(([file, source]) =>
      importsOf(file, source).flatMap((name) => (/^undici(\/|$)/.test(name) ? [[file, name]] : [])),
    );
    expect(imported.sort()).toEqual([
      ['core/dispatcher.ts', 'undici/index.js'],
      ['core/http-call.ts', 'undici/index.js'],
    ]);
    const users = Object.entries(sources).filter(([file, source]) =>
      importsOf(file, source).includes('core/undici-upstream.ts'),
    );
    expect(users.map(([file]) => file)).toEqual(['core/http-client.ts']);
  });

  it('loads tracing, GraphiQL, metrics, federation, Redis and the doctor only where they are asked for', () => {
    const atStart = withoutDynamicImports(sources);
    expect(reachableFrom('main.ts', atStart)).toEqual(['main.ts']);
    const loaded = reachableFrom('cli/serve.ts', atStart);
    expect(loaded).toContain('process/services.ts');
    const lazy = [
      'core/tracing.ts',
      'store/redis-link.ts',
      'process/metrics.ts',
      'cli/doctor/command.ts',
      'server/subgraph-schema.ts',
    ];
    expect(loaded.filter((file) => lazy.includes(file))).toEqual([]);
    expect(reachableFrom('main.ts', sources)).toEqual(expect.arrayContaining(lazy));
    const isLarge = (name: string) =>
      /^(@redis\/client|@graphql-yoga\/render-graphiql|@apollo\/|@pothos\/plugin-(directives|federation))/.test(
        name,
      );
    const importsAt = (files: readonly string[], from: Sources) =>
      files.flatMap((file) => importsOf(file, from[file] ?? '')).filter(isLarge);
    expect(importsAt(loaded, atStart)).toEqual([]);
    expect(importsAt(Object.keys(sources), sources)).toHaveLength(5);
  });
});

describe('the check of the architecture', () => {
  const planted = (file: string, source: string) =>
    violationsOf({
      'server/create-server.ts': '',
      'library/server.ts': '',
      'app/app.ts': '',
      [file]: source,
    });

  it.each([
    ['a value', 'process/services.ts', "import { x } from '../server/create-server.ts';"],
    ['a type', 'process/services.ts', "export type { X } from '../server/create-server.ts';"],
    ['a dynamic import', 'process/services.ts', "const x = await import('../server/create-server.ts');"],
    ['a side effect', 'auth/x.ts', "import '../server/create-server.ts';"],
    ['a type in an expression', 'auth/x.ts', "type X = import('../server/create-server.ts').X;"],
    [
      'an import from a deeper folder',
      'provider/cache/x.ts',
      "import { x } from '../../process/services.ts';",
    ],
    ['an alias', 'process/services.ts', "import type { Step } from '#server';"],
    ['an entry point', 'app/x.ts', "import '../main.ts';"],
    ['app/ from elsewhere', 'cli/serve.ts', "import { app } from '../app/app.ts';"],
    ['the emulator from elsewhere', 'cli/serve.ts', "import { x } from '../emulator/emulator.ts';"],
    ['GraphQL below the graph', 'auth/x.ts', "import { parse } from 'graphql';"],
    ['a type of GraphQL below the graph', 'provider/x.ts', "import type Builder from '@pothos/core';"],
    ['a folder without a floor', 'helpers/x.ts', ''],
    ['a computed name', 'process/services.ts', 'await import(name);'],
    ['a template', 'process/services.ts', `await import(\`./$\{name}.ts\`);`],
  ])('finds %s', (_what, file, source) => {
    expect(planted(file, source)).toHaveLength(1);
  });

  it.each([
    ['the same floor', 'auth/x.ts', "import { x } from '../rate-limit/rate-limits.ts';"],
    ['a lower floor', 'server/x.ts', "import { x } from '../core/errors.ts';"],
    ['the alias from above', 'app/app.ts', "import { defineApp } from '#server';"],
    ['app/ from an entry point', 'main.ts', "import { app } from './app/app.ts';"],
  ])('allows %s', (_what, file, source) => {
    expect(planted(file, source)).toEqual([]);
  });

  it('follows imports of imports, dynamic ones included', () => {
    const sources = {
      'main.ts': "import './cli/serve.ts';",
      'cli/serve.ts': "await import('../emulator/emulator.ts');",
      'emulator/emulator.ts': '',
    };
    expect(reachableFrom('main.ts', sources)).toContain('emulator/emulator.ts');
  });
});

function readSources(): Sources {
  const src = new URL('src/', ROOT);
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    // The tests of an app stand beside it, and are no part of the program.
    (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(new URL(file, src), 'utf8')]));
}

/** Without what is imported later, and without types. */
function withoutDynamicImports(sources: Sources): Sources {
  const later = /\bimport\s*\([^)]*\)|\bimport type [^;]+;/g;
  return Object.fromEntries(
    Object.entries(sources).map(([file, source]) => [file, source.replace(later, '')]),
  );
}

function violationsOf(sources: Sources): string[] {
  return Object.entries(sources).flatMap(([file, source]) => {
    const floor = floorOf(file);
    if (floor === undefined) return [`${file} stands on no floor`];
    const computed =
      !IMPORTS_COMPUTED.includes(file) &&
      !file.startsWith('app/') &&
      /\bimport\s*\(\s*[^'"\s]/.test(withoutComments(source));
    return [
      ...(computed ? [`${file} imports a computed name`] : []),
      ...importsOf(file, source).flatMap((target) => violationOf(file, floor, target) ?? []),
    ];
  });
}

function violationOf(file: string, floor: number, target: string): string | undefined {
  const [folder = ''] = file.split('/');
  if (WITHOUT_GRAPHQL.includes(folder) && GRAPHQL.test(target)) return `${file} knows GraphQL: ${target}`;
  if (!target.endsWith('.ts')) return undefined;
  const targetFloor = floorOf(target);
  if (targetFloor === undefined) return `${file} imports ${target}, which stands on no floor`;
  if (targetFloor > floor) return `${file} climbs to ${target}`;
  if (target.startsWith('app/') && !file.startsWith('app/') && !IMPORTS_APP.includes(file)) {
    return `${file} imports ${target}, which is the team's`;
  }
  if (target.startsWith('emulator/') && !IMPORTS_EMULATOR.some((place) => file.startsWith(place))) {
    return `${file} imports ${target}, which is for development`;
  }
  return undefined;
}

function floorOf(file: string): number | undefined {
  const [folder = '', ...rest] = file.split('/');
  if (rest.length === 0) return ENTRY_FLOOR;
  return FLOORS.find(({ folders }) => folders.includes(folder))?.number;
}

function reachableFrom(entry: string, sources: Sources): string[] {
  const reached = [entry];
  for (const file of reached) {
    for (const target of importsOf(file, sources[file] ?? '')) {
      if (target in sources && !reached.includes(target)) reached.push(target);
    }
  }
  return reached;
}
