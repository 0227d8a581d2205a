import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, readManifest } from '../../tools/build/manifests.ts';
import { checkImports } from '../../tools/build/package/check-imports.ts';
import { copyModules } from '../../tools/build/package/copy-modules.ts';
import { listEntries, type PackageManifest, readPackageManifest } from '../../tools/build/package/entries.ts';
import { reachFrom } from '../../tools/build/package/reach.ts';
import { nameSources } from '../../tools/build/package/source-maps.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

type Versions = Readonly<Record<string, string>>;

describe("the package's manifest", () => {
  it('has the versions of the root', () => {
    expect(mismatchesOf(readPackageManifest(), readManifest(ROOT))).toEqual([]);
  });

  it('names the sources of its entries', () => {
    const entries = listEntries(readPackageManifest());
    expect(entries.length).toBeGreaterThan(6);
    for (const { source } of entries) expect(readFileSync(join(ROOT, source), 'utf8')).toMatch(/^\/\/ /);
  });

  it('has no peer that is not optional, so that no entry brings what another needs', () => {
    const { peerDependencies, peerDependenciesMeta } = readPackageManifest();
    const optional = Object.fromEntries(
      Object.keys(peerDependencies ?? {}).map((name) => [name, { optional: true }]),
    );
    expect(peerDependenciesMeta).toEqual(optional);
  });
});

describe('the comparison of the manifests', () => {
  const root = {
    name: 'x',
    version: '1.0.0',
    dependencies: { jose: '^6.2.18', graphql: '^16.15.0' },
    engines: { node: '>=20.19' },
  };
  const published = {
    ...root,
    exports: {},
    dependencies: { jose: '^6.2.18' },
    peerDependencies: { graphql: '^16.9.0' },
  };

  it('accepts peers that are older than what the server is built with', () => {
    expect(mismatchesOf(published, root)).toEqual([]);
    const peerDependencies = { graphql: '^16.9.0 || ^17.0.0' };
    expect(mismatchesOf({ ...published, peerDependencies }, root)).toEqual([]);
  });

  it.each<[string, Partial<PackageManifest>, string]>([
    ['another version', { version: '1.0.1' }, 'version'],
    ['another version of Node', { engines: { node: '>=22' } }, 'engines'],
    ['another version of a dependency', { dependencies: { jose: '^6.2.0' } }, 'jose'],
    ['a dependency that the root has not', { dependencies: { svix: '^2.0.0' } }, 'svix'],
    ['a peer of another major version', { peerDependencies: { graphql: '^15.9.0' } }, 'graphql'],
    ['a peer that is newer than the root', { peerDependencies: { graphql: '^16.16.0' } }, 'graphql'],
    ['a peer of other major versions', { peerDependencies: { graphql: '^15.9.0 || ^17.0.0' } }, 'graphql'],
    ['a peer of any version', { peerDependencies: { graphql: '*' } }, 'graphql'],
  ])('finds %s', (_what, change, expected) => {
    expect(mismatchesOf({ ...published, ...change }, root)).toEqual([expected]);
  });
});

describe('the published modules', () => {
  const write = (folder: string, files: Versions) => {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
  };

  it('are those that an entry reaches, with endings that Node has', () => {
    using folder = makeTempFolder();
    write(folder.path, {
      'from/library/a.js':
        "import { b } from '../core/b.js';\nawait import('../core/lazy.js');\nimport 'jose';\n",
      'from/library/a.d.ts': `/// <reference types="@pothos/core" preserve="true" />
import type { B } from '../core/b.ts';
// import type { No } from '../core/unused.ts';
/** import x from 'nothing' */
export declare const c: import('../core/c.ts').C;
export * from "@scope/name/deep";
import type { IncomingMessage } from 'node:http';
`,
      'from/core/b.js': "export const b = require('undici');\n",
      'from/core/lazy.js': '',
      'from/core/unused.js': '',
      'from/core/b.d.ts': '',
      'from/core/c.d.ts': '',
      'from/core/unused.d.ts': '',
    });
    const from = join(folder.path, 'from');
    const { files, packages } = reachFrom(['library/a.d.ts', 'library/a.js'], from);
    expect([...files].sort()).toEqual([
      'core/b.d.ts',
      'core/b.js',
      'core/c.d.ts',
      'core/lazy.js',
      'library/a.d.ts',
      'library/a.js',
    ]);
    expect([...packages.keys()].sort()).toEqual(['@pothos/core', '@scope/name', 'jose', 'undici']);
    copyModules(['library/a.d.ts'], from, join(folder.path, 'to'));
    const copied = readFileSync(join(folder.path, 'to/library/a.d.ts'), 'utf8');
    expect(copied).toContain("from '../core/b.js'");
    expect(copied).toContain("import('../core/c.js').C");
  });
});

