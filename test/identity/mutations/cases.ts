// The table of the proof: every mutation, who may do it, and what then changes.
import type { MutationName } from '../../../src/core/mutation-names.ts';
import { ROLES, type Role, type World } from './world.ts';

/** What a role gets: `ok`, a code of `errors` in the payload, or the code and reason of a top-level error. */
export type Answer = 'ok' | string;

/** One mutation on one object. */
export interface Case {
  readonly name: MutationName;
  /** What is special, where a mutation has several cases. */
  readonly what?: string;
  /** The selection of the payload beside `errors`. */
  readonly select: string;
  readonly input?: (world: World, role: Role) => Readonly<Record<string, unknown>>;
  readonly answers: Readonly<Record<Role, Answer>>;
  /** What changes where the answer is `ok`: keys of the emulator's state. `new team` is a team that was not there. */
  readonly changes: (world: World, role: Role) => readonly string[];
}

const ANONYMOUS = 'FORBIDDEN ANONYMOUS_USER';
const RESTRICTED = 'FORBIDDEN RESTRICTED_USER';
const PERMISSION = 'FORBIDDEN TEAM_PERMISSION_REQUIRED';

/** The same answer for all but some, and never anything without a token. */
function answers(others: Answer, some: Partial<Record<Role, Answer>> = {}): Readonly<Record<Role, Answer>> {
  const entries = ROLES.map((role) => [role, some[role] ?? others]);
  return { ...Object.fromEntries(entries), 'no token': 'UNAUTHENTICATED MISSING_TOKEN' };
}

const forMembers = (some: Partial<Record<Role, Answer>> = {}) =>
  answers('ok', { anonymous: ANONYMOUS, restricted: RESTRICTED, ...some });
const forOwner = (others: Answer, some: Partial<Record<Role, Answer>> = {}) =>
  answers(others, { owner: 'ok', ...some });
const inTeam = (some: Partial<Record<Role, Answer>>) => forOwner('NOT_A_TEAM_MEMBER', some);

const own = ({ users }: World, role: Role) => [`user ${role === 'no token' ? '' : users[role]}`];
const ofOwner = ({ users }: World) => [`user ${users.owner}`];
const theTeam = ({ team }: World) => [`team ${team}`];
const nothing = () => [];

const CALLBACK = 'http://localhost:3000/callback';

