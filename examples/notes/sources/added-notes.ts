// Notes as they are added, on whatever replica: the database notifies every replica that listens.
import { Repeater } from 'graphql-yoga';
import { z } from 'zod';
import { AppError, type SourceDeps } from '#server';
import type { Database } from './database.ts';

/** A note that was added. Its text is read when it is sent. */
const addedNoteSchema = z.object({ id: z.string(), ownerId: z.string() });
export type AddedNote = Readonly<z.infer<typeof addedNoteSchema>>;

/** The notes that are added from now on. */
export interface AddedNotes {
  /** Ends with `AppError` `UPSTREAM_UNAVAILABLE` where notes may have been missed: read the list again, and subscribe again. */
  of(ownerId: string): AsyncIterable<AddedNote>;
  /** Ends all of them. */
  close(): void;
}

interface Stream {
  readonly ownerId: string;
  push(note: AddedNote): unknown;
  stop(error?: AppError): unknown;
}

/** Begins to listen. */
export async function listenForNotes(
  database: Database,
  { logger }: Pick<SourceDeps, 'logger'>,
): Promise<AddedNotes> {
  const streams = new Set<Stream>();
  let isListening = true;
  await database.listen('note_added', {
    received(payload) {
      const note = addedNoteSchema.parse(JSON.parse(payload));
      for (const { ownerId, push } of streams) if (ownerId === note.ownerId) push(note);
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
    of(ownerId) {
      if (!isListening) throw missed();
      return new Repeater<AddedNote>(async (push, stop) => {
        const stream = { ownerId, push, stop };
        streams.add(stream);
        await stop;
        streams.delete(stream);
      });
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
