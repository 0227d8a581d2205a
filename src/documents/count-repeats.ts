// How often a document repeats a field that has fields of its own: validation compares all of one name in pairs.
import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';

/** The number of such fields that share the name under which they are answered, for the name that has most of them. */
export function countRepeats({ definitions }: DocumentNode): number {
  const counts = new Map<string, number>();
  const count = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD || !selection.selectionSet) continue;
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      count(selection.selectionSet);
    }
  };
  for (const definition of definitions) if ('selectionSet' in definition) count(definition.selectionSet);
  return Math.max(0, ...counts.values());
}