describe('the source maps of the package', () => {
  it('name sources within the package, not files of the consumer', () => {
    using temp = makeTempFolder();
    const folder = join(temp.path, 'dist/package');
    const files = {
      'modules/library/a.js.map': ['../../../src/library/a.ts', 'src/library/a.ts'],
      'bin/main.js.map': ['../../../src/main.ts', 'src/main.ts'],
      'bin/chunk.js.map': ['../../../node_modules/x/y.js', 'node_modules/x/y.js'],
    };
    for (const [file, [source]] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), JSON.stringify({ version: 3, sources: [source], mappings: 'A' }));
    }
    nameSources({ folder, compiled: join(temp.path, 'dist/compiled'), root: temp.path });
    for (const [file, [, inPackage]] of Object.entries(files)) {
      const path = join(folder, file);
      const map = JSON.parse(readFileSync(path, 'utf8')) as { readonly sources: readonly string[] };
      expect(map).toMatchObject({ version: 3, mappings: 'A' });
      expect(map.sources.map((source) => join(dirname(path), source))).toEqual([
        join(folder, inPackage ?? ''),
      ]);
    }
  });
});

describe('what the parts of the package import', () => {
  const manifest: PackageManifest = {
    name: 'x',
    version: '1.0.0',
    exports: {},
    dependencies: { jose: '^6.0.0' },
    peerDependencies: { graphql: '^16.0.0' },
  };
  const part = (name: string, ...packages: readonly string[]) => ({
    name,
    packages: new Map(packages.map((one) => [one, 'file.js'])),
  });

  it('are dependencies, and peers of the entry', () => {
    expect(() =>
      checkImports([part('./fetch', 'jose'), part('./server', 'graphql')], manifest),
    ).not.toThrow();
  });

  it.each([
    ['an undeclared package', part('.', 'pino'), '. may not import pino, which file.js does'],
    ['a peer of another entry', part('./fetch', 'graphql'), './fetch may not import graphql'],
    ['a peer in the program, which has none', part('bin', 'graphql'), 'bin may not import graphql'],
  ])('are refused: %s', (_which, wrong, message) => {
    const parts = [part('./node', 'jose'), part('./yoga', 'graphql'), wrong];
    expect(() => checkImports(parts, manifest)).toThrow(message);
  });

  it('are all that the manifest names', () => {
    expect(() => checkImports([part('.', 'jose')], manifest)).toThrow('Nothing imports graphql');
  });
});

/** What differs between the two manifests: a peer has a caret range of the root's major version that begins no later. */
function mismatchesOf(published: PackageManifest, root: ReturnType<typeof readManifest>): string[] {
  const ofRoot: Versions = { ...root.dependencies };
  const dependencies = Object.entries(published.dependencies ?? {});
  const peers = Object.entries(published.peerDependencies ?? {});
  return [
    ...(published.version === root.version ? [] : ['version']),
    ...(published.engines?.['node'] === root.engines?.['node'] ? [] : ['engines']),
    ...dependencies.filter(([name, range]) => ofRoot[name] !== range).map(([name]) => name),
    ...peers.filter(([name, range]) => !includesRange(range, ofRoot[name] ?? '')).map(([name]) => name),
  ];
}

/** A range may have alternatives: tools/ci/check-package.ts tries each. */
function includesRange(wide: string, narrow: string): boolean {
  return wide.split(' || ').some((range) => includesCaret(range, narrow));
}

function includesCaret(wide: string, narrow: string): boolean {
  const [one, other] = [wide, narrow].map((range) =>
    /^\^(\d+)\.(\d+)\.\d+$/.exec(range)?.slice(1).map(Number),
  );
  if (!one || !other) return false;
  return one[0] === other[0] && Number(one[1]) <= Number(other[1]);
}
