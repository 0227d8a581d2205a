// The message by which one replica tells the others of a change.
import { z } from 'zod';
import { COPY_KINDS, type CopyKind } from '../../core/events.ts';
import type { ChangeSource, IdentityChange } from './identity-change.ts';

/** A change, as another replica told it. */
export interface ToldChange {
  /** The process that told it. */
  readonly origin: string;
  readonly change: IdentityChange;
  readonly source: ChangeSource;
}

const id = z.string().min(1).max(100);

const schema = z.object({
  origin: id,
  source: z.enum(['here', 'read']),
  change: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('user'),
      userId: id,
      copies: z.array(z.string()).optional().transform(knownKinds),
    }),
    z.object({ kind: z.literal('team'), teamId: id }),
    z.object({ kind: z.literal('membership'), userId: id, teamId: id }),
    z.object({ kind: z.literal('all') }),
  ]),
});

/** The message about a change that this process, `origin`, knows of by itself. */
export function writeMessage(told: ToldChange): string {
  return JSON.stringify(told);
}

/** Reads a message. `undefined` for one that cannot be read, such as that of a later version. */
export function readMessage(message: string): ToldChange | undefined {
  try {
    const { origin, change, source } = schema.parse(JSON.parse(message));
    return { origin, change, source: source === 'here' ? 'replica' : source };
  } catch {
    return undefined;
  }
}

/** A kind that another version has may be part of one that this version has: all of them then. */
function knownKinds(names: readonly string[] | undefined): readonly CopyKind[] | undefined {
  const known = COPY_KINDS.filter((kind) => names?.includes(kind));
  return known.length === names?.length ? known : undefined;
}
