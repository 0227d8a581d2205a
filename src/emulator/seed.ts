// The users and teams that every emulator starts with.
import type { Project } from './project.ts';
import { type Bytes, uuidOf } from './secrets.ts';
import { addMember, createTeam } from './team-changes.ts';
import type { EmulatedTeam } from './teams.ts';
import type { EmulatedUser } from './user.ts';

/** The password of every seeded user that has one. For development only; it is not secret. */
export const DEVELOPMENT_PASSWORD = 'Correct-Horse-1';

/** The seeded users by first name; their e-mail address is `<first name>@example.test`. */
export interface People {
  /** Ordinary, verified, complete profile, also signs in with GitHub; has the project permission `staff`. */
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

/** The seeded teams; their ids are the same at every start. */
export interface SeededTeams {
  /** Grace created it and has `team_admin`; Ada and Linus are members. */
  readonly navy: EmulatedTeam;
  /** Ada created it and has `team_admin`; Grace is a member. */
  readonly engines: EmulatedTeam;
}

const NAVY = '6fc0d580-48d1-4f83-aeb9-1f6f7578388d';
const ENGINES = '24e494af-d5e5-4dcd-818c-fd9f21b2ec64';

/** Creates a few users of each kind in a project, with teams and permissions. Ids of users are made from `bytes`. */
export function seed(
  project: Project,
  bytes: Bytes,
): { readonly people: People; readonly teams: SeededTeams } {
  const people = seedPeople(project, bytes);
  const teams = seedTeams(project, people);
  project.users.update(people.grace.id, { selectedTeam: teams.navy });
  const grace = project.users.find(people.grace.id) ?? people.grace;
  return { people: { ...people, grace }, teams };
}

function seedTeams(project: Project, { ada, grace, linus }: People): SeededTeams {
  const navy = createTeam(project, { id: NAVY, displayName: 'Navy', creatorId: grace.id });
  const engines = createTeam(project, { id: ENGINES, displayName: 'Analytical Engines', creatorId: ada.id });
  for (const { id } of [ada, linus]) addMember(project, { teamId: navy.id, userId: id });
  addMember(project, { teamId: engines.id, userId: grace.id });
  project.permissions.define({ id: 'beta', scope: 'project', description: 'Uses features in beta' });
  project.permissions.define({ id: 'staff', scope: 'project', contains: ['beta'] });
  project.permissions.define({
    id: 'see_budget',
    scope: 'team',
    description: 'Sees budgets in examples/boards',
  });
  project.permissions.grant({ teamId: null, userId: ada.id, permissionId: 'staff' });
  return { navy, engines };
}

function seedPeople({ users }: Project, bytes: Bytes): People {
  const password = DEVELOPMENT_PASSWORD;
  const idOf = (name: keyof People) => uuidOf(bytes(`user ${name}`, 16));
  return {
    ada: users.create({
      id: idOf('ada'),
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
      id: idOf('grace'),
      email: 'grace@example.test',
      displayName: 'Grace Hopper',
      password,
      profileImageUrl: 'https://images.example.test/grace.png',
      clientMetadata: { theme: 'light' },
      countryCode: 'US',
    }),
    linus: users.create({
      id: idOf('linus'),
      email: 'linus@example.test',
      emailVerified: false,
      displayName: 'Linus Torvalds',
      password,
    }),
    radia: users.create({
      id: idOf('radia'),
      kind: 'restricted',
      restrictedReason: 'email_not_verified',
      email: 'radia@example.test',
      displayName: 'Radia Perlman',
      password,
    }),
    mallory: users.create({
      id: idOf('mallory'),
      kind: 'restricted',
      restrictedReason: 'restricted_by_administrator',
      restrictedByAdminReason: 'spam',
      restrictedByAdminPrivateDetails: 'rule 7',
      email: 'mallory@example.test',
      displayName: 'Mallory',
      password,
    }),
    guest: users.create({ id: idOf('guest'), kind: 'anonymous' }),
  };
}
