// Teams, as their members see them.
import { handleMaybePromise } from '@whatwg-node/promise-helpers';
import type { Builder, Ref } from '../graph/builder.ts';
import { eachOf, OF_TEAM } from '../graph/list-complexity.ts';
import type { ApiKey } from '../provider/api-keys.ts';
import type { TeamInvitation } from '../provider/invitations.ts';
import { notATeamMember } from '../provider/outcome-error.ts';
import type { TeamMember } from '../provider/team-members.ts';
import type { Team } from '../provider/teams.ts';
import { readUuid } from '../provider/uuid.ts';
import { readMetadata } from './metadata.ts';

/** The types that a team refers to. */
interface TeamRefs {
  readonly TeamMember: Ref<TeamMember>;
  readonly TeamInvitation: Ref<TeamInvitation>;
  readonly ApiKey: Ref<ApiKey>;
}

const ONE_FOR_ALL = 'One call for all teams of the request, cached.';
const ONE_FOR_EACH = 'One call for each team.';

/** Adds `Team` and `Query.team`. */
export function addTeam(builder: Builder, { TeamMember, TeamInvitation, ApiKey }: TeamRefs) {
  const TeamRef = builder.objectRef<Team>('Team').implement({
    description: 'A team that the caller is a member of.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'The team.' }),
      displayName: t.exposeString('displayName', { description: 'The name to show.' }),
      profileImageUrl: t.exposeString('profileImageUrl', {
        nullable: true,
        description: 'Where the image of the team is.',
      }),
      clientMetadata: t.field({
        type: 'JSONObject',
        nullable: true,
        description: 'What apps store with the team, for its members to read and change.',
        resolve: ({ clientMetadata }) => readMetadata(clientMetadata),
      }),
      clientReadOnlyMetadata: t.field({
        type: 'JSONObject',
        nullable: true,
        description: 'What servers store with the team, for its members to read.',
        resolve: ({ clientReadOnlyMetadata }) => readMetadata(clientReadOnlyMetadata),
      }),
      permissions: t.stringList({
        nullable: true,
        description: `The caller's permissions in this team, contained ones included, sorted. ${ONE_FOR_ALL}`,
        resolve: ({ id }, _args, { loaders }) => loaders.identity.permissionsIn(id),
      }),
      hasPermission: t.boolean({
        nullable: true,
        args: {
          id: t.arg.string({ required: true, description: 'The permission, such as `$update_team`.' }),
        },
        description: `Whether the caller has this permission in this team; false for an unknown one. ${ONE_FOR_ALL}`,
        resolve: (team, { id }, { loaders }) =>
          handleMaybePromise(
            () => loaders.identity.permissionsIn(team.id),
            (permissions) => permissions.includes(id),
          ),
      }),
      myProfile: t.field({
        type: TeamMember,
        nullable: true,
        description: `The caller as a member of this team. ${ONE_FOR_EACH} Cached.`,
        resolve: ({ id }, _args, { loaders }) => loaders.identity.memberProfile(id),
      }),
      members: t.field({
        type: [TeamMember],
        nullable: true,
        extensions: eachOf(OF_TEAM),
        description: `The members, the oldest first. ${ONE_FOR_EACH} Cached. The provider asks for \`$read_members\`.`,
        resolve: ({ id }, _args, { loaders }) => loaders.identity.members(id),
      }),
      invitations: t.field({
        type: [TeamInvitation],
        nullable: true,
        extensions: eachOf(OF_TEAM),
        description: `The open invitations to this team. ${ONE_FOR_EACH} The provider asks for \`$read_members\` and \`$invite_members\`.`,
        resolve: ({ id }, _args, { loaders }) => loaders.identity.sentInvitations(id),
      }),
      apiKeys: t.field({
        type: [ApiKey],
        nullable: true,
        extensions: eachOf(OF_TEAM),
        description: `The API keys of this team. ${ONE_FOR_EACH} The provider asks for \`$manage_api_keys\`.`,
        resolve: ({ id }, _args, { loaders }) => loaders.identity.apiKeys(id),
      }),
    }),
  });

  builder.queryField('team', (t) =>
    t.withAuth({ authenticated: true }).field({
      type: TeamRef,
      nullable: true,
      args: { id: t.arg.id({ required: true, description: 'The team.' }) },
      description:
        'A team of the caller. Null with `NOT_A_TEAM_MEMBER` for every other id, whether there is such a team or not. Needs: authenticated.',
      resolve: async (_root, { id }, { loaders }) => {
        const teamId = readUuid(id);
        const team = teamId && (await loaders.identity.team(teamId));
        if (!team) throw notATeamMember();
        return team;
      },
    }),
  );
  return TeamRef;
}
