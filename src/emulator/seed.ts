// The users that every emulator starts with.
import type { EmulatedUser } from './user.ts';
import type { Users } from './users.ts';

/** The password of every seeded user that has one. For development only; it is not secret. */
export const DEVELOPMENT_PASSWORD = 'Correct-Horse-1';

/** The seeded users by first name; their e-mail address is `<first name>@example.test`. */
export interface People {
  /** Ordinary, verified, complete profile, also signs in with GitHub. */
  readonly ada: EmulatedUser;
  /** Ordinary, verified, complete profile, with a selected team. */
  readonly grace: EmulatedUser;
  /** Ordinary, e-mail address not verified. */
  readonly linus: EmulatedUser;
  /** Restricted because the e-mail address is not verified. */
  readonly radia: EmulatedUser;
  /** Restricted by an administrator. */
  readonly mallory: EmulatedUser;
  /** Anonymous: no name, no e-mail address, no password. */
  readonly guest: EmulatedUser;
}

/** Creates a few users of each kind in a project. */
export function seed(users: Users): People {
  const password = DEVELOPMENT_PASSWORD;
  return {
    ada: users.create({
      email: 'ada@example.test',
      displayName: 'Ada Lovelace',
      password,
      profileImageUrl: 'https://images.example.test/ada.png',
      oauthProviders: [{ id: 'github', accountId: '18151210', email: 'ada@example.test' }],
      clientMetadata: { theme: 'dark' },
      clientReadOnlyMetadata: { plan: 'pro' },
      serverMetadata: { crm: 42 },
      countryCode: 'GB',
    }),
    grace: users.create({
      email: 'grace@example.test',
      displayName: 'Grace Hopper',
      password,
      profileImageUrl: 'https://images.example.test/grace.png',
      selectedTeam: { id: '6fc0d580-48d1-4f83-aeb9-1f6f7578388d', displayName: 'Navy' },
      clientMetadata: { theme: 'light' },
      countryCode: 'US',
    }),
    linus: users.create({
      email: 'linus@example.test',
      emailVerified: false,
      displayName: 'Linus Torvalds',
      password,
    }),
    radia: users.create({
      kind: 'restricted',
      restrictedReason: 'email_not_verified',
      email: 'radia@example.test',
      displayName: 'Radia Perlman',
      password,
    }),
    mallory: users.create({
      kind: 'restricted',
      restrictedReason: 'restricted_by_administrator',
      restrictedByAdminReason: 'spam',
      restrictedByAdminPrivateDetails: 'rule 7',
      email: 'mallory@example.test',
      displayName: 'Mallory',
      password,
    }),
    guest: users.create({ kind: 'anonymous' }),
  };
}
