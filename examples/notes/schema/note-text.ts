// The text of a note, as a client sends it.
import { AppError } from '#server';

const MAX_LENGTH = 10_000;

/** Throws `AppError` `BAD_REQUEST` where it is empty, too long, or has a NUL character, which Postgres cannot store. */
export function readNoteText(text: string): string {
  if (text.trim() !== '' && text.length <= MAX_LENGTH && !text.includes('\0')) return text;
  throw new AppError(`text must have 1 to ${MAX_LENGTH} characters, and no NUL`, {
    code: 'BAD_REQUEST',
    reason: 'NOTE_TEXT',
  });
}
