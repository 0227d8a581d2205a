import { type InputHTMLAttributes, useId } from 'react';
import type { Refusal } from '../graph/use-action.ts';

/** An input with its label, and what the server has found wrong with it. `name` is the field of the mutation's input. */
export function Field(
  props: InputHTMLAttributes<HTMLInputElement> & {
    readonly label: string;
    readonly name: string;
    readonly hint?: string;
    readonly refusals?: readonly Refusal[];
  },
) {
  const { label, hint, refusals = [], ...input } = props;
  const id = useId();
  const refusal = refusals.find(({ field }) => field?.[0] === input.name);
  const described = [hint && `${id}hint`, refusal && `${id}refusal`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        {...input}
        aria-invalid={refusal !== undefined}
        aria-describedby={described || undefined}
      />
      {hint && <small id={`${id}hint`}>{hint}</small>}
      <p className="refusal" id={`${id}refusal`} role="alert">
        {refusal?.message}
      </p>
    </div>
  );
}
