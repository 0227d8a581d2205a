// `updateMe` and `deleteMe`: the caller's own account.
import { checkedIdOr, checkId, checkImage, checkName } from '../../graph/mutations/input-checks.ts';
import type { AddMutation } from '../../graph/mutations/mutation.ts';
import { successField } from '../../graph/mutations/success-field.ts';
import { deleteMe, updateMe } from '../../provider/profile.ts';
import { withValue } from './done.ts';
import type { PayloadRefs } from './refs.ts';

/** Adds both. */
export function addMyMutations(add: AddMutation, { User }: PayloadRefs): void {
  add({
    name: 'updateMe',
    description: "Changes the caller's profile.",
    scope: 'authenticated',
    input: (t) => ({
      displayName: t.string({ description: 'The name to show, of at most 256 characters. Null clears it.' }),
      profileImageUrl: t.string({
        description: 'A new image, as a data URL in base64. Null removes the image.',
      }),
      clientMetadata: t.field({ type: 'JSONObject', description: 'Replaces all of it. Null clears it.' }),
      selectedTeamId: t.id({ description: 'A team of the caller. Null selects none.' }),
    }),
    check: (input) =>
      checkName(input, 'displayName') ??
      checkImage(input) ??
      checkId(input.selectedTeamId, 'NOT_A_TEAM_MEMBER'),
    send: ({ selectedTeamId, ...change }, send) =>
      send(updateMe({ ...change, selectedTeamId: checkedIdOr(selectedTeamId) })),
    // A member without a name of their own in a team is shown by that of the user.
    touches: () => ({ own: ['profile', 'members', 'member-profile'] }),
    profileOf: (profile) => profile,
    about: (_input, _value, { user }) => ({ target: user.id }),
    payload: (t) => ({
      me: t.field({
        type: User,
        nullable: true,
        description: 'The caller after the change.',
        resolve: ({ value }, _args, { user }) => (value ? user : undefined),
      }),
    }),
  });

  add({
    name: 'deleteMe',
    description: "Deletes the caller's account for good, where the project permits it.",
    scope: 'member',
    send: async (_input, send) => withValue(await send(deleteMe), true),
    touches: () => ({ own: 'all' }),
    about: (_input, _value, { user }) => ({ target: user.id }),
    payload: (t) => ({
      deleted: successField(t, 'Whether the account was deleted.'),
    }),
  });
}
