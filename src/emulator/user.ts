// Users as tests create, change and read them.
import { z } from 'zod';
import { type Metadata, metadataSchema } from './metadata.ts';
import type { EmulatedTeam } from './teams.ts';

/** The three kinds of users of contract 1.2; each has an issuer, an audience and keys of its own. */
export type UserKind = 'ordinary' | 'restricted' | 'anonymous';

/** Why a user is restricted (contract 1.1, `restricted_reason.type`). */
export type RestrictedReason = 'anonymous' | 'email_not_verified' | 'restricted_by_administrator';

const fields = {
  kind: z.enum(['ordinary', 'restricted', 'anonymous']).exactOptional(),
  restrictedReason: z.enum(['email_not_verified', 'restricted_by_administrator']).exactOptional(),
  restrictedByAdminReason: z.string().nullable().exactOptional(),
  restrictedByAdminPrivateDetails: z.string().nullable().exactOptional(),
  email: z.string().nullable().exactOptional(),
  emailVerified: z.boolean().exactOptional(),
  displayName: z.string().nullable().exactOptional(),
  profileImageUrl: z.string().nullable().exactOptional(),
  password: z.string().nullable().exactOptional(),
  oauthProviders: z
    .array(z.strictObject({ id: z.string(), accountId: z.string(), email: z.string().nullable() }))
    .readonly()
    .exactOptional(),
  clientMetadata: metadataSchema.exactOptional(),
  clientReadOnlyMetadata: metadataSchema.exactOptional(),
  serverMetadata: metadataSchema.exactOptional(),
  /** A team that does not exist yet is created; the user becomes a member. */
  selectedTeam: z.object({ id: z.guid(), displayName: z.string() }).nullable().exactOptional(),
  countryCode: z.string().nullable().exactOptional(),
  requiresTotpMfa: z.boolean().exactOptional(),
  signedUpAt: z.number().int().exactOptional(),
  lastActiveAt: z.number().int().exactOptional(),
};

/** A new user. Without options: an ordinary user with a unique, verified e-mail address and no password. */
export const newUserSchema = z.strictObject({ id: z.guid().exactOptional(), ...fields });

/** Options of {@link newUserSchema}; times are milliseconds. */
export type NewUser = Readonly<z.infer<typeof newUserSchema>>;

/** A change of a user; absent fields keep their value. */
export const userPatchSchema = z.strictObject(fields);

/** A change that {@link userPatchSchema} accepts. */
export type UserPatch = Readonly<z.infer<typeof userPatchSchema>>;

/** An account of another service that the user signs in with. */
interface OAuthProvider {
  readonly id: string;
  readonly accountId: string;
  readonly email: string | null;
}

/** A snapshot of a user. Times are milliseconds. */
export interface EmulatedUser {
  readonly id: string;
  readonly kind: UserKind;
  readonly restrictedReason: RestrictedReason | null;
  readonly restrictedByAdmin: boolean;
  readonly restrictedByAdminReason: string | null;
  readonly restrictedByAdminPrivateDetails: string | null;
  readonly email: string | null;
  readonly emailVerified: boolean;
  /** Whether the user signs in with the e-mail address. */
  readonly emailUsedForAuth: boolean;
  readonly displayName: string | null;
  readonly profileImageUrl: string | null;
  readonly hasPassword: boolean;
  readonly oauthProviders: readonly OAuthProvider[];
  readonly clientMetadata: Metadata;
  readonly clientReadOnlyMetadata: Metadata;
  readonly serverMetadata: Metadata;
  readonly selectedTeam: EmulatedTeam | null;
  readonly countryCode: string | null;
  readonly requiresTotpMfa: boolean;
  readonly signedUpAt: number;
  readonly lastActiveAt: number;
}
