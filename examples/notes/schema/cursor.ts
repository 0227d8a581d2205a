// Cursors of notes: a place in the order of the list, so that a page begins at the right note also where others were added or deleted.
import { AppError } from '#server';
import type { Position } from '../sources/note-store.ts';

/** A time and an id that Postgres takes: it knows no year 0. */
const CURSOR =
  /^((?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

/** The cursor of a note. Clients send it back as it is. */
export function cursorOf({ createdAt, id }: Position): string {
  return Buffer.from(`${createdAt.toISOString()} ${id}`).toString('base64url');
}

/** The place of a cursor. Throws `AppError` `BAD_REQUEST` where it is none of ours. */
export function readCursor(cursor: string): Position {
  const [, time = '', id = ''] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const createdAt = new Date(time);
  if (Number.isNaN(createdAt.getTime()))
    throw new AppError('A cursor is not one of this list', { code: 'BAD_REQUEST', reason: 'CURSOR' });
  return { createdAt, id };
}
