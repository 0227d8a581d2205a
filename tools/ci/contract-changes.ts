// Changes of what others rely on, the schema and the declarations of the package, that the changelog does not tell.
import { buildSchema, findBreakingChanges, type GraphQLSchema } from 'graphql';

/** Both sides of a comparison, each as text. */
export interface Versions {
  readonly before: string;
  readonly after: string;
}

/** Declarations of the package by entry, such as `./fetch`; absent where there is no such entry. */
export type Declarations = Readonly<Record<string, string | undefined>>;

/** The entries of the section Unreleased, each as one line. */
export function unreleasedEntries(changelog: string): readonly string[] {
  const [, section = ''] = changelog.split(/^## Unreleased$/m);
  const [unreleased = ''] = section.split(/^## /m);
  return unreleased
    .split(/^- /m)
    .slice(1)
    .map((entry) => (entry.split(/\n\s*\n|\n#/)[0] ?? '').replace(/\s+/g, ' ').trim());
}

/** What Unreleased has gained. */
export function addedEntries({ before, after }: Versions): readonly string[] {
  const known = unreleasedEntries(before);
  return unreleasedEntries(after).filter((entry) => !known.includes(entry));
}

/**
 * Breaking changes of a schema that no added entry of the changelog names, as graphql-js describes them. An entry names a
 * change by the word "breaking" and, in backticks, its coordinate such as `User.email`.
 */
export function untoldSchemaChanges(schema: Versions, added: readonly string[]): readonly string[] {
  const [before, after] = [buildSchema(schema.before), buildSchema(schema.after)];
  const breaking = added.filter((entry) => /\bbreaking\b/i.test(entry));
  return findBreakingChanges(before, after)
    .map(({ description }) => description)
    .filter((description) => {
      const names = namesIn(description, before);
      return !breaking.some((entry) => names.some((name) => entry.includes(`\`${name}\``)));
    });
}

/** Entries of the package whose declarations changed while no added entry of the changelog names them, such as `./fetch`. */
export function untoldDeclarations(
  { before, after }: { readonly before: Declarations; readonly after: Declarations },
  added: readonly string[],
): readonly string[] {
  const entries = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return entries.filter(
    (entry) => before[entry] !== after[entry] && !added.some((line) => line.includes(`\`${entry}\``)),
  );
}

/** The coordinates that a description of graphql-js has, or else the types that it names. */
function namesIn(description: string, schema: GraphQLSchema): readonly string[] {
  const words = description.match(/@?[A-Za-z_]\w*(?:\.\w+)*/g) ?? [];
  const coordinates = words.filter((word) => word.includes('.'));
  if (coordinates.length > 0) return coordinates.slice(0, 1);
  return words.filter((word) => schema.getType(word) !== undefined || schema.getDirective(word) != null);
}
