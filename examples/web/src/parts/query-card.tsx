import type { ReactNode } from 'react';
import { isTransient } from '../graph/problem.ts';
import type { KnownQuery } from '../graph/use-ask.ts';
import { Card } from './card.tsx';
import { Problems } from './problems.tsx';
import { Trouble } from './trouble.tsx';

/** A part of a page with the query that it needs: waiting, data, and problems. */
export function QueryCard<Data>(props: {
  readonly title: string;
  readonly hint?: string;
  readonly wide?: boolean;
  readonly query: KnownQuery<Data>;
  readonly children: (data: Data) => ReactNode;
}) {
  const { query, children, title, ...card } = props;
  const { data, loading, problems } = query;
  const reload = (
    <button
      type="button"
      className="quiet"
      aria-label={`Reload: ${title}`}
      aria-disabled={loading}
      onClick={loading ? undefined : query.ask}
    >
      Reload
    </button>
  );
  return (
    <Card {...card} title={title} busy={loading} action={reload}>
      <Trouble query={query} />
      <Problems of={problems.filter((problem) => !isTransient(problem))} />
      {loading && data === undefined && <Waiting />}
      {data !== undefined && children(data)}
    </Card>
  );
}

function Waiting() {
  return (
    <div className="waiting" role="status">
      <span className="line" />
      <span className="line" />
      <span className="hidden">Loading …</span>
    </div>
  );
}
