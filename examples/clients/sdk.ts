// The provider's own SDK as the source of access tokens.
import type { StackClientApp } from '@stackframe/js';
import { createSession, type Session } from './session.ts';

/** Makes the session of whoever is signed in with the SDK, anonymous and restricted users among them. */
export function createStackSession(options: {
  readonly stackApp: StackClientApp<true>;
  readonly onSignedOut: () => void;
}): Session {
  // Made for another backend, it is the SDK's one public function that renews a token when it is told to. The token is
  // a fresh one otherwise as well: the SDK renews it in time, without asking for the profile as `getUser` does.
  const getToken = options.stackApp.getConvexClientAuth({});
  return createSession({
    getAccessToken: ({ forceRefresh }) => getToken({ forceRefreshToken: forceRefresh }),
    onSignedOut: options.onSignedOut,
  });
}
