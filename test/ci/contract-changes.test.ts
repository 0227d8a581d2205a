import { describe, expect, it } from 'vitest';
import {
  addedEntries,
  unreleasedEntries,
  untoldDeclarations,
  untoldSchemaChanges,
} from '../../tools/ci/contract-changes.ts';

const CHANGELOG = `# Changelog

Text - with a dash.

## Unreleased

### Added

- One thing, told
  in two lines.
- Another thing.

### Changed

- A third.

## 0.1.0

- An older one.
`;

const SCHEMA = `
type Query { me: User team(id: ID!): Team }
type User { id: ID! email: String name(length: Int): String color: Color! }
type Team { id: ID! }
enum Color { RED GREEN }
union Thing = User | Team
input Filter { color: Color }
`;

const without = (text: string, by = '') => {
  expect(SCHEMA).toContain(text);
  return SCHEMA.replace(text, by);
};

describe('the entries of Unreleased', () => {
  it('are read as lines, from that section alone', () => {
    expect(unreleasedEntries(CHANGELOG)).toEqual([
      'One thing, told in two lines.',
      'Another thing.',
      'A third.',
    ]);
    expect(unreleasedEntries('# Changelog\n\n## 0.1.0\n\n- An older one.\n')).toEqual([]);
  });

  it('are compared with those before, however they are wrapped', () => {
    const before = CHANGELOG.replace('told\n  in', 'told in').replace('- Another thing.\n', '');
    expect(addedEntries({ before, after: CHANGELOG })).toEqual(['Another thing.']);
  });
});

describe('a change of the schema', () => {
  it.each([
    ['a removed field', without('email: String'), 'User.email'],
    [
      'a removed type',
      without('type Team { id: ID! }').replace('| Team', '').replace('team(id: ID!): Team', ''),
      'Team',
    ],
    ['a field that became nullable', without('color: Color!', 'color: Color'), 'User.color'],
    ['a field of another type', without('email: String', 'email: Int'), 'User.email'],
    ['a removed argument', without('(length: Int)'), 'User.name'],
    ['an argument that became required', without('length: Int', 'length: Int!'), 'User.name'],
    ['a removed value', without('RED'), 'Color'],
    ['a removed member', without('| Team'), 'Thing'],
    [
      'an input field that became required',
      without('input Filter { color: Color }', 'input Filter { color: Color! }'),
      'Filter.color',
    ],
  ])('must be named as breaking: %s', (_what, after, name) => {
    const untold = (entry: string) => untoldSchemaChanges({ before: SCHEMA, after }, [entry]);
    const all = untold('Nothing').length;
    expect(all).toBeGreaterThan(0);
    expect(untold(`\`${name}\` is different.`)).toHaveLength(all);
    expect(untold('**Breaking**: `User.id` and `Query.me`.')).toHaveLength(all);
    expect(untold(`**Breaking**: \`${name}\` is different.`).length).toBeLessThan(all);
  });

  it.each([
    ['nothing', SCHEMA],
    ['another field', without('email: String', 'email: String phone: String')],
    ['a field that is never null any more', without('email: String', 'email: String!')],
    ['a description', without('type User', '"A user." type User')],
    ['an optional argument', without('me: User', 'me(x: Int): User')],
  ])('that breaks no client needs no entry: %s', (_what, after) => {
    expect(untoldSchemaChanges({ before: SCHEMA, after }, [])).toEqual([]);
  });
});

describe('a change of declarations', () => {
  it('must be named by its entry', () => {
    const before = { '.': 'a', './fetch': 'b', './node': 'c' };
    const after = { '.': 'a', './fetch': 'B', './yoga': 'd' };
    expect(untoldDeclarations({ before, after }, [])).toEqual(['./fetch', './node', './yoga']);
    expect(untoldDeclarations({ before, after }, ['More in `./fetch` and `./node`.'])).toEqual(['./yoga']);
    expect(untoldDeclarations({ before, after: before }, [])).toEqual([]);
  });
});
