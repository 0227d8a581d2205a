import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The floor of each file or folder of src/. A file imports from its own floor and from those below. */
const FLOORS: Readonly<Record<string, number>> = {
  'main.ts': 8,
  'commands.ts': 8,
  'doctor/': 8,
  'dev.ts': 8,
  'dev-doctor.ts': 8,
  'dev-server.ts': 8,
  'dev-bar/': 8,
  'run.ts': 8,
  'prepared/': 7,
  'metrics.ts': 6,
  'listen.ts': 6,
  'server.ts': 6,
  'plugins/': 6,
  'graphiql/': 6,
  'schema/': 5,
  'builder.ts': 4,
  'scopes.ts': 4,
  'context.ts': 3,
  'loaders.ts': 3,
  'services.ts': 2,
  'sources.ts': 2,
  'health.ts': 2,
  'auth/': 1,
  'identity/': 1,
  'emulator/': 1,
  'sources/': 1,
  'lifetime.ts': 0,
  'settled.ts': 0,
  'abort.ts': 0,
  'upstream.ts': 0,
  'telemetry.ts': 0,
  'tracing.ts': 0,
  'reporter.ts': 0,
  'config.ts': 0,
  'variable-types.ts': 0,
  'variables.ts': 0,
  'manifest.ts': 0,
  'errors.ts': 0,
  'logger.ts': 0,
};

const KNOWS_NO_GRAPHQL = ['auth/', 'identity/', 'emulator/'];
const GRAPHQL = /^(graphql|graphql-yoga|graphql-scalars|@pothos\/.*|@graphql-.*)$/;

type Sources = Readonly<Record<string, string>>;

describe('the architecture', () => {
  const sources = readSources();

  it('has a floor for every file, and no import that climbs', () => {
    expect(Object.keys(sources).length).toBeGreaterThan(40);
    expect(Object.values(sources).flatMap(importsOf).length).toBeGreaterThan(100);
    expect(violationsOf(sources)).toEqual([]);
  });

  it('keeps the emulator out of the reach of the production process', () => {
    const reached = reachableFrom('main.ts', sources);
    expect(reached).toContain('auth/verify.ts');
    expect(reached.filter((file) => file.startsWith('emulator/') || file.startsWith('dev'))).toEqual([]);
    const build = JSON.parse(readFileSync(new URL('../tsconfig.build.json', import.meta.url), 'utf8'));
    expect(build.exclude).toEqual(expect.arrayContaining(['src/emulator', 'src/dev-bar']));
  });
});

describe('what is loaded', () => {
  it('leaves tracing and GraphiQL to those who want them', () => {
    const sources = readSources();
    const atStart = withoutDynamicImports(sources);
    expect(reachableFrom('main.ts', atStart)).toEqual(['main.ts']);
    const loaded = reachableFrom('run.ts', atStart);
    expect(loaded).toContain('services.ts');
    expect(loaded).not.toContain('tracing.ts');
    const isGraphiql = (name: string) => name.startsWith('@graphql-yoga/render-graphiql');
    expect(loaded.flatMap((file) => importsOf(atStart[file] ?? '')).filter(isGraphiql)).toEqual([]);
    expect(Object.values(sources).flatMap(importsOf).filter(isGraphiql)).toHaveLength(1);
    expect(loaded.filter((file) => file.startsWith('doctor/'))).toEqual([]);
    expect(reachableFrom('main.ts', sources)).toEqual(
      expect.arrayContaining(['tracing.ts', 'doctor/command.ts']),
    );
  });
});

