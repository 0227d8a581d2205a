import { type FormEvent, useState } from 'react';
import { Field } from '../parts/field.tsx';
import type { Credentials } from '../session/session.ts';

/** Asks for an e-mail address and a password. `send` resolves with the reason of a refusal. */
export function CredentialsForm(props: {
  readonly submit: string;
  readonly isNew: boolean;
  readonly initial?: Credentials;
  /** A reason that is shown before the first attempt. */
  readonly notice?: string | undefined;
  readonly send: (credentials: Credentials) => Promise<string | undefined>;
}) {
  const { submit, isNew, initial, notice, send } = props;
  const [waiting, setWaiting] = useState(false);
  const [refusal, setRefusal] = useState(notice);
  const sendForm = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (waiting) return;
    const form = new FormData(event.currentTarget);
    setWaiting(true);
    setRefusal(undefined);
    setRefusal(await send({ email: String(form.get('email')), password: String(form.get('password')) }));
    setWaiting(false);
  };
  return (
    <form onSubmit={(event) => void sendForm(event)}>
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        required
        defaultValue={initial?.email}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete={isNew ? 'new-password' : 'current-password'}
        required
        defaultValue={initial?.password}
      />
      <div role="alert">{refusal && <p className="problem">{refusal}</p>}</div>
      <button type="submit" className="primary" aria-disabled={waiting}>
        {waiting ? 'One moment …' : submit}
      </button>
    </form>
  );
}
