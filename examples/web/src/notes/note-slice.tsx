import { useEffect, useRef } from 'react';
import { graphql } from '../gql/gql.ts';
import { useAsk } from '../graph/use-ask.ts';
import { QueryCard } from '../parts/query-card.tsx';
import { NoteRow } from './note-row.tsx';

const Notes = graphql(`
  query Notes($first: Int, $after: String) {
    notes(first: $first, after: $after) {
      edges {
        cursor
        node {
          id
          ...NoteRow
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const SIZE = 5;

/** A page of a Relay connection. It is asked again when `writes` changes. `more` is absent where the next page is shown already. */
export function NoteSlice(props: {
  readonly after: string | null;
  readonly number: number;
  readonly writes: number;
  readonly more: ((cursor: string) => void) | undefined;
}) {
  const { after, number, writes, more } = props;
  const query = useAsk(Notes, { first: SIZE, after });
  useAgain(query.ask, writes);
  return (
    <QueryCard title={number === 1 ? 'Your notes' : `Your notes, page ${number}`} query={query} wide>
      {({ notes }) => (
        <>
          {notes?.edges.length === 0 && <p className="empty">Nothing written yet.</p>}
          <ul className="rows">
            {notes?.edges.map(({ node }) => (
              <NoteRow key={node.id} note={node} done={query.ask} />
            ))}
          </ul>
          {more && notes?.pageInfo.hasNextPage && notes.pageInfo.endCursor && (
            <Further onPress={more} cursor={notes.pageInfo.endCursor} />
          )}
        </>
      )}
    </QueryCard>
  );
}

function Further(props: { readonly cursor: string; readonly onPress: (cursor: string) => void }) {
  return (
    <button type="button" onClick={() => props.onPress(props.cursor)}>
      Show more
    </button>
  );
}

/** Calls `ask` when `version` changes, and not at first. */
function useAgain(ask: () => void, version: number): void {
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current === version) return;
    seen.current = version;
    ask();
  });
}
