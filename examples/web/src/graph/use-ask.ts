import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { getOperationAST } from 'graphql';
import { useEffect } from 'react';
import { useGraph, type Variables } from './graph.ts';
import { isTransient } from './problem.ts';
import type { QueryState } from './result.ts';

/** A query whose data may be from an earlier time. */
export interface KnownQuery<Data> extends QueryState<Data> {
  /** The last attempt has failed, or has missing parts: `data` is that of an earlier one. */
  readonly isOld: boolean;
}

/**
 * Sends a query, and keeps the last complete data: while the provider or the server is down, what was on the page stays there. A
 * query that failed while offline is sent again when the browser is online.
 */
export function useAsk<Data, V extends Variables>(
  document: TypedDocumentNode<Data, V>,
  variables: V,
): KnownQuery<Data> {
  const { hooks, known } = useGraph();
  const query = hooks.useAsk(document, variables);
  const { data, loading, problems, ask } = query;
  const key = `${getOperationAST(document)?.name?.value} ${JSON.stringify(variables)}`;
  const hasFailed = problems.some(isTransient);
  const isComplete = data !== undefined && !loading && !hasFailed;
  const isUnreachable = problems.some(({ code }) => code === 'OFFLINE' || code === 'NO_SERVER');

  useEffect(() => {
    if (isComplete) known.set(key, data);
  });
  useEffect(() => {
    if (!isUnreachable) return;
    addEventListener('online', ask);
    return () => removeEventListener('online', ask);
  });

  // Only data of the same document and variables is kept under the key.
  const last = known.get(key) as Data | undefined;
  return isComplete || last === undefined
    ? { ...query, isOld: false }
    : { ...query, data: last, isOld: hasFailed };
}
