// How values of each kind are stored as JSON, and read again. The text may be of another version, or no copy at all.
import { z } from 'zod';
import type { ContactChannel } from '../contact-channels.ts';
import type { NotificationPreference } from '../notification-preferences.ts';
import type { Permissions, TeamPermissions } from '../permissions.ts';
import type { Profile } from '../profile.ts';
import type { PublicProfile } from '../public-profile.ts';
import type { TeamMember } from '../team-members.ts';
import type { Team } from '../teams.ts';
import { uuid } from '../uuid.ts';

/** The stored form of a kind. Methods, so that a form of any values is one of `unknown`. */
export interface StoredForm<T> {
  /** What `JSON.stringify` takes. */
  toJson(value: T): unknown;
  /** Throws where it is no value of the kind. */
  fromJson(json: unknown): T;
}

/** A value that is stored as it is. `undefined` is stored as null, so that every object has all of its fields. */
function plain<T>(schema: z.ZodType<T>): StoredForm<T> {
  return { toJson: (value) => value, fromJson: (json) => schema.parse(json) };
}

const optional = <T extends z.ZodType>(schema: T) =>
  schema.nullable().transform((value) => value ?? undefined);
const text = z.string();
const date = z.iso.datetime().transform((value) => new Date(value));
const metadata = optional(z.object({ json: optional(text) }));

const team: z.ZodType<Team> = z.object({
  id: uuid,
  displayName: text,
  profileImageUrl: optional(text),
  clientMetadata: metadata,
  clientReadOnlyMetadata: metadata,
});

const member: z.ZodType<TeamMember> = z.object({
  teamId: uuid,
  userId: uuid,
  displayName: optional(text),
  profileImageUrl: optional(text),
});

export const PROFILE_FORM = plain<Profile>(
  z.object({
    id: text,
    displayName: optional(text),
    email: optional(text),
    emailVerified: z.boolean(),
    profileImageUrl: optional(text),
    signedUpAt: date,
    lastActiveAt: date,
    hasPassword: z.boolean(),
    oauthProviders: z.array(z.object({ id: text, accountId: text, email: optional(text) })),
    clientMetadata: metadata,
    clientReadOnlyMetadata: metadata,
    selectedTeam: optional(team),
  }),
);

export const TEAMS_FORM = plain<readonly Team[]>(z.array(team));

export const PERMISSIONS_FORM = plain<Permissions>(z.array(text));

const permissionsByTeam = z.array(z.tuple([text, z.array(text)]));

export const TEAM_PERMISSIONS_FORM: StoredForm<TeamPermissions> = {
  toJson: (permissions) => [...permissions],
  fromJson: (json) => new Map(permissionsByTeam.parse(json)),
};

export const CHANNELS_FORM = plain<readonly ContactChannel[]>(
  z.array(
    z.object({
      id: uuid,
      type: z.literal('EMAIL'),
      value: text,
      isPrimary: z.boolean(),
      isVerified: z.boolean(),
      usedForAuth: z.boolean(),
    }),
  ),
);

export const PREFERENCES_FORM = plain<readonly NotificationPreference[]>(
  z.array(z.object({ categoryId: uuid, categoryName: text, enabled: z.boolean(), canDisable: z.boolean() })),
);

export const MEMBERS_FORM = plain<readonly TeamMember[]>(z.array(member));

export const MEMBER_FORM = plain<TeamMember>(member);

export const PUBLIC_PROFILE_FORM = plain<PublicProfile | null>(
  z.object({ id: uuid, displayName: optional(text), profileImageUrl: optional(text) }).nullable(),
);
