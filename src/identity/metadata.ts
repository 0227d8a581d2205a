// Metadata that a project stores with a user or a team.
import { AppError } from '../core/errors.ts';
import type { Metadata } from '../provider/bounded.ts';

/** The metadata as an object of its own; null where none is set. Throws `AppError` `LIMIT_EXCEEDED` where it is too large to be kept. */
export function readMetadata(metadata: Metadata | undefined): object | null {
  if (metadata === undefined) return null;
  if (metadata.json !== undefined) return JSON.parse(metadata.json) as object;
  throw new AppError('The metadata is larger than 64 KiB', { code: 'LIMIT_EXCEEDED' });
}
