// `noteOwner: id`: the caller wrote the note with this id.
import type { Rule } from '#server';
import type { AppTypes } from '../types.ts';

export const noteOwner: Rule<string, AppTypes> = {
  reason: 'NOT_OWNER',
  message: 'This is not a note of yours',
  check: async (id, { user, loaders }) =>
    (await loaders.note.load({ id, readerId: user.id }))?.ownerId === user.id,
};
