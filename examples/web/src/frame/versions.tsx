import { lazy } from 'react';

const ApolloGraph = lazy(async () => ({ default: (await import('../apollo/apollo-graph.tsx')).ApolloGraph }));
const UrqlGraph = lazy(async () => ({ default: (await import('../urql/urql-graph.tsx')).UrqlGraph }));

/** The two GraphQL clients, each loaded on demand. */
export const VERSIONS = [
  { id: 'apollo', name: 'Apollo Client', ClientGraph: ApolloGraph },
  { id: 'urql', name: 'urql', ClientGraph: UrqlGraph },
] as const;

/** The version selected by `?client=` in the URL. */
export function chosenVersion(): (typeof VERSIONS)[number] {
  const wanted = new URLSearchParams(location.search).get('client');
  return VERSIONS.find(({ id }) => id === wanted) ?? VERSIONS[0];
}
