// Teams (contract, IDENTITY 2.2).
import { z } from 'zod';
import { bytesOfText } from '../core/bytes-of-text.ts';
import { LARGEST_BODY } from '../core/upstream.ts';
import { listed, type Metadata, metadata, text, url } from './bounded.ts';
import { path } from './path.ts';
import type { ProviderCall } from './send.ts';
import { type Uuid, uuid } from './uuid.ts';

/** A team, as its members may see it. */
export interface Team {
  readonly id: Uuid;
  readonly displayName: string;
  readonly profileImageUrl: string | undefined;
  readonly clientMetadata: Metadata | undefined;
  readonly clientReadOnlyMetadata: Metadata | undefined;
}

/** A change of a team. An absent field changes nothing. */
export interface TeamChange {
  readonly displayName?: string | undefined;
  /** base64 data alone: the provider refuses URLs. */
  readonly profileImageUrl?: string | null | undefined;
  readonly clientMetadata?: object | null | undefined;
}

/** Teams of one user. Further ones are left out. */
const MAX_TEAMS = 1_000;

/** A team in an answer of the provider, without what it tells to servers alone. */
export const teamSchema = z
  .object({
    id: uuid,
    display_name: text.transform((name) => name ?? ''),
    profile_image_url: url,
    client_metadata: metadata,
    client_read_only_metadata: metadata,
  })
  .transform(
    (team): Team => ({
      id: team.id,
      displayName: team.display_name,
      profileImageUrl: team.profile_image_url,
      clientMetadata: team.client_metadata,
      clientReadOnlyMetadata: team.client_read_only_metadata,
    }),
  );

const teamsSchema = listed(teamSchema, MAX_TEAMS);

/** The teams of the caller, the oldest first. */
export const listTeams: ProviderCall<readonly Team[]> = {
  name: 'teams',
  method: 'GET',
  path: path`/teams?user_id=me`,
  access: 'client',
  maxBody: LARGEST_BODY,
  parse: (body) => teamsSchema.parse(body),
};

/** Creates a team. The caller becomes its first member. */
export function createTeam(team: TeamChange & { readonly displayName: string }): ProviderCall<Team> {
  return {
    name: 'create-team',
    method: 'POST',
    path: path`/teams`,
    access: 'client',
    body: { ...bodyOf(team), creator_user_id: 'me' },
    parse: (body) => teamSchema.parse(body),
  };
}

/** Changes a team. The provider asks `$update_team`. */
export function updateTeam(id: Uuid, change: TeamChange): ProviderCall<Team> {
  return {
    name: 'update-team',
    method: 'PATCH',
    path: path`/teams/${id}`,
    access: 'client',
    body: bodyOf(change),
    parse: (body) => theSame(teamSchema.parse(body), id),
  };
}

/** Deletes a team. The provider asks `$delete_team`. */
export function deleteTeam(id: Uuid): ProviderCall<undefined> {
  return {
    name: 'delete-team',
    method: 'DELETE',
    path: path`/teams/${id}`,
    access: 'client',
    parse: () => undefined,
  };
}

/** The objects of a team without their texts, in bytes. */
const TEAM_BYTES = 120;

/** Estimates the memory that a team holds, in bytes. */
export function bytesOfTeam(team: Team): number {
  let bytes = TEAM_BYTES;
  for (const each of [team.id, team.displayName, team.profileImageUrl]) bytes += bytesOfText(each);
  for (const each of [team.clientMetadata, team.clientReadOnlyMetadata]) bytes += bytesOfText(each?.json);
  return bytes;
}

function bodyOf({ displayName, profileImageUrl, clientMetadata }: TeamChange) {
  return { display_name: displayName, profile_image_url: profileImageUrl, client_metadata: clientMetadata };
}

function theSame(team: Team, id: Uuid): Team {
  if (team.id !== id) throw new Error('The team is another one');
  return team;
}
