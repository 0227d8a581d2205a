import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TOKEN_RULES } from '../../src/auth/token-rule.ts';
import { FINDING_CODES } from '../../src/cli/doctor/finding.ts';
import { readConfig } from '../../src/core/config/config.ts';
import { variables } from '../../src/core/config/variables.ts';
import { drawArchitecture } from '../../tools/docs/draw-architecture.ts';
import { FLOORS, withFloors } from '../../tools/docs/floors.ts';
import { withIncludes } from '../../tools/docs/include.ts';
import { PAGES } from '../../tools/docs/pages.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');

const REQUIRED: Readonly<Record<string, string>> = {
  STACK_PROJECT_ID: 'internal',
  STACK_SECRET_SERVER_KEY: 'ssk_test',
};

const MANIFEST = 'test/gql/persisted-documents.json';

describe.each([['README.md'], ['docs/configuration.md']])('the variables in %s', (file) => {
  const table = rowsOf(read(file)).map(([name = '', cell = '']) => ({ name, cell: unquoted(cell) }));

  it('are exactly those that the server reads', () => {
    expect(table.map(({ name }) => unquoted(name))).toEqual(Object.keys(variables.shape));
  });

  it.each(table)('have their default as it is: $name $cell', ({ name, cell }) => {
    const variable = unquoted(name);
    const { [variable]: _own, ...others } = REQUIRED;
    if (cell === 'required') {
      expect(() => readConfig(others)).toThrow(`${variable} is missing`);
    } else if (cell === '–') {
      expect(variables.shape[variable as keyof typeof variables.shape].parse(undefined) ?? []).toEqual([]);
    } else {
      expect(readConfig({ ...others, [variable]: cell })).toEqual(readConfig(others));
    }
  });
});

describe('the examples in docs/configuration.md', () => {
  const rows = rowsOf(read('docs/configuration.md')).map((cells) => {
    const [name = '', , , good = '', bad = ''] = cells.map(unquoted);
    return { name, good, bad };
  });

  it.each(rows)('are taken and refused as they say: $name $good, and not $bad', ({ name, good, bad }) => {
    const others = name === 'PERSISTED_ONLY' ? { ...REQUIRED, PERSISTED_DOCUMENTS: MANIFEST } : REQUIRED;
    const read = (value: string) => readConfig({ ...others, [name]: value });
    expect(read(good)).not.toEqual(readConfig(others));
    if (bad !== '–') expect(() => read(bad)).toThrow(name);
  });
});

describe('docs/doctor.md', () => {
  const quoted = [...read('docs/doctor.md').matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) =>
    [...String(cell).matchAll(/`([^`]+)`/g)].map(([, word]) => String(word)),
  );

  it('explains every code and every rule, and none that does not exist', () => {
    expect(quoted.filter((word) => /^[A-Z_]+$/.test(word))).toEqual([...FINDING_CODES]);
    expect(quoted).toEqual(expect.arrayContaining([...TOKEN_RULES]));
  });
});

describe('docs/errors.md', () => {
  it.each(['ErrorCode', 'ErrorReason'])('explains every %s', (name) => {
    const [, union = ''] = new RegExp(`export type ${name} =([^;]+);`).exec(read('src/core/errors.ts')) ?? [];
    const words = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, word]) => String(word));
    expect(words.length).toBeGreaterThan(10);
    const explained = read('docs/errors.md');
    // Clients never see it: a configuration that is wrong ends the process.
    expect(words.filter((word) => !explained.includes(`\`${word}\``))).toEqual(
      name === 'ErrorCode' ? ['INVALID_CONFIGURATION'] : [],
    );
  });
});

describe('the code in documents', () => {
  it.each(PAGES)('of %s is what stands in the files', (file) => {
    expect(withIncludes(read(file), read), 'run `npm run docs`').toBe(read(file));
  });

  it('replaces what stood there, by a whole file or by one property of it', () => {
    const files: Readonly<Record<string, string>> = {
      'a.ts': 'one();\n',
      'b/app.ts':
        'const app = {\n  last: 1,\n  parts: () => ({\n    x,\n  }),\n  readonly name: string;\n};\n',
    };
    const page = (code: string, parts: string, name: string) =>
      `A\n<!-- include a.ts -->\n${code}<!-- end -->\nB\n<!-- include b/app.ts parts -->\n${parts}<!-- end -->\n<!-- include b/app.ts name -->\n${name}<!-- end -->\n`;
    const block = (code: string) => `\`\`\`ts\n${code}\`\`\`\n`;
    const filled = page(
      block('one();\n'),
      block('// app.ts\nparts: () => ({\n  x,\n}),\n'),
      block('// app.ts\nreadonly name: string;\n'),
    );
    expect(withIncludes(page('old\n', '', ''), (path) => files[path] ?? '')).toBe(filled);
    expect(() => withIncludes(`<!-- include a.ts -->\n${filled}`, () => '')).toThrow('No end');
    expect(() => withIncludes('<!-- include b/app.ts z -->\n<!-- end -->', () => '')).toThrow('no z');
  });

  it('shows every recipe for frontends', () => {
    const included = [...read('docs/frontend.md').matchAll(/<!-- include (\S+) -->/g)].map(
      ([, path]) => path,
    );
    const recipes = readdirSync(new URL('../../examples/clients', import.meta.url));
    expect(included.sort()).toEqual(recipes.map((name) => `examples/clients/${name}`).sort());
  });

  it('is written over what was there, under the names that readers install', () => {
    const page = 'a\n<!-- include x.ts -->\nold\n<!-- end -->\nb\n<!-- include x.ts -->\n<!-- end -->\n';
    const block = "<!-- include x.ts -->\n```ts\nimport '@apollo/client/link/error';\n```\n<!-- end -->\n";
    const read = () => "import 'apollo-client-3/link/error/index.js';\n";
    expect(withIncludes(page, read)).toBe(`a\n${block}b\n${block}`);
  });
});

describe('the table of the floors', () => {
  it('in CONTRIBUTING.md is up to date', () => {
    const page = read('CONTRIBUTING.md');
    expect(page).toContain('| `pipeline/` `documents/` |');
    expect(withFloors(page), 'run `npm run docs`').toBe(page);
  });
});

describe('the picture of the architecture', () => {
  it('is of the floors as they are', () => {
    expect(drawArchitecture(FLOORS), 'run `npm run docs`').toBe(read('docs/architecture.svg'));
  });

  it('leads a request through places that exist', () => {
    const moved = FLOORS.map((floor) => ({
      ...floor,
      folders: floor.folders.filter((one) => one !== 'auth'),
    }));
    expect(() => drawArchitecture(moved)).toThrow('No floor has auth');
  });
});

describe('the links of the documents', () => {
  it.each(PAGES)('of %s lead somewhere', (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => String(link));
    const folder = new URL(`../../${file}`, import.meta.url);
    expect(links.filter((link) => !existsSync(new URL(link, folder)))).toEqual([]);
  });
});

/** The cells of the rows about variables. */
function rowsOf(document: string): string[][] {
  return [...document.matchAll(/^\| (`[A-Z_]+` \| .+) \|$/gm)].map(([, row]) => String(row).split(' | '));
}

function unquoted(cell: string): string {
  return cell.replaceAll('`', '');
}
