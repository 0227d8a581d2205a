import { type ReactNode, useId } from 'react';
import type { Asked } from './asked.ts';
import { Problems } from './problems.tsx';

/** A part of the page with its question: a title, what came of it, what went wrong, and a button that asks. */
export function Card(props: {
  readonly title: string;
  readonly hint: string;
  readonly action: string;
  readonly asked: Asked<unknown>;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  const { title, hint, action, asked, wide, children } = props;
  const id = useId();
  return (
    <section className={wide ? 'card wide' : 'card'} aria-labelledby={id} aria-busy={asked.loading}>
      <header>
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          onClick={asked.loading ? undefined : asked.ask}
          aria-disabled={asked.loading}
          aria-describedby={`${id}hint`}
        >
          {action}
        </button>
      </header>
      <p className="hint" id={`${id}hint`}>
        {hint}
      </p>
      <div role="status">
        {asked.loading && <p className="waiting">Asking …</p>}
        {asked.data !== undefined && children}
      </div>
      <Problems of={asked.problems} />
    </section>
  );
}
