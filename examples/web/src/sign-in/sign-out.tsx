import { useState } from 'react';
import type { Session } from '../session/session.ts';

/** Signs the user out. If the provider cannot be reached, the session continues, and the page says so. */
export function SignOut({ session }: { readonly session: Session }) {
  const [refusal, setRefusal] = useState<string>();
  return (
    <div className="sign-out">
      <span role="alert">{refusal && `You are still signed in. ${refusal}`}</span>
      <button type="button" className="quiet" onClick={async () => setRefusal(await session.signOut())}>
        Sign out
      </button>
    </div>
  );
}