describe('the check of the architecture', () => {
  const planted = (file: string, source: string) => violationsOf({ 'server.ts': '', [file]: source });

  it('sees an import that climbs', () => {
    expect(planted('services.ts', "import { x } from './server.ts';")).toHaveLength(1);
    expect(planted('services.ts', "export type { X } from './server.ts';")).toHaveLength(1);
    expect(planted('services.ts', "const x = await import('./server.ts');")).toHaveLength(1);
    expect(planted('auth/x.ts', "import '../server.ts';")).toHaveLength(1);
  });

  it('sees folders of floor 1 that import each other, or GraphQL', () => {
    expect(planted('auth/x.ts', "import { x } from '../identity/profile.ts';")).toHaveLength(1);
    expect(planted('identity/x.ts', "import type { Claims } from '../auth/claims.ts';")).toHaveLength(1);
    expect(planted('auth/x.ts', "import { parse } from 'graphql';")).toHaveLength(1);
    expect(planted('identity/x.ts', "import Builder from '@pothos/core';")).toHaveLength(1);
  });

  it('sees a file without a floor, and an import that cannot be read', () => {
    expect(planted('helpers.ts', '')).toHaveLength(1);
    expect(planted('services.ts', 'await import(name);')).toHaveLength(1);
    expect(planted('services.ts', 'await import(`./$' + '{name}.ts`);')).toHaveLength(1);
  });

  it('follows imports of imports, dynamic ones included', () => {
    const sources = {
      'main.ts': "import './run.ts';",
      'run.ts': "await import('./emulator/emulator.ts');",
      'emulator/emulator.ts': '',
    };
    expect(reachableFrom('main.ts', sources)).toContain('emulator/emulator.ts');
  });
});

function readSources(): Sources {
  const src = new URL('../src/', import.meta.url);
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return Object.fromEntries(files.map((file) => [file, readFileSync(new URL(file, src), 'utf8')]));
}

/** What is imported when a file is loaded: neither types nor what is imported later. */
function withoutDynamicImports(sources: Sources): Sources {
  const later = /\bimport\s*\([^)]*\)|\bimport type [^;]+;/g;
  return Object.fromEntries(
    Object.entries(sources).map(([file, source]) => [file, source.replace(later, '')]),
  );
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

function importsOf(source: string): string[] {
  const literal = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/g;
  return [...withoutComments(source).matchAll(literal)].map((match) => String(match[1]));
}

function violationsOf(sources: Sources): string[] {
  return Object.entries(sources).flatMap(([file, source]) => {
    const floor = floorOf(file);
    if (floor === undefined) return [`${file} stands on no floor`];
    const unreadable = /\bimport\s*\(\s*[^'"\s]/.test(withoutComments(source))
      ? [`${file} imports a computed name`]
      : [];
    return [
      ...unreadable,
      ...importsOf(source).flatMap((specifier) => violationOf({ file, floor, specifier }) ?? []),
    ];
  });
}

function violationOf({ file, floor, specifier }: { file: string; floor: number; specifier: string }) {
  const folder = KNOWS_NO_GRAPHQL.find((name) => file.startsWith(name));
  if (!specifier.startsWith('.')) {
    return folder && GRAPHQL.test(specifier) ? `${file} knows GraphQL: ${specifier}` : undefined;
  }
  const target = posix.join(posix.dirname(file), specifier);
  const targetFloor = floorOf(target);
  if (targetFloor === undefined) return `${file} imports ${target}, which stands on no floor`;
  if (targetFloor > floor) return `${file} climbs to ${target}`;
  const sideways = folder && targetFloor === floor && !target.startsWith(folder);
  return sideways ? `${file} reaches over to ${target}` : undefined;
}

function floorOf(file: string): number | undefined {
  const name = Object.keys(FLOORS).find((key) => file === key || (key.endsWith('/') && file.startsWith(key)));
  return name === undefined ? undefined : FLOORS[name];
}

function reachableFrom(entry: string, sources: Sources): string[] {
  const reached = [entry];
  for (const file of reached) {
    for (const specifier of importsOf(sources[file] ?? '')) {
      const target = posix.join(posix.dirname(file), specifier);
      if (specifier.startsWith('.') && !reached.includes(target)) reached.push(target);
    }
  }
  return reached;
}
