// `leaveTeam`, `removeTeamMember` and `updateTeamProfile`.
import {
  checkedId,
  checkId,
  checkImage,
  checkName,
  checkNotNull,
} from '../../graph/mutations/input-checks.ts';
import type { AddMutation } from '../../graph/mutations/mutation.ts';
import { leaveTeam, removeMember, updateMemberProfile } from '../../provider/team-members.ts';
import { COPIES_OF_TEAMS } from './copies-of-teams.ts';
import { withValue } from './done.ts';
import type { PayloadRefs } from './refs.ts';

/** Adds the three. */
export function addMemberMutations(add: AddMutation, { TeamMember }: PayloadRefs): void {
  add({
    name: 'leaveTeam',
    description: "Ends the caller's membership of a team.",
    scope: 'authenticated',
    input: (t) => ({ id: t.id({ required: true, description: 'The team.' }) }),
    check: ({ id }) => checkId(id, 'NOT_A_TEAM_MEMBER'),
    send: async ({ id }, send) => withValue(await send(leaveTeam(checkedId(id))), checkedId(id)),
    touches: () => ({ own: COPIES_OF_TEAMS }),
    about: ({ id }) => ({ target: id, team: id }),
    payload: (t) => ({
      leftTeamId: t.exposeID('value', { nullable: true, description: 'The team that the caller has left.' }),
    }),
  });

  add({
    name: 'removeTeamMember',
    description: 'Ends the membership of another user. The provider asks `$remove_members`.',
    scope: 'authenticated',
    input: (t) => ({
      teamId: t.id({ required: true, description: 'The team.' }),
      userId: t.id({ required: true, description: 'The member.' }),
    }),
    check: ({ teamId, userId }) =>
      checkId(teamId, 'NOT_A_TEAM_MEMBER') ?? checkId(userId, 'NOT_A_TEAM_MEMBER'),
    send: async ({ teamId, userId }, send) =>
      withValue(await send(removeMember(checkedId(teamId), checkedId(userId))), checkedId(userId)),
    touches: ({ teamId, userId }) => ({
      own: COPIES_OF_TEAMS,
      membership: { userId: checkedId(userId), teamId: checkedId(teamId) },
    }),
    about: ({ teamId, userId }) => ({ target: userId, team: teamId }),
    payload: (t) => ({
      removedUserId: t.exposeID('value', {
        nullable: true,
        description: 'The user who is no member any more.',
      }),
    }),
  });

  add({
    name: 'updateTeamProfile',
    description: 'Changes how the caller is shown in a team. What was set there cannot be cleared.',
    scope: 'authenticated',
    input: (t) => ({
      teamId: t.id({ required: true, description: 'The team.' }),
      displayName: t.string({
        description: 'The name to show in this team, of at most 256 characters. It cannot be null.',
      }),
      profileImageUrl: t.string({
        description: 'The image to show in this team, as a data URL in base64. It cannot be null.',
      }),
    }),
    check: (input) =>
      checkId(input.teamId, 'NOT_A_TEAM_MEMBER') ??
      checkNotNull(input, 'displayName', 'profileImageUrl') ??
      checkName(input, 'displayName') ??
      checkImage(input),
    send: ({ teamId, displayName, profileImageUrl }, send) =>
      send(
        updateMemberProfile(checkedId(teamId), {
          displayName: displayName ?? undefined,
          profileImageUrl: profileImageUrl ?? undefined,
        }),
      ),
    touches: () => ({ own: ['members', 'member-profile'] }),
    about: ({ teamId }, _value, { user }) => ({ target: user.id, team: teamId }),
    payload: (t) => ({
      profile: t.expose('value', {
        type: TeamMember,
        nullable: true,
        description: 'The caller in this team after the change.',
      }),
    }),
  });
}
