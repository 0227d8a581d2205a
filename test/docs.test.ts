import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
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
  it.each([
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'docs/errors.md',
    'docs/graphiql.md',
    'docs/adding-a-type.md',
    'docs/deploying.md',
    'docs/operations.md',
  ])('of %s lead somewhere', (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => String(link));
    const folder = new URL(`../${file}`, import.meta.url);
    expect(links.filter((link) => !existsSync(new URL(link, folder)))).toEqual([]);
  });
});
