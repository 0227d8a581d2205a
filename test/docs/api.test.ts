import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../tools/build/manifests.ts';
import { listEntries, readPackageManifest } from '../../tools/build/package/entries.ts';

/** What an entry exports. */
interface Exported {
  readonly name: string;
  /** Its JSDoc; empty where it has none. */
  readonly comment: string;
}

const DECLARATION =
  /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?^(?:declare )?(?:abstract )?(?:function|class|const|interface|type) ([\w$]+)/gm;

function exportsOf(declarations: string): readonly Exported[] {
  const byName = new Map(
    [...declarations.matchAll(DECLARATION)].map(([, comment = '', name = '']) => [name, { comment }]),
  );
  const [, list = ''] = /^export \{([^}]*)\};$/m.exec(declarations) ?? [];
  const exported = list.split(',').map((item) => item.trim().replace(/^type /, ''));
  return exported.filter(Boolean).map((item) => {
    const [local = '', name = local] = item.split(' as ');
    const declared = byName.get(local);
    if (!declared) throw new Error(`${local} is exported, and declared nowhere`);
    return { name, ...declared };
  });
}

const ENTRIES = listEntries(readPackageManifest()).map(({ name, types }) => ({
  name,
  exported: exportsOf(readFileSync(join(ROOT, 'docs/api', basename(types)), 'utf8')),
}));

describe.each(ENTRIES)('the declarations of $name', ({ exported }) => {
  it('describe each export', () => {
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.filter(({ comment }) => comment === '').map(({ name }) => name)).toEqual([]);
  });

  it('have an example of each export', () => {
    expect(exported.filter(({ comment }) => !comment.includes('@example')).map(({ name }) => name)).toEqual(
      [],
    );
  });
});
