import { useSyncExternalStore } from 'react';
import type { Wire } from './wire.ts';

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** The list of requests, with a button that makes the server refuse the token. */
export function WireLog({ wire }: { readonly wire: Wire }) {
  const entries = useSyncExternalStore(wire.subscribe, wire.entries);
  return (
    <section className="card wide" aria-labelledby="wire">
      <header>
        <h2 id="wire">On the wire</h2>
        <button type="button" className="quiet" onClick={wire.spoilToken}>
          Spoil the token
        </button>
      </header>
      <p className="hint">
        The server refuses a spoiled token. Send any query: the token is renewed once and the query repeated.
        Only this list shows it.
      </p>
      <ol className="log" aria-label="Requests, the newest first">
        {entries.map(({ id, at, what, outcome, kind }) => (
          <li key={id} data-kind={kind}>
            <time dateTime={at.toISOString()}>{TIME.format(at)}</time>
            <span>{what}</span>
            <code>{outcome}</code>
          </li>
        ))}
      </ol>
    </section>
  );
}
