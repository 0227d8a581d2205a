import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TOKEN_RULES } from '../../src/auth/token-rule.ts';
import { FINDING_CODES } from '../../src/cli/doctor/finding.ts';
import { VARIABLES } from '../../src/core/config/variables.ts';
import { REST_STATUS, STATUS } from '../../src/core/statuses.ts';
import { drawArchitecture } from '../../tools/docs/draw-architecture.ts';
import { withFigures } from '../../tools/docs/figures.ts';
import { FLOORS, withFloors } from '../../tools/docs/floors.ts';
import { withIncludes } from '../../tools/docs/include.ts';
import { PAGES } from '../../tools/docs/pages.ts';
import { defaultOf, withVariables } from '../../tools/docs/variables-table.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');

describe('docs/configuration.md', () => {
  it('has a row for every variable, in the order of the table in the code', () => {
    const names = [...read('docs/configuration.md').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
    expect(names).toEqual(VARIABLES.map(({ name }) => name));
    expect(names.length).toBeGreaterThan(30);
  });

  it('is generated anew where the table in the code has changed', () => {
    const page = 'a\n<!-- variables load -->\nold\n<!-- end -->\nb\n';
    const generated = withVariables(page);
    expect(generated).toMatch(/^a\n<!-- variables load -->\n\| variable .+\n<!-- end -->\nb\n$/s);
    expect(generated).toContain('| `MAX_IN_FLIGHT` | `1000` | a whole number from 1 | How many requests');
    expect(withVariables(generated)).toBe(generated);
    expect(() => withVariables('<!-- variables loud -->\n<!-- end -->')).toThrow('No section loud');
  });

  it('shows a default as an operator would write it', () => {
    expect(VARIABLES.filter((row) => defaultOf(row) === 'required').map(({ name }) => name)).toEqual([
      'STACK_PROJECT_ID',
      'STACK_SECRET_SERVER_KEY',
    ]);
    const byName = new Map(VARIABLES.map((row) => [row.name, defaultOf(row)]));
    expect(byName.get('PROFILE_CACHE_TTL')).toBe('30');
    expect(byName.get('CORS_ORIGINS')).toBe('–');
    expect(byName.get('METRICS_PORT')).toBe('–');
  });
});

describe('docs/doctor.md', () => {
  const quoted = [...read('docs/doctor.md').matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) =>
    [...String(cell).matchAll(/`([^`]+)`/g)].map(([, word]) => String(word)),
  );

  it('explains every code and every rule, and no others', () => {
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
    // Clients never see it: a process with a wrong configuration does not start.
    expect(words.filter((word) => !explained.includes(`\`${word}\``))).toEqual(
      name === 'ErrorCode' ? ['INVALID_CONFIGURATION'] : [],
    );
  });

  it('names the HTTP status of every code', () => {
    const statuses = statusesByCode(read('docs/errors.md'));
    const { INVALID_CONFIGURATION: _neverSent, ...sent } = STATUS;
    for (const [code, status] of Object.entries(sent)) expect(statuses.get(code), code).toContain(status);
  });
});

describe('the statuses outside of GraphQL', () => {
  it('are those of GraphQL, but for the ones that docs/errors.md names', () => {
    const others = Object.entries(REST_STATUS).filter(
      ([code, status]) => status !== Reflect.get(STATUS, code),
    );
    expect(others.length).toBeGreaterThan(0);
    for (const [code, status] of others)
      expect(read('docs/errors.md')).toContain(`but ${status} for \`${code}\``);
  });
});

describe('the included code in documents', () => {
  it.each(PAGES)('and the tables of %s are up to date', (file) => {
    const included = withFigures(withIncludes(read(file), read), read);
    expect(withVariables(included), 'run `npm run docs`').toBe(read(file));
  });

  it('is a whole file, or one property of it', () => {
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

  it('includes every recipe for frontends', () => {
    const included = [...read('docs/frontend.md').matchAll(/<!-- include (\S+) -->/g)].map(
      ([, path]) => path,
    );
    const recipes = readdirSync(new URL('../../examples/clients', import.meta.url));
    expect(included.sort()).toEqual(recipes.map((name) => `examples/clients/${name}`).sort());
  });

  it('replaces the previous code, and imports packages by the names that readers install', () => {
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
  it('is up to date with the list of floors', () => {
    expect(drawArchitecture(FLOORS), 'run `npm run docs`').toBe(read('docs/architecture.svg'));
  });

  it('cannot be drawn if a step of a request has no folder', () => {
    const moved = FLOORS.map((floor) => ({
      ...floor,
      folders: floor.folders.filter((one) => one !== 'auth'),
    }));
    expect(() => drawArchitecture(moved)).toThrow('No floor has auth');
  });
});

describe('the figures in documents', () => {
  const section = (figures: string) => `<!-- figures cpu -->\n\n${figures}\n\n<!-- end -->`;
  const results = (path: string) => (path === 'bench/results/full.md' ? `# B\n\n${section('54')}\n` : '');

  it('are those of the results', () => {
    expect(withFigures(`a\n${section('53')}\nb\n`, results)).toBe(`a\n${section('54')}\nb\n`);
    expect(() => withFigures('<!-- figures gpu -->\n<!-- end -->', results)).toThrow('No section gpu');
  });

  it.each(['README.md', 'docs/performance.md'])('stand in %s', (file) => {
    expect(read(file)).toContain('<!-- figures headline -->\n');
  });
});

describe('the links in documents', () => {
  it.each(PAGES)('of %s point to existing files', (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link]) => String(link));
    const folder = new URL(`../../${file}`, import.meta.url);
    expect(links.filter((link) => !existsSync(new URL(link, folder)))).toEqual([]);
  });

  it.each(PAGES)('of %s point to existing headings', (file) => {
    const links = [...read(file).matchAll(/\]\((?!https?:)([^)#]*\.md)?#([^)]+)\)/g)];
    const missing = links.filter(([, page, anchor = '']) => {
      const target = page === undefined ? file : new URL(page, new URL(file, 'file:///')).pathname.slice(1);
      return !anchorsOf(read(target)).has(anchor);
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });

  it('know a heading by its words, and a place that is named', () => {
    const page = '# One\n```sh\n# two\n```\n## A `FLAG`, or [more](x.md#y)\n| <a id="Row"></a>`Row` |\n';
    expect([...anchorsOf(page)]).toEqual(['one', 'a-flag-or-more', 'Row']);
  });
});

/** What a link can point to in a page: its headings, as GitHub names them, and `<a id>`. */
function anchorsOf(page: string): Set<string> {
  const headings = page.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#+ (.+)$/gm);
  const places = page.matchAll(/<a id="([^"]+)">/g);
  return new Set([
    ...[...headings].map(([, heading = '']) =>
      heading
        .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
        .replaceAll(' ', '-'),
    ),
    ...[...places].map(([, id = '']) => id),
  ]);
}

/** The statuses in docs/errors.md by code. A row without a code belongs to the code above it. */
function statusesByCode(document: string): Map<string, number[]> {
  const statuses = new Map<string, number[]>();
  let code = '';
  for (const [, first = '', http = ''] of document.matchAll(
    /^\| (`[A-Z_]+` )?\| (?:[^|]+ )?\| ([^|]*\d{3}[^|]*) \|/gm,
  )) {
    code = unquoted(first).trim() || code;
    const named = [...http.matchAll(/\b\d{3}\b/g)].map(([status]) => Number(status));
    statuses.set(code, [...(statuses.get(code) ?? []), ...named]);
  }
  return statuses;
}

function unquoted(cell: string): string {
  return cell.replaceAll('`', '');
}
