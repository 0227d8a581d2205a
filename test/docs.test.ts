import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withIncludes } from '../docs/include.ts';
import { PAGES } from '../docs/pages.ts';
import { readConfig, variables } from '../src/config.ts';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

describe("the README's table of variables", () => {
  const rows = [...read('README.md').matchAll(/^\| `([A-Z_]+)` \| (.+?) \| .+ \|$/gm)];
  const table = new Map(rows.map(([, name, cell]) => [String(name), String(cell).replaceAll('`', '')]));
  const required = {
    STACK_PROJECT_ID: '6fbbf22e-f4b2-4c6e-95a1-beab6fa41063',
    STACK_SECRET_SERVER_KEY: 'ssk_test',
  };

  it('names exactly the variables that the server reads', () => {
    expect([...table.keys()]).toEqual(Object.keys(variables.shape));
  });

  it.each([...table])('gives the default of %s as it is: %s', (name, cell) => {
    const { [name]: _own, ...others } = { ...required } as Record<string, string>;
    if (cell === 'required') {
      expect(() => readConfig(others)).toThrow(`${name} is missing`);
    } else if (cell === '–') {
      expect(variables.shape[name as keyof typeof variables.shape].parse(undefined) ?? []).toEqual([]);
    } else {
      expect(readConfig({ ...others, [name]: cell })).toEqual(readConfig(others));
    }
  });
});

describe('the links of the documents', () => {
  it.each(PAGES)('of %s lead somewhere', (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => String(link));
    const folder = new URL(`../${file}`, import.meta.url);
    expect(links.filter((link) => !existsSync(new URL(link, folder)))).toEqual([]);
  });
});

describe('the code in the documents', () => {
  it.each(PAGES)('of %s is that of the files (npm run docs writes it anew)', (file) => {
    expect(withIncludes(read(file), read)).toBe(read(file));
  });

  it('shows every recipe for frontends', () => {
    const included = [...read('docs/frontend.md').matchAll(/<!-- include (\S+) -->/g)].map(
      ([, path]) => path,
    );
    const recipes = readdirSync(new URL('../examples/clients', import.meta.url));
    expect(included.sort()).toEqual(recipes.map((name) => `examples/clients/${name}`).sort());
  });

  it('is written over what was there, under the names that readers install', () => {
    const page = 'a\n<!-- include x.ts -->\nold\n<!-- end -->\nb\n<!-- include x.ts -->\n<!-- end -->\n';
    const block = "<!-- include x.ts -->\n```ts\nimport '@apollo/client/link/error';\n```\n<!-- end -->\n";
    const read = () => "import 'apollo-client-3/link/error/index.js';\n";
    expect(withIncludes(page, read)).toBe(`a\n${block}b\n${block}`);
  });
});
