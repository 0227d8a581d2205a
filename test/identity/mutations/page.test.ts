import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MUTATION_NAMES } from '../../../src/core/mutation-names.ts';
import { USER_ERRORS } from '../../../src/graph/mutations/user-error.ts';
import { auditFields } from '../../../src/graph/public-fields.ts';
import { createSchema } from '../../../src/server/app-schema.ts';
import { CASES } from './cases.ts';

const PAGE = readFileSync(new URL('../../../docs/mutations.md', import.meta.url), 'utf8');

/** The rows of the table of mutations. */
const ROWS = PAGE.split('\n')
  .filter((line) => /^\| `\w+` \| `(authenticated|member)` \|/.test(line))
  .map((line) => {
    const [name = '', scope = '', permission = '', errors = ''] = line
      .split('|')
      .slice(1, 5)
      .map((cell) => cell.trim());
    return {
      name: name.slice(1, -1),
      scope: scope.slice(1, -1),
      permission,
      errors: errors.match(/[A-Z_]{5,}/g) ?? [],
    };
  });

describe('the page about mutations', () => {
  it('lists each of them with its scope', () => {
    const { guardedFields } = auditFields(createSchema({}));
    expect(ROWS.map(({ name }) => name)).toEqual(MUTATION_NAMES);
    for (const { name, scope } of ROWS) expect(guardedFields[`Mutation.${name}`]).toEqual({ [scope]: true });
  });

  it('names only codes that there are, and all of them', () => {
    expect([...new Set(ROWS.flatMap(({ errors }) => errors))].sort()).toEqual(
      Object.keys(USER_ERRORS).sort(),
    );
  });

  it('names every code that the proof expects', () => {
    for (const { name, answers } of CASES) {
      const codes = Object.values(answers).filter((answer) => answer in USER_ERRORS);
      expect(ROWS.find((row) => row.name === name)?.errors ?? []).toEqual(expect.arrayContaining(codes));
    }
  });
});
