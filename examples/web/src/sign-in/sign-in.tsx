import { useState } from 'react';
import type { Credentials, Session } from '../session/session.ts';
import { CredentialsForm } from './credentials-form.tsx';

/** Sign-in with a password, with a new account, or without an account. */
export function SignIn(props: {
  readonly session: Session;
  readonly notice: string | undefined;
  readonly demo: Credentials;
}) {
  const { session, notice, demo } = props;
  const [isNew, setIsNew] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  return (
    <section className="card sign-in" aria-labelledby="sign-in">
      <h1 id="sign-in">{isNew ? 'Create an account' : 'Sign in'}</h1>
      <p className="hint">
        The provider signs you in and issues a token. The server reads from it who you are.
      </p>
      {isNew ? (
        <CredentialsForm key="new" isNew submit="Create the account" send={session.signUp} />
      ) : (
        <CredentialsForm
          isNew={false}
          submit="Sign in"
          initial={demo}
          notice={notice}
          send={session.signIn}
        />
      )}
      <div className="others">
        <button type="button" onClick={() => setIsNew(!isNew)}>
          {isNew ? 'I have an account' : 'Create an account'}
        </button>
        <button type="button" onClick={async () => setRefusal(await session.signInAnonymously())}>
          Look around without one
        </button>
        <div role="alert">{refusal && <p className="problem">{refusal}</p>}</div>
      </div>
    </section>
  );
}
