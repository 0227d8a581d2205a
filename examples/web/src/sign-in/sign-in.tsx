import { type FormEvent, useState } from 'react';
import type { Credentials, Session } from '../session/session.ts';

/** Sign-in with a password, with a new account, or without an account. */
export function SignIn(props: {
  readonly session: Session;
  readonly notice: string | undefined;
  readonly demo: Credentials;
}) {
  const { session, notice, demo } = props;
  const [isNew, setIsNew] = useState(false);
  const [waiting, setWaiting] = useState(false);
  const [refusal, setRefusal] = useState(notice);

  const submitWith = async (action: () => Promise<string | undefined>) => {
    if (waiting) return;
    setWaiting(true);
    setRefusal(undefined);
    const reason = await action();
    setRefusal(reason);
    setWaiting(false);
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const credentials = { email: String(form.get('email')), password: String(form.get('password')) };
    void submitWith(() => (isNew ? session.signUp(credentials) : session.signIn(credentials)));
  };
  const change = () => {
    setIsNew(!isNew);
    setRefusal(undefined);
  };

  return (
    <section className="card sign-in" aria-labelledby="sign-in">
      <h1 id="sign-in">{isNew ? 'Create an account' : 'Sign in'}</h1>
      <p className="hint">
        The provider signs you in and issues a token. The server reads from it who you are.
      </p>
      <form key={String(isNew)} onSubmit={submit}>
        <label>
          E-mail
          <input
            name="email"
            type="email"
            autoComplete="username"
            required
            defaultValue={isNew ? '' : demo.email}
          />
        </label>
        <label>
          Password
          <input
            name="password"
            type="password"
            autoComplete={isNew ? 'new-password' : 'current-password'}
            required
            defaultValue={isNew ? '' : demo.password}
          />
        </label>
        <div role="alert">{refusal && <p className="problem">{refusal}</p>}</div>
        <button type="submit" className="primary" aria-disabled={waiting}>
          {waiting ? 'One moment …' : isNew ? 'Create the account' : 'Sign in'}
        </button>
      </form>
      <div className="others">
        <button type="button" onClick={change}>
          {isNew ? 'I have an account' : 'Create an account'}
        </button>
        <button type="button" onClick={() => void submitWith(session.signInAnonymously)}>
          Look around without one
        </button>
      </div>
    </section>
  );
}
