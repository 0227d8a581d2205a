import type { Session } from './session.ts';

/** Options of a GraphQL client. */
export interface ClientOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly session: Pick<Session, 'accessToken' | 'renewAccessToken'>;
}
