// The tables of docs/configuration.md are generated from the table of variables in src/core/config.
import { z } from 'zod';
import type { Variable } from '../../src/core/config/variables/variable.ts';
import { SECTIONS } from '../../src/core/config/variables.ts';

/** From a marker to the end of its table. */
const TABLE = /<!-- variables (\w+) -->\n[\s\S]*?<!-- end -->/g;

/**
 * Replaces the tables of a page: `<!-- variables serving -->` up to `<!-- end -->` is the section `serving`.
 *
 * Throws if there is no such section.
 */
export function withVariables(page: string): string {
  const sections = new Map<string, readonly Variable[]>(Object.entries(SECTIONS));
  return page.replace(TABLE, (_table, section: string) => {
    const variables = sections.get(section);
    if (!variables) throw new Error(`No section ${section} in the table of variables`);
    return `<!-- variables ${section} -->\n${tableOf(variables)}\n<!-- end -->`;
  });
}

/** The default of a variable as an operator would write it, "required", or "–" where it is not set by default. */
export function defaultOf({ parser }: Pick<Variable, 'parser'>): string {
  if (parser instanceof z.ZodPrefault) return String(parser.def.defaultValue) || '–';
  return parser instanceof z.ZodOptional ? '–' : 'required';
}

function tableOf(variables: readonly Variable[]): string {
  const rows = variables.map(({ name, parser, meaning }) => {
    const initial = defaultOf({ parser });
    const shown = /^(–|required)$/.test(initial) ? initial : `\`${initial}\``;
    return `| \`${name}\` | ${shown} | ${acceptedBy(parser)} | ${meaning} |`;
  });
  return ['| variable | default | value | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** What the parser accepts, as it says itself. Throws if it has no description. */
export function acceptedBy(parser: z.ZodType): string {
  const inner = parser instanceof z.ZodPrefault || parser instanceof z.ZodOptional ? parser.unwrap() : parser;
  if (!(inner instanceof z.ZodType) || inner.description === undefined)
    throw new Error('A parser of an environment variable has no description');
  return inner.description;
}
