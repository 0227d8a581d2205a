// A project of the provider.
import { type ApiKeys, createApiKeys } from './api-keys.ts';
import { type ContactChannels, createContactChannels } from './contact-channels.ts';
import { createEmails, type Emails } from './emails.ts';
import { createKeyRing, type KeyRing } from './keys.ts';
import { createMemberships, type Memberships } from './memberships.ts';
import { createNotificationPreferences, type NotificationPreferences } from './notification-preferences.ts';
import { createPermissions, type Permissions } from './permissions.ts';
import type { Bytes } from './secrets.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { DEFAULT_SETTINGS, type Settings } from './settings.ts';
import { createTeams, type Teams } from './teams.ts';
import { createUsers, type Users } from './users.ts';
import { createVerificationCodes, type VerificationCodes } from './verification-codes.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

/** An invitation to a team. */
interface Invitation {
  readonly teamId: string;
  readonly email: string;
}

/** The verification of an address of a user. */
interface ChannelVerification {
  readonly userId: string;
  readonly channelId: string;
  readonly value: string;
}

/** A project: API keys, signing keys, settings, users, teams and what belongs to them. */
export interface Project {
  readonly id: string;
  readonly displayName: string;
  readonly publishableClientKey: string;
  readonly secretServerKey: string;
  readonly superSecretAdminKey: string;
  readonly keys: KeyRing;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly teams: Teams;
  readonly memberships: Memberships;
  readonly permissions: Permissions;
  readonly contactChannels: ContactChannels;
  readonly invitations: VerificationCodes<Invitation>;
  readonly channelVerifications: VerificationCodes<ChannelVerification>;
  readonly apiKeys: ApiKeys;
  readonly notificationPreferences: NotificationPreferences;
  readonly emails: Emails;
  readonly webhooks: Webhooks;
  settings: Settings;
}

/** Creates a project without users. Its API keys and signing keys are made from `bytes`. */
export async function createProject(options: {
  readonly id: string;
  readonly displayName: string;
  readonly now: () => number;
  readonly bytes: Bytes;
}): Promise<Project> {
  const { id, displayName, now } = options;
  const bytes: Bytes = (name, length) => options.bytes(`${id} ${name}`, length);
  const contactChannels = createContactChannels();
  const teams = createTeams(now);
  const project: Project = {
    id,
    displayName,
    publishableClientKey: projectKeyOf('pck', bytes),
    secretServerKey: projectKeyOf('ssk', bytes),
    superSecretAdminKey: projectKeyOf('sak', bytes),
    keys: await createKeyRing(bytes),
    users: createUsers({
      now,
      contactChannels,
      findTeam: teams.find,
      requiresEmailVerification: () => project.settings.requireEmailVerification,
    }),
    sessions: createSessions(now),
    teams,
    memberships: createMemberships(),
    permissions: createPermissions(),
    contactChannels,
    invitations: createVerificationCodes(now),
    channelVerifications: createVerificationCodes(now),
    apiKeys: createApiKeys(now),
    notificationPreferences: createNotificationPreferences(),
    emails: createEmails(now),
    webhooks: createWebhooks(now, bytes('webhooks', 24)),
    settings: DEFAULT_SETTINGS,
  };
  return project;
}

function projectKeyOf(prefix: 'pck' | 'ssk' | 'sak', bytes: Bytes): string {
  return `${prefix}_${bytes(prefix, 24).toString('base64url')}`;
}
