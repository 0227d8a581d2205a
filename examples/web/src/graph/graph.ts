// What the pages ask with, whichever GraphQL client is below it. An app with one client calls the hooks of that client instead.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { createContext, useContext } from 'react';
import type { QueryResult, QueryState } from './result.ts';

/** The variables of an operation. */
export type Variables = Readonly<Record<string, unknown>>;

/** The three kinds of operations. Documents and variables are typed by codegen. */
export interface GraphHooks {
  /** Sends the query when the component appears, and again by `ask`. */
  useAsk<Data, V extends Variables>(document: TypedDocumentNode<Data, V>, variables: V): QueryState<Data>;
  /** Returns a function that sends a mutation. It never rejects. */
  useChange<Data, V extends Variables>(
    document: TypedDocumentNode<Data, V>,
  ): (variables: V) => Promise<QueryResult<Data>>;
  /** Subscribes for as long as the component is there. */
  useLive<Data>(document: TypedDocumentNode<Data, Record<string, never>>): QueryResult<Data>;
}

/** The hooks, and the last complete results by operation and variables. Both belong to one user. */
export interface Graph {
  readonly hooks: GraphHooks;
  readonly known: Map<string, unknown>;
}

/** Set by the component of the client. */
export const GraphContext = createContext<Graph | undefined>(undefined);

/** Throws where no client is above the component. */
export function useGraph(): Graph {
  const graph = useContext(GraphContext);
  if (!graph) throw new Error('GraphContext is not set');
  return graph;
}
