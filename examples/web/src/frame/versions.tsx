import { lazy } from 'react';

const ApolloPage = lazy(async () => ({ default: (await import('../apollo/apollo-page.tsx')).ApolloPage }));
const UrqlPage = lazy(async () => ({ default: (await import('../urql/urql-page.tsx')).UrqlPage }));

/** The two versions of the page, each loaded on demand. */
export const VERSIONS = [
  { id: 'apollo', name: 'Apollo', ClientPage: ApolloPage },
  { id: 'urql', name: 'urql', ClientPage: UrqlPage },
] as const;

/** The version selected by `?client=` in the URL. */
export function chosenVersion(): (typeof VERSIONS)[number] {
  const wanted = new URLSearchParams(location.search).get('client');
  return VERSIONS.find(({ id }) => id === wanted) ?? VERSIONS[0];
}
