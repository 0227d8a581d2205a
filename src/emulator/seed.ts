import type { EmulatedUser } from './user.ts';
import type { Users } from './users.ts';

/** The password of every seeded person who has one. For development only, and no secret. */
export const DEVELOPMENT_PASSWORD = 'Correct-Horse-1';

/** The people that every emulator starts with, by first name; their e-mail is `<first name>@example.test`. */
export interface People {
  /** Ordinary, verified, full profile, signs in with GitHub as well. */
  readonly ada: EmulatedUser;
  /** Ordinary, verified, full profile, a team selected. */
  readonly grace: EmulatedUser;
  /** Ordinary, e-mail not verified. */
  readonly linus: EmulatedUser;
  /** Restricted, because the e-mail is not verified. */
  readonly radia: EmulatedUser;
  /** Restricted by an administrator. */
  readonly mallory: EmulatedUser;
  /** Anonymous: no name, no e-mail, no password. */
  readonly guest: EmulatedUser;
}

/** Puts a few people of each kind into a project. */
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
