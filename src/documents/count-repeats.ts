// How often a document repeats a field: validation compares fields of one response name pair by pair.
import { type DocumentNode, Kind, type SelectionSetNode } from 'graphql';

/** The number of fields with subfields or arguments that share a response name (alias or name), for the most frequent name. */
export function countRepeats({ definitions }: DocumentNode): number {
  const counts = new Map<string, number>();
  const count = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) continue;
      if (selection.kind === Kind.FIELD && (selection.selectionSet || selection.arguments?.length)) {
        const name = (selection.alias ?? selection.name).value;
        counts.set(name, (counts.get(name) ?? 0) + 1);
      }
      if (selection.selectionSet) count(selection.selectionSet);
    }
  };
  for (const definition of definitions) if ('selectionSet' in definition) count(definition.selectionSet);
  return Math.max(0, ...counts.values());
}
