import { useState } from 'react';
import { Page } from '../parts/page.tsx';
import { NewNote } from './new-note.tsx';
import { NoteSlice } from './note-slice.tsx';

/** The user's notes, a slice at a time: each further slice begins where the one before ends. */
export function NotesPage() {
  const [starts, setStarts] = useState<readonly (string | null)[]>([null]);
  const [writes, setWrites] = useState(0);
  return (
    <Page
      title="Notes"
      lead="Rows of the server's own database, which belong to you by the id in your token."
    >
      <NewNote done={() => setWrites(writes + 1)} />
      {starts.map((after, index) => (
        <NoteSlice
          key={after}
          after={after}
          number={index + 1}
          writes={writes}
          more={index === starts.length - 1 ? (cursor) => setStarts([...starts, cursor]) : undefined}
        />
      ))}
    </Page>
  );
}
