// `team.deleted`: the notes of the team go too. The event may come more than once: a second run deletes nothing.
import { z } from 'zod';
import type { WebhookContext, WebhookEvent } from '#server';
import type { AppTypes } from '../types.ts';

/** What is read of the event. The provider sends more, and may add to it. */
const deleted = z.object({ id: z.guid() });

export async function teamDeleted(
  { data }: WebhookEvent,
  { sources, signal }: WebhookContext<AppTypes>,
): Promise<void> {
  await sources.notes.deleteAllOfTeam(deleted.parse(data).id, signal);
}
