// Names of the provider's endpoints.

/** All endpoints: reads by what they return, changes by what they change. Others are `other`. */
export const ENDPOINTS = [
  'jwks',
  'profile',
  'user',
  'users',
  'refresh',
  'sign-up',
  'sessions',
  'project',
  'teams',
  'member-profiles',
  'team-permissions',
  'project-permissions',
  'invitations',
  'contact-channels',
  'api-keys',
  'notification-preferences',
  'check-api-key',
  'change-profile',
  'change-sessions',
  'change-teams',
  'change-members',
  'change-permissions',
  'change-invitations',
  'change-contact-channels',
  'change-api-keys',
  'change-notification-preferences',
  'change-password',
  'other',
] as const;

/** Calls are counted, and faults and gates are set, by endpoint. */
export type Endpoint = (typeof ENDPOINTS)[number];

const PATHS: readonly (readonly [methods: string, path: RegExp, endpoint: Endpoint])[] = [
  ['GET', /^\/projects\/[^/]+\/\.well-known\/jwks\.json$/, 'jwks'],
  ['GET', /^\/users\/me$/, 'profile'],
  ['GET', /^\/users\/[^/]+$/, 'user'],
  ['GET', /^\/users$/, 'users'],
  ['PATCH DELETE', /^\/users\/[^/]+$/, 'change-profile'],
  ['POST', /^\/auth\/(sessions\/current\/refresh|oauth\/token)$/, 'refresh'],
  ['POST', /^\/auth\/(password\/sign-(up|in)|anonymous\/sign-up)$/, 'sign-up'],
  ['POST', /^\/auth\/password\/(set|update)$/, 'change-password'],
  ['GET POST', /^\/auth\/sessions$/, 'sessions'],
  ['DELETE', /^\/auth\/sessions\/[^/]+$/, 'change-sessions'],
  ['GET', /^\/projects\/current$/, 'project'],
  ['GET', /^\/teams(\/|$)/, 'teams'],
  ['POST PATCH DELETE', /^\/teams(\/|$)/, 'change-teams'],
  ['GET', /^\/team-member-profiles(\/|$)/, 'member-profiles'],
  ['PATCH', /^\/team-member-profiles\//, 'change-members'],
  ['POST DELETE', /^\/team-memberships\//, 'change-members'],
  ['GET', /^\/team-permissions$/, 'team-permissions'],
  ['GET', /^\/project-permissions$/, 'project-permissions'],
  ['POST DELETE', /^\/(team|project)-permissions\//, 'change-permissions'],
  ['GET', /^\/team-invitations$/, 'invitations'],
  ['POST', /^\/team-invitations\/accept\/(check-code|details)$/, 'invitations'],
  ['POST DELETE', /^\/team-invitations\//, 'change-invitations'],
  ['GET', /^\/contact-channels(\/|$)/, 'contact-channels'],
  ['POST', /^\/contact-channels\/verify\/check-code$/, 'contact-channels'],
  ['POST PATCH DELETE', /^\/contact-channels(\/|$)/, 'change-contact-channels'],
  ['POST', /^\/(user|team)-api-keys\/check$/, 'check-api-key'],
  ['GET', /^\/(user|team)-api-keys(\/|$)/, 'api-keys'],
  ['POST PATCH', /^\/(user|team)-api-keys(\/|$)/, 'change-api-keys'],
  ['GET', /^\/emails\/notification-preference\//, 'notification-preferences'],
  ['PATCH', /^\/emails\/notification-preference\//, 'change-notification-preferences'],
];

/** The endpoint of a request; preflights and unknown paths are `other`. */
export function endpointOf(method: string, path: string): Endpoint {
  const rest = path.replace(/^\/api\/(v1|latest)/, '');
  const found = PATHS.find(([methods, pattern]) => methods.split(' ').includes(method) && pattern.test(rest));
  return found?.[2] ?? 'other';
}
