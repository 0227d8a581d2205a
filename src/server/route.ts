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

const GRAPHQL: Endpoint = { route: 'graphql', methods: ['GET', 'POST'] };

const REST: Endpoint = { route: 'rest', methods: ['GET', 'HEAD'] };

const WEBHOOK: Endpoint = { route: 'webhook', methods: ['POST'] };

const WEBHOOK_PATH = '/webhooks';

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
  /** `undefined` where the request is served. */
  refusalOf(exchange: Pick<Exchange, 'method' | 'path'>): AppError | undefined;
}

/** What is served. `basePath` is empty, or begins with a slash and ends without one; `restPaths` and `/webhooks` are below it. */
export interface RouterOptions {
  readonly basePath: string;
  readonly restPaths: readonly string[];
  /** Whether webhooks are received. */
  readonly webhooks: boolean;
  readonly pages: readonly Page[];
}

/** Creates the routes. */
export function createRouter({ basePath, restPaths, webhooks, pages }: RouterOptions): Router {
  const endpoint = `${basePath}${GRAPHQL_PATH}`;
  const endpoints = new Map<string | undefined, Endpoint>([[GRAPHQL_PATH, GRAPHQL]]);
  for (const path of restPaths) endpoints.set(path, REST);
  if (webhooks) endpoints.set(WEBHOOK_PATH, WEBHOOK);
  const webhookPath = webhooks ? `${basePath}${WEBHOOK_PATH}` : undefined;

  function belowBase(path: string): string | undefined {
    if (basePath === '') return path;
    return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined;
  }

  function endpointAt(path: string): Endpoint | undefined {
    return HEALTH_ENDPOINTS.get(path) ?? endpoints.get(belowBase(path));
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
      // Also of a preflight: no page sends events.
      if (path === webhookPath) return 'webhook';
      if (method === 'OPTIONS') return 'preflight';
      const found = endpointAt(path);
      // A refusal of the REST API is an answer of it, in its form.
      const isServed = found && (found.route === 'rest' || found.methods.includes(method));
      const route = isServed ? found.route : 'unknown';
      return route !== 'health' && pageOf(request) ? 'page' : route;
    },
    refusalOf({ method, path }) {
      if (path === MALFORMED_PATH) {
        return new AppError('The request target or the header `Host` is malformed', { code: 'BAD_REQUEST' });
      }
      const found = endpointAt(path);
      if (found) return found.methods.includes(method) ? undefined : methodNotAllowed(found.methods);
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
