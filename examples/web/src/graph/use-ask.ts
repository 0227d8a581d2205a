import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect } from 'react';
import { useGraph, type Variables } from './graph.ts';
import { isTransient } from './problem.ts';
import type { QueryState } from './result.ts';
import { useKnown } from './use-known.ts';

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
  const query = useGraph().hooks.useAsk(document, variables);
  const { data, loading, problems, ask } = query;
  const hasFailed = problems.some(isTransient);
  const isComplete = data !== undefined && !loading && !hasFailed;
  const known = useKnown(document, variables, isComplete ? data : undefined);
  const isUnreachable = problems.some(({ code }) => code === 'OFFLINE' || code === 'NO_SERVER');

  useEffect(() => {
    if (!isUnreachable) return;
    addEventListener('online', ask);
    return () => removeEventListener('online', ask);
  });

  return isComplete || known === undefined
    ? { ...query, isOld: false }
    : { ...query, data: known, isOld: hasFailed };
}