export const CASES: readonly Case[] = [
  {
    name: 'updateMe',
    select: 'me { id displayName }',
    input: (_world, role) => ({ displayName: `New name of ${role}` }),
    answers: answers('ok'),
    changes: own,
  },
  {
    name: 'updateMe',
    what: 'the selected team',
    select: 'me { selectedTeam { id } }',
    input: ({ team }) => ({ selectedTeamId: team }),
    answers: inTeam({ member: 'ok', powerless: 'ok' }),
    changes: own,
  },
  {
    name: 'deleteMe',
    select: 'deleted',
    answers: forMembers(),
    changes: (world, role) =>
      role === 'stranger'
        ? [...own(world, role), `team ${world.otherTeam}`]
        : [...own(world, role), `team ${world.team}`],
  },
  { name: 'signOut', select: 'signedOut', answers: answers('ok'), changes: own },
  {
    name: 'revokeSession',
    select: 'revokedSessionId',
    input: ({ session }) => ({ id: session }),
    answers: forOwner('NOT_FOUND'),
    changes: ofOwner,
  },
  {
    name: 'createTeam',
    select: 'team { id displayName permissions }',
    input: () => ({ displayName: 'New team' }),
    answers: forMembers(),
    changes: () => ['new team'],
  },
  {
    name: 'updateTeam',
    select: 'team { displayName }',
    input: ({ team }) => ({ id: team, displayName: 'Renamed' }),
    answers: inTeam({ member: PERMISSION, powerless: PERMISSION }),
    changes: theTeam,
  },
  {
    name: 'deleteTeam',
    select: 'deletedTeamId',
    input: ({ team }) => ({ id: team }),
    answers: inTeam({ member: PERMISSION, powerless: PERMISSION }),
    changes: theTeam,
  },
  {
    name: 'leaveTeam',
    select: 'leftTeamId',
    input: ({ team }) => ({ id: team }),
    answers: inTeam({ member: 'ok', powerless: 'ok' }),
    changes: theTeam,
  },
  {
    name: 'removeTeamMember',
    select: 'removedUserId',
    input: ({ team, removable }) => ({ teamId: team, userId: removable }),
    answers: inTeam({ member: PERMISSION, powerless: PERMISSION }),
    changes: theTeam,
  },
  {
    name: 'updateTeamProfile',
    select: 'profile { displayName }',
    input: ({ team }, role) => ({ teamId: team, displayName: `${role} in the team` }),
    answers: inTeam({ member: 'ok', powerless: 'ok' }),
    changes: theTeam,
  },
  {
    name: 'inviteToTeam',
    select: 'sent invitationId',
    input: ({ team }) => ({ teamId: team, email: 'guest@example.test', callbackUrl: CALLBACK }),
    answers: inTeam({ member: 'ok', powerless: PERMISSION }),
    changes: theTeam,
  },
  {
    name: 'revokeTeamInvitation',
    select: 'revokedInvitationId',
    input: ({ team, invitation }) => ({ teamId: team, id: invitation }),
    answers: inTeam({ member: PERMISSION, powerless: PERMISSION }),
    changes: theTeam,
  },
  {
    name: 'revokeTeamInvitation',
    what: 'of a team, by way of another one',
    select: 'revokedInvitationId',
    input: ({ otherTeam, invitation }) => ({ teamId: otherTeam, id: invitation }),
    answers: answers('NOT_A_TEAM_MEMBER', { stranger: 'NOT_FOUND' }),
    changes: nothing,
  },
  {
    name: 'acceptTeamInvitation',
    what: 'by id',
    select: 'accepted',
    input: ({ received }) => ({ id: received.id }),
    answers: forOwner('INVITATION_NOT_FOUND', {
      anonymous: 'INVITATION_NOT_FOR_RESTRICTED_USERS',
      restricted: 'INVITATION_NOT_FOR_RESTRICTED_USERS',
    }),
    changes: ({ received }) => [`team ${received.team}`],
  },
  {
    name: 'acceptTeamInvitation',
    what: 'by code, which whoever has it may use',
    select: 'accepted',
    input: ({ received }) => ({ code: received.code }),
    answers: answers('ok', {
      anonymous: 'INVITATION_NOT_FOR_RESTRICTED_USERS',
      restricted: 'INVITATION_NOT_FOR_RESTRICTED_USERS',
    }),
    changes: ({ received }) => [`team ${received.team}`],
  },
  {
    name: 'addContactChannel',
    select: 'contactChannel { id value isVerified }',
    input: (_world, role) => ({ value: `${role}-third@example.test` }),
    answers: answers('ok'),
    changes: own,
  },
  {
    name: 'updateContactChannel',
    select: 'contactChannel { isPrimary }',
    input: ({ channel }) => ({ id: channel, isPrimary: true }),
    answers: forOwner('NOT_FOUND'),
    changes: ofOwner,
  },
  {
    name: 'removeContactChannel',
    select: 'removedContactChannelId',
    input: ({ channel }) => ({ id: channel }),
    answers: forOwner('NOT_FOUND'),
    changes: ofOwner,
  },
  {
    name: 'sendContactChannelVerification',
    select: 'sent',
    input: ({ channel }) => ({ id: channel, callbackUrl: CALLBACK }),
    answers: forOwner('NOT_FOUND'),
    changes: nothing,
  },
  {
    name: 'verifyContactChannel',
    what: 'with an invented code',
    select: 'verified',
    input: () => ({ code: 'x'.repeat(45) }),
    answers: answers('CODE_INVALID'),
    changes: nothing,
  },
  {
    name: 'createApiKey',
    select: 'secret apiKey { id lastFour }',
    input: () => ({ description: 'New key' }),
    answers: forMembers(),
    changes: own,
  },
  {
    name: 'createApiKey',
    what: 'for a team',
    select: 'secret apiKey { id }',
    input: ({ team }) => ({ teamId: team, description: 'New key' }),
    answers: forOwner(PERMISSION, { anonymous: ANONYMOUS, restricted: RESTRICTED }),
    changes: theTeam,
  },
  {
    name: 'revokeApiKey',
    select: 'apiKey { id revokedAt }',
    input: ({ userKey }) => ({ id: userKey }),
    answers: forOwner('NOT_FOUND'),
    changes: ofOwner,
  },
  {
    name: 'revokeApiKey',
    what: 'of a team',
    select: 'apiKey { id revokedAt }',
    input: ({ team, teamKey }) => ({ id: teamKey, teamId: team }),
    answers: forOwner('NOT_FOUND'),
    changes: theTeam,
  },
  {
    name: 'setNotificationPreference',
    select: 'preference { enabled }',
    input: () => ({ categoryId: '4f6f8873-3d04-46bd-8bef-18338b1a1b4c', enabled: false }),
    answers: answers('ok'),
    changes: own,
  },
];
