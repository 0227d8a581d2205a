import { useSyncExternalStore } from 'react';
import type { Wire, WireEntry } from './wire.ts';

const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** The list of requests, with a button that makes the server refuse the token. */
export function WireLog({ wire }: { readonly wire: Wire }) {
  const entries = useSyncExternalStore(wire.subscribe, wire.entries);
  return (
    <section className="card wire" aria-labelledby="wire">
      <header>
        <h2 id="wire">On the wire</h2>
        <button type="button" className="quiet" onClick={wire.spoilToken}>
          Spoil the token
        </button>
      </header>
      <p className="hint">
        Each request with its status, the errors in it, and the calls to the provider that the server made for
        it. The server refuses a spoiled token: it is renewed once, and the requests are repeated.
      </p>
      <ol className="log" aria-label="Requests, the newest first">
        {entries.map((entry) => (
          <Entry key={entry.id} {...entry} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ at, what, status, codes, calls, kind }: WireEntry) {
  return (
    <li data-kind={kind}>
      <time dateTime={at.toISOString()}>{TIME.format(at)}</time>
      <span className="what">{what}</span>
      <code>{[status, ...codes].join(' · ')}</code>
      <small>{calls !== undefined && `${calls} ${calls === 1 ? 'call' : 'calls'}`}</small>
    </li>
  );
}
