// Routing: what a request is for, by its method, its path as it was sent, and the pages that are served.
import { AppError } from '../core/errors.ts';
import { type Exchange, MALFORMED_PATH, type Route } from '../pipeline/exchange.ts';
import type { Page, PageRequest } from './page.ts';

/** What is served at one path, and by which methods. */
interface Endpoint {
  readonly route: Route;
  readonly methods: readonly string[];
}

const GRAPHQL_PATH = '/graphql';

/** By path below `BASE_PATH`. */
const ENDPOINTS = new Map<string | undefined, Endpoint>([
  [GRAPHQL_PATH, { route: 'graphql', methods: ['GET', 'POST'] }],
]);

const HEALTH: Endpoint = { route: 'health', methods: ['GET', 'HEAD'] };

/** By whole path: an orchestrator asks the process itself, and does not know the prefix that clients use. */
const HEALTH_ENDPOINTS = new Map([
  ['/health', HEALTH],
  ['/ready', HEALTH],
]);

/** The routes of a server. Paths are compared as they were sent: nothing is decoded, and dot segments are not resolved. */
export interface Router {
  /** The whole path of the GraphQL endpoint. */
  readonly endpoint: string;
  /** `unknown` for a request that is refused with `refusalOf`. */
  routeOf(request: PageRequest): Route;
  pageOf(request: PageRequest): Page | undefined;
  /** The path below `BASE_PATH`; `undefined` for a path that is not below it. */
  belowBase(path: string): string | undefined;
  refusalOf(exchange: Pick<Exchange, 'path'>): AppError;
}

/** Creates the routes. `basePath` is empty, or begins with a slash and ends without one. */
export function createRouter({
  basePath,
  pages,
}: {
  readonly basePath: string;
  readonly pages: readonly Page[];
}): Router {
  const endpoint = `${basePath}${GRAPHQL_PATH}`;

  function belowBase(path: string): string | undefined {
    if (basePath === '') return path;
    return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined;
  }

  function endpointAt(path: string): Endpoint | undefined {
    return HEALTH_ENDPOINTS.get(path) ?? ENDPOINTS.get(belowBase(path));
  }

  /** Pages know their paths without the prefix. */
  function pageOf(request: PageRequest): Page | undefined {
    const path = belowBase(request.path);
    if (path === undefined) return undefined;
    const { method } = request;
    const below = { method, path, header: (name: string) => request.header(name) };
    return pages.find((page) => page.owns(below));
  }

  return {
    endpoint,
    belowBase,
    pageOf,
    routeOf(request) {
      const { method, path } = request;
      if (method === 'POST' && path === endpoint) return 'graphql';
      if (path === MALFORMED_PATH) return 'unknown';
      if (method === 'OPTIONS') return 'preflight';
      const found = endpointAt(path);
      const route = found?.methods.includes(method) ? found.route : 'unknown';
      return route !== 'health' && pageOf(request) ? 'page' : route;
    },
    refusalOf({ path }) {
      if (path === MALFORMED_PATH) {
        return new AppError('The request target or the header `Host` is malformed', { code: 'BAD_REQUEST' });
      }
      const found = endpointAt(path);
      if (found) return methodNotAllowed(found.methods);
      const message = `Nothing is served at this path; GraphQL is at ${endpoint}`;
      return new AppError(message, { code: 'BAD_REQUEST', status: 404 });
    },
  };
}

function methodNotAllowed(methods: readonly string[]): AppError {
  return new AppError(`This path takes only ${methods.join(' and ')}`, {
    code: 'BAD_REQUEST',
    status: 405,
    headers: { allow: methods.join(', ') },
  });
}
