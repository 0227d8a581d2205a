// Notes as they are added, on whatever replica: the database notifies every replica that listens.
import { filter, map, pipe, Repeater } from 'graphql-yoga';
import { z } from 'zod';
import { AppError, type SourceDeps } from '#server';
import type { Database } from './database.ts';
import type { Note, NoteStore } from './note-store.ts';

/** What the database says of a note that was added: see the trigger in migrations/. */
const notification = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.object({ id: z.guid(), ownerId: z.guid() }));

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
      const { success, data } = notification.safeParse(payload);
      if (!success) return logger.warn({ payload }, 'A notification is not of a note');
      for (const stream of streams) if (stream.ownerId === data.ownerId) send(stream, data.id);
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

/** A client that does not read its stream gets no more of it: a thousand notes wait for it already. */
function send({ push, stop }: Stream, id: string): void {
  try {
    push(id);
  } catch {
    stop(missed());
  }
}

function missed(): AppError {
  return new AppError('New notes cannot be followed now', {
    code: 'UPSTREAM_UNAVAILABLE',
    reason: 'DATABASE',
    retryAfter: 1,
  });
}
