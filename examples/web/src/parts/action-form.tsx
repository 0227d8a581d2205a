import type { FormEvent, ReactNode } from 'react';
import type { Action } from '../graph/use-action.ts';
import { Outcome } from './outcome.tsx';

/** A form that sends a mutation. It is emptied where that was done, and keeps what was typed otherwise. */
export function ActionForm<V, P>(props: {
  readonly action: Action<V, P>;
  readonly submit: string;
  /** The names of the fields, whose refusals stand beside them. */
  readonly fields: readonly string[];
  /** Reads the form into variables. `text` returns a field. */
  readonly read: (text: (name: string) => string) => V;
  readonly done: (payload: P) => void;
  readonly children: ReactNode;
}) {
  const { action, submit, fields, read, done, children } = props;
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const entries = new FormData(form);
    const payload = await action.run(read((name) => String(entries.get(name) ?? '')));
    if (payload === undefined) return;
    form.reset();
    done(payload);
  };
  return (
    <form className="action" onSubmit={(event) => void send(event)}>
      <div className="inputs">
        {children}
        <button type="submit" aria-disabled={action.waiting}>
          {submit}
        </button>
      </div>
      <Outcome of={action} fields={fields} />
    </form>
  );
}
