import { useSyncExternalStore } from 'react';
import type { Wire } from './wire.ts';

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** The log of what went over the wire, and a way to see a token being renewed. */
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
        The server will refuse a spoiled token. Ask anything: it is renewed once, the question is repeated,
        and nobody notices but this list.
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
