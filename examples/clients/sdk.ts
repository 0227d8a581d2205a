// Access tokens from the provider's SDK.
import type { StackClientApp } from '@stackframe/js';
import { createSession, type Session } from './session.ts';

/** Creates the session of the SDK's signed-in user, who may also be anonymous or restricted. */
export function createStackSession(options: {
  readonly stackApp: StackClientApp<true>;
  readonly onSignedOut: () => void;
}): Session {
  // Written for another backend, this is the SDK's only public function that can force a renewal. Without force it also
  // returns a valid token: the SDK renews it in time, without fetching the profile as `getUser` does.
  const getToken = options.stackApp.getConvexClientAuth({});
  return createSession({
    getAccessToken: ({ forceRefresh }) => getToken({ forceRefreshToken: forceRefresh }),
    onSignedOut: options.onSignedOut,
  });
}
