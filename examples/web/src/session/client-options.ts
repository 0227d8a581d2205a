import type { Session } from './session.ts';

/** What a GraphQL client is made of. */
export interface ClientOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly session: Pick<Session, 'accessToken' | 'renewAccessToken'>;
}
