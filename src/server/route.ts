// Routing: what a request is for, by its method, its path as it was sent, and the pages that are served.
import type { Route } from '../pipeline/exchange.ts';
import type { Page, PageRequest } from './page.ts';

/** The endpoint of GraphQL. */
export const ENDPOINT = '/graphql';

const HEALTH_PATHS = ['/health', '/ready'];

/** Paths are compared as they were sent: nothing is decoded, and dot segments are not resolved. */
export function routeOf(request: PageRequest, pages: readonly Page[]): Route {
  const { method, path } = request;
  if (method === 'POST' && path === ENDPOINT) return 'graphql';
  if (method === 'OPTIONS') return 'preflight';
  if (HEALTH_PATHS.includes(path) && (method === 'GET' || method === 'HEAD')) return 'health';
  if (pages.some((page) => page.owns(request))) return 'page';
  return path === ENDPOINT ? 'graphql' : 'unknown';
}
