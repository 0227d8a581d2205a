// The kinds of callers of the provider's API.

/** The kind of caller: a frontend, a backend, or the dashboard. */
export type AccessType = 'client' | 'server' | 'admin';

/** The access types of endpoints for everyone. */
export const ALL_ACCESS_TYPES: readonly AccessType[] = ['client', 'server', 'admin'];

/** The access types of endpoints for backends. */
export const SERVER_OR_ADMIN: readonly AccessType[] = ['server', 'admin'];
