// `createTeam`, `updateTeam` and `deleteTeam`.
import {
  checkedId,
  checkId,
  checkImage,
  checkName,
  checkNotNull,
} from '../../graph/mutations/input-checks.ts';
import type { AddMutation } from '../../graph/mutations/mutation.ts';
import { createTeam, deleteTeam, updateTeam } from '../../provider/teams.ts';
import { COPIES_OF_TEAMS } from './copies-of-teams.ts';
import { withValue } from './done.ts';
import type { PayloadRefs } from './refs.ts';

const NAME = 'The name to show, of at most 256 characters.';
const IMAGE = 'A new image, as a data URL in base64. Null removes the image.';
const METADATA = 'Replaces all of it. Null clears it.';

/** Adds the three. */
export function addTeamMutations(add: AddMutation, { Team }: PayloadRefs): void {
  add({
    name: 'createTeam',
    description: 'Creates a team, where the project permits it. The caller becomes its first member.',
    scope: 'member',
    input: (t) => ({
      displayName: t.string({ required: true, description: NAME }),
      profileImageUrl: t.string({ description: IMAGE }),
      clientMetadata: t.field({ type: 'JSONObject', description: METADATA }),
    }),
    check: (input) => checkName(input, 'displayName') ?? checkImage(input),
    send: (input, send) => send(createTeam(input)),
    touches: () => ({ own: COPIES_OF_TEAMS }),
    about: (_input, team) => ({ target: team?.id, team: team?.id }),
    payload: (t) => ({
      team: t.expose('value', { type: Team, nullable: true, description: 'The new team.' }),
    }),
  });

  add({
    name: 'updateTeam',
    description: 'Changes a team. The provider asks `$update_team`.',
    scope: 'authenticated',
    input: (t) => ({
      id: t.id({ required: true, description: 'The team.' }),
      displayName: t.string({ description: `${NAME} It cannot be null.` }),
      profileImageUrl: t.string({ description: IMAGE }),
      clientMetadata: t.field({ type: 'JSONObject', description: METADATA }),
    }),
    check: (input) =>
      checkId(input.id, 'NOT_A_TEAM_MEMBER') ??
      checkNotNull(input, 'displayName') ??
      checkName(input, 'displayName') ??
      checkImage(input),
    send: ({ id, displayName, ...change }, send) =>
      send(updateTeam(checkedId(id), { ...change, displayName: displayName ?? undefined })),
    touches: ({ id }) => ({ own: COPIES_OF_TEAMS, team: checkedId(id) }),
    about: ({ id }) => ({ target: id, team: id }),
    payload: (t) => ({
      team: t.expose('value', { type: Team, nullable: true, description: 'The team after the change.' }),
    }),
  });

  add({
    name: 'deleteTeam',
    description: 'Deletes a team for good. The provider asks `$delete_team`.',
    scope: 'authenticated',
    input: (t) => ({ id: t.id({ required: true, description: 'The team.' }) }),
    check: ({ id }) => checkId(id, 'NOT_A_TEAM_MEMBER'),
    send: async ({ id }, send) => withValue(await send(deleteTeam(checkedId(id))), checkedId(id)),
    touches: ({ id }) => ({ own: COPIES_OF_TEAMS, team: checkedId(id) }),
    about: ({ id }) => ({ target: id, team: id }),
    payload: (t) => ({
      deletedTeamId: t.exposeID('value', { nullable: true, description: 'The team that was deleted.' }),
    }),
  });
}
