// How the server is reached, and by whom.
import { z } from 'zod';
import { basePath, count, flag, flagWithoutDefault, origins, PORTS } from '../variable-types.ts';
import type { Variable } from './variable.ts';

/** The rows of this section. */
export const SERVING = [
  {
    name: 'HOST',
    key: 'host',
    parser: z.string().describe('an address to listen on').prefault('0.0.0.0'),
    meaning: 'Set it to `127.0.0.1` behind a proxy on the same machine; `npm run dev` does so by default',
  },
  {
    name: 'PORT',
    key: 'port',
    parser: count(4000, PORTS),
    meaning: 'The port of the server; 0 takes a free port, which the log names',
  },
  {
    name: 'BASE_PATH',
    key: 'basePath',
    parser: basePath.prefault(''),
    meaning:
      'The prefix of every path but `/health` and `/ready`, such as `/team` for `/team/graphql`; a proxy must not remove it',
  },
  {
    name: 'AUTH_REQUIRED',
    key: 'authRequired',
    parser: flag(false),
    meaning: 'Refuse every request without a token with 401, instead of serving the public fields',
  },
  {
    name: 'REST_API',
    key: 'restApi',
    parser: flag(true),
    meaning: 'Serve `/api/users/me` and `/api/users/me/profile` to clients that do without GraphQL',
  },
  {
    name: 'CORS_ORIGINS',
    key: 'corsOrigins',
    parser: origins.prefault(''),
    meaning: 'Origins whose pages may send requests',
  },
  {
    name: 'GRAPHIQL',
    key: 'graphiql',
    parser: flag(false),
    meaning: 'Serve GraphiQL at `/graphql`; `npm run dev` turns it on',
  },
  {
    name: 'INTROSPECTION',
    key: 'introspection',
    parser: flagWithoutDefault.optional(),
    meaning: 'Allow introspection and "Did you mean" in errors; if not set, the value of `GRAPHIQL`',
  },
  {
    name: 'FEDERATION',
    key: 'federation.enabled',
    parser: flag(false),
    meaning:
      'Serve a subgraph of Apollo Federation, for a gateway: `User` is an entity, and so are types of the app',
  },
] as const satisfies readonly Variable[];
