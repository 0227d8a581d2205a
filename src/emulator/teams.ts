// The teams of a project.
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type Metadata, metadataSchema } from './metadata.ts';

const fields = {
  profileImageUrl: z.string().nullable().exactOptional(),
  clientMetadata: metadataSchema.exactOptional(),
  clientReadOnlyMetadata: metadataSchema.exactOptional(),
  serverMetadata: metadataSchema.exactOptional(),
};

/** A new team; without an id it gets a random one. */
export const newTeamSchema = z.strictObject({
  id: z.guid().exactOptional(),
  displayName: z.string(),
  ...fields,
});

/** Options of {@link newTeamSchema}. */
export type NewTeam = Readonly<z.infer<typeof newTeamSchema>>;

/** A change of a team; absent fields keep their value. */
export const teamPatchSchema = z.strictObject({ displayName: z.string().exactOptional(), ...fields });

/** A change that {@link teamPatchSchema} accepts. */
export type TeamPatch = Readonly<z.infer<typeof teamPatchSchema>>;

/** A snapshot of a team; `createdAt` is milliseconds. */
export interface EmulatedTeam {
  readonly id: string;
  readonly displayName: string;
  readonly profileImageUrl: string | null;
  readonly clientMetadata: Metadata;
  readonly clientReadOnlyMetadata: Metadata;
  readonly serverMetadata: Metadata;
  readonly createdAt: number;
}

/** The teams of one project. */
export interface Teams {
  create(options: NewTeam): EmulatedTeam;
  /** Throws when the team does not exist. */
  update(id: string, patch: TeamPatch): EmulatedTeam;
  delete(id: string): boolean;
  find(id: string): EmulatedTeam | undefined;
  /** The oldest first. */
  all(): readonly EmulatedTeam[];
}

/** Creates an empty set of teams. */
export function createTeams(now: () => number): Teams {
  const teams = new Map<string, EmulatedTeam>();
  return {
    create(options) {
      const team = {
        id: randomUUID(),
        profileImageUrl: null,
        clientMetadata: null,
        clientReadOnlyMetadata: null,
        serverMetadata: null,
        createdAt: now(),
        ...options,
      };
      if (teams.has(team.id)) throw new Error(`Team ${team.id} already exists`);
      teams.set(team.id, team);
      return team;
    },
    update(id, patch) {
      const team = teams.get(id);
      if (!team) throw new Error(`There is no team ${id}`);
      const changed = { ...team, ...patch };
      teams.set(id, changed);
      return changed;
    },
    delete: (id) => teams.delete(id),
    find: (id) => teams.get(id),
    all: () => [...teams.values()],
  };
}

/** A team as access types `server` and `admin` read it. */
export function readTeamAsServer(team: EmulatedTeam) {
  return {
    ...readTeamAsClient(team),
    created_at_millis: team.createdAt,
    server_metadata: team.serverMetadata,
  };
}

/** A team as access type `client` reads it. */
export function readTeamAsClient(team: EmulatedTeam) {
  return {
    id: team.id,
    display_name: team.displayName,
    profile_image_url: team.profileImageUrl,
    client_metadata: team.clientMetadata,
    client_read_only_metadata: team.clientReadOnlyMetadata,
  };
}
