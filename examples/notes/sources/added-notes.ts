// Notes as they are added, on whatever replica: the database notifies every replica that listens.
import { filter, map, pipe, Repeater } from 'graphql-yoga';
import { z } from 'zod';
import { AppError, type SourceDeps } from '#server';
import type { Database } from './database.ts';
import type { Note, NoteStore } from './note-store.ts';

/** What the database says of a note that was added: see the trigger in migrations/. */
const notification = z.object({ id: z.string(), ownerId: z.string() });

/** The notes that are added from now on. */
export interface AddedNotes {
  /** Ends with `AppError` `UPSTREAM_UNAVAILABLE` where notes may have been missed: read the list again, and subscribe again. */
  of(ownerId: string, signal: AbortSignal): AsyncIterable<Note>;
  /** Ends all of them. */
  close(): void;
}

interface Stream {
  readonly ownerId: string;
  push(id: string): unknown;
  stop(error?: AppError): unknown;
}

/** Begins to listen. */
export async function listenForNotes(
  { listen }: Pick<Database, 'listen'>,
  { notes, logger }: Pick<SourceDeps, 'logger'> & { readonly notes: NoteStore },
): Promise<AddedNotes> {
  const streams = new Set<Stream>();
  let isListening = true;
  await listen('note_added', {
    received(payload) {
      const { id, ownerId } = notification.parse(JSON.parse(payload));
      for (const stream of streams) if (stream.ownerId === ownerId) stream.push(id);
    },
    lost(error) {
      logger.warn({ err: error }, 'New notes are not seen: the connection that listens has ended');
      isListening = false;
      for (const { stop } of streams) stop(missed());
    },
    restored() {
      logger.info('New notes are seen again');
      isListening = true;
    },
  });
  return {
    of(ownerId, signal) {
      if (!isListening) throw missed();
      const ids = new Repeater<string>(async (push, stop) => {
        const stream = { ownerId, push, stop };
        streams.add(stream);
        await stop;
        streams.delete(stream);
      });
      return pipe(
        ids,
        map(async (id) => (await notes.byKeys([{ id, readerId: ownerId }], signal))[0]),
        // One that has been deleted in the meantime.
        filter((note): note is Note => note !== undefined),
      );
    },
    close() {
      for (const { stop } of streams) stop();
    },
  };
}

function missed(): AppError {
  return new AppError('New notes cannot be followed now', {
    code: 'UPSTREAM_UNAVAILABLE',
    reason: 'DATABASE',
    retryAfter: 1,
  });
}
