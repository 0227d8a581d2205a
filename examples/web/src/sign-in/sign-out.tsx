import { useState } from 'react';
import type { Session } from '../session/session.ts';

/** The way out. Where the provider cannot be told, the session goes on, and the person has to know it. */
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
