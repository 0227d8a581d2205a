import { type ReactNode, useId } from 'react';
import { Problems } from './problems.tsx';
import type { QueryState } from './query-state.ts';

/** A part of the page with its query: title, button, data and problems. */
export function Card(props: {
  readonly title: string;
  readonly hint: string;
  readonly action: string;
  readonly query: QueryState<unknown>;
  readonly wide?: boolean;
  readonly children: ReactNode;
}) {
  const { title, hint, action, query, wide, children } = props;
  const id = useId();
  return (
    <section className={wide ? 'card wide' : 'card'} aria-labelledby={id} aria-busy={query.loading}>
      <header>
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          onClick={query.loading ? undefined : query.ask}
          aria-disabled={query.loading}
          aria-describedby={`${id}hint`}
        >
          {action}
        </button>
      </header>
      <p className="hint" id={`${id}hint`}>
        {hint}
      </p>
      <div role="status">
        {query.loading && <p className="waiting">Asking …</p>}
        {query.data !== undefined && children}
      </div>
      <Problems of={query.problems} />
    </section>
  );
}
