// The size of a document with its fragments expanded, in one walk: linear in the document, however often it spreads them.
import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/** The size of the largest operation, and of all directives together. */
export interface DocumentSize {
  /** Levels of fields. A field of introspection (`__schema`, `__type`) counts as one level. */
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
}

/** The size of a document, and what is wrong with its spreads. */
export interface MeasuredDocument extends DocumentSize {
  /** Whether a fragment spreads itself, directly or through others. */
  readonly cyclic: boolean;
  /** Whether a fragment is spread that the document does not define. */
  readonly incomplete: boolean;
}

/** `rootFields` of a selection are the fields of its first level. */
const NOTHING: DocumentSize = { depth: 0, aliases: 0, rootFields: 0, directives: 0 };

/** Measures a parsed document that may be invalid: unknown and cyclic fragments count as empty. */
export function measureDocument(document: DocumentNode): MeasuredDocument {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measured = new Map<string, DocumentSize>();
  const visiting = new Set<string>();
  let cyclic = false;
  let incomplete = false;

  function measureFragment(name: string): DocumentSize {
    const known = measured.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    if (!fragment) {
      incomplete = true;
      return NOTHING;
    }
    if (visiting.has(name)) {
      cyclic = true;
      return NOTHING;
    }
    visiting.add(name);
    const size = measureSelections(fragment.selectionSet);
    const total = { ...size, directives: size.directives + (fragment.directives?.length ?? 0) };
    measured.set(name, total);
    visiting.delete(name);
    return total;
  }

  function measureSelections({ selections }: SelectionSetNode): DocumentSize {
    let { depth, aliases, rootFields, directives } = NOTHING;
    for (const selection of selections) {
      directives += selection.directives?.length ?? 0;
      const isField = selection.kind === Kind.FIELD;
      const inner =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? measureFragment(selection.name.value)
          : selection.selectionSet
            ? measureSelections(selection.selectionSet)
            : NOTHING;
      const opaque = isField && selection.name.value.startsWith('__');
      depth = Math.max(depth, (isField ? 1 : 0) + (opaque ? 0 : inner.depth));
      aliases += inner.aliases + (isField && selection.alias ? 1 : 0);
      rootFields += isField ? 1 : inner.rootFields;
      directives += inner.directives;
    }
    return { depth, aliases, rootFields, directives };
  }

  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const sizes = operations.map((operation) => {
    const own = (operation.directives?.length ?? 0) + countOnVariables(operation.variableDefinitions ?? []);
    const size = measureSelections(operation.selectionSet);
    return { ...size, directives: size.directives + own };
  });
  // Unused fragments are parsed and validated too.
  const unused = [...fragments.keys()]
    .filter((name) => !measured.has(name))
    .map((name) => ({ ...measureFragment(name), rootFields: 0 }));
  return { ...[...sizes, ...unused].reduce(larger, NOTHING), cyclic, incomplete };
}

function countOnVariables(
  definitions: readonly { readonly directives?: readonly unknown[] | undefined }[],
): number {
  return definitions.reduce((count, { directives }) => count + (directives?.length ?? 0), 0);
}

function larger(one: DocumentSize, other: DocumentSize): DocumentSize {
  return {
    depth: Math.max(one.depth, other.depth),
    aliases: Math.max(one.aliases, other.aliases),
    rootFields: Math.max(one.rootFields, other.rootFields),
    directives: one.directives + other.directives,
  };
}
