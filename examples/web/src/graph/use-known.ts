import { type DocumentNode, getOperationAST } from 'graphql';
import { useEffect } from 'react';
import { useGraph, type Variables } from './graph.ts';

/** The last complete data of an operation, also that of a page which was left since. `data` is undefined where it is not complete. */
export function useKnown<Data>(
  document: DocumentNode,
  variables: Variables,
  data: Data | undefined,
): Data | undefined {
  const { known } = useGraph();
  const key = `${getOperationAST(document)?.name?.value} ${JSON.stringify(variables)}`;
  useEffect(() => {
    if (data !== undefined) known.set(key, data);
  });
  // Only data of the same document and variables is kept under the key.
  return data ?? (known.get(key) as Data | undefined);
}
