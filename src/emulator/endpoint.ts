// Names of the provider's endpoints.

/** Calls are counted, and faults and gates are set, by endpoint. */
export type Endpoint = 'jwks' | 'profile' | 'user' | 'refresh' | 'sign-up' | 'sessions' | 'project' | 'other';

/** All endpoints, in the order of the contract. */
export const ENDPOINTS: readonly Endpoint[] = [
  'jwks',
  'profile',
  'user',
  'refresh',
  'sign-up',
  'sessions',
  'project',
  'other',
];

const PATHS: readonly (readonly [method: string, path: RegExp, endpoint: Endpoint])[] = [
  ['GET', /^\/projects\/[^/]+\/\.well-known\/jwks\.json$/, 'jwks'],
  ['GET', /^\/users\/me$/, 'profile'],
  ['GET', /^\/users\/[^/]+$/, 'user'],
  ['POST', /^\/auth\/(sessions\/current\/refresh|oauth\/token)$/, 'refresh'],
  ['POST', /^\/auth\/(password\/sign-(up|in)|anonymous\/sign-up)$/, 'sign-up'],
  ['GET', /^\/auth\/sessions$/, 'sessions'],
  ['POST', /^\/auth\/sessions$/, 'sessions'],
  ['DELETE', /^\/auth\/sessions\/current$/, 'sessions'],
  ['GET', /^\/projects\/current$/, 'project'],
];

/** The endpoint of a request; preflights and unknown paths are `other`. */
export function endpointOf(method: string, path: string): Endpoint {
  const rest = path.replace(/^\/api\/(v1|latest)/, '');
  return PATHS.find(([verb, pattern]) => verb === method && pattern.test(rest))?.[2] ?? 'other';
}
