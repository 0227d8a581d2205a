// An app with a field behind each scope that reads cached copies, and one that shows users to others.
import { defineApp } from '#server';
import { PROJECT_RIGHT, TEAM_RIGHT } from './subjects.ts';

/** The app of the replicas. */
export function createModelApp() {
  const yes = { nullable: true, resolve: () => true } as const;
  return defineApp({
    schema: (builder) =>
      builder.queryFields((t) => ({
        member: t.boolean({
          ...yes,
          args: { teamId: t.arg.id({ required: true }) },
          authScopes: (_root, { teamId }) => ({ teamMember: String(teamId) }),
        }),
        teamRight: t.boolean({
          ...yes,
          args: { teamId: t.arg.id({ required: true }) },
          authScopes: (_root, { teamId }) => ({ teamPermission: { teamId: String(teamId), id: TEAM_RIGHT } }),
        }),
        projectRight: t.boolean({ ...yes, authScopes: { projectPermission: PROJECT_RIGHT } }),
        publicName: t.string({
          nullable: true,
          args: { id: t.arg.id({ required: true }) },
          resolve: async (_root, { id }, { loaders }) =>
            (await loaders.publicProfile.load(String(id)))?.displayName ?? null,
        }),
      })),
  });
}
