import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MutationName } from '../../../src/core/mutation-names.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { answerOf, documentOf } from './proof.ts';
import { createWorld, removeSince, type World } from './world.ts';

/** A field that is an id: how the rest of the input is made, and what an id that leads nowhere is answered with. */
interface IdField {
  readonly name: MutationName;
  readonly field: string;
  readonly select: string;
  readonly rest?: (world: World) => Readonly<Record<string, unknown>>;
  /** For what is no UUID. */
  readonly malformed: string;
  /** For a UUID that belongs to nothing, where that is another answer. */
  readonly unknown?: string;
}

const CALLBACK = 'http://localhost:3000/callback';
const MEMBER = 'NOT_A_TEAM_MEMBER';

const ID_FIELDS: readonly IdField[] = [
  { name: 'updateMe', field: 'selectedTeamId', select: 'me { id }', malformed: MEMBER },
  { name: 'revokeSession', field: 'id', select: 'revokedSessionId', malformed: 'NOT_FOUND' },
  { name: 'updateTeam', field: 'id', select: 'team { id }', malformed: MEMBER },
  { name: 'deleteTeam', field: 'id', select: 'deletedTeamId', malformed: MEMBER },
  { name: 'leaveTeam', field: 'id', select: 'leftTeamId', malformed: MEMBER },
  {
    name: 'removeTeamMember',
    field: 'teamId',
    select: 'removedUserId',
    rest: ({ removable }) => ({ userId: removable }),
    malformed: MEMBER,
  },
  {
    name: 'removeTeamMember',
    field: 'userId',
    select: 'removedUserId',
    rest: ({ team }) => ({ teamId: team }),
    malformed: MEMBER,
  },
  {
    name: 'updateTeamProfile',
    field: 'teamId',
    select: 'profile { userId }',
    rest: () => ({ displayName: 'X' }),
    malformed: MEMBER,
  },
  {
    name: 'inviteToTeam',
    field: 'teamId',
    select: 'sent',
    rest: () => ({ email: 'x@example.test', callbackUrl: CALLBACK }),
    malformed: MEMBER,
  },
  {
    name: 'revokeTeamInvitation',
    field: 'teamId',
    select: 'revokedInvitationId',
    rest: ({ invitation }) => ({ id: invitation }),
    malformed: MEMBER,
  },
  {
    name: 'revokeTeamInvitation',
    field: 'id',
    select: 'revokedInvitationId',
    rest: ({ team }) => ({ teamId: team }),
    malformed: 'NOT_FOUND',
  },
  { name: 'acceptTeamInvitation', field: 'id', select: 'accepted', malformed: 'INVITATION_NOT_FOUND' },
  {
    name: 'updateContactChannel',
    field: 'id',
    select: 'contactChannel { id }',
    rest: () => ({ usedForAuth: true }),
    malformed: 'NOT_FOUND',
  },
  { name: 'removeContactChannel', field: 'id', select: 'removedContactChannelId', malformed: 'NOT_FOUND' },
  {
    name: 'sendContactChannelVerification',
    field: 'id',
    select: 'sent',
    rest: () => ({ callbackUrl: CALLBACK }),
    malformed: 'NOT_FOUND',
  },
  {
    name: 'createApiKey',
    field: 'teamId',
    select: 'secret',
    rest: () => ({ description: 'x' }),
    malformed: MEMBER,
    unknown: 'FORBIDDEN TEAM_PERMISSION_REQUIRED',
  },
  { name: 'revokeApiKey', field: 'id', select: 'apiKey { id }', malformed: 'NOT_FOUND' },
  {
    name: 'revokeApiKey',
    field: 'teamId',
    select: 'apiKey { id }',
    rest: ({ teamKey }) => ({ id: teamKey }),
    malformed: MEMBER,
    // The provider decides by the key alone, and the key is that of another team than the named one.
    unknown: 'decided by the key',
  },
  {
    name: 'setNotificationPreference',
    field: 'categoryId',
    select: 'preference { enabled }',
    rest: () => ({ enabled: true }),
    malformed: 'NOT_FOUND',
  },
];

/** Ids that are no UUID: paths, words that the provider gives a meaning, encodings, lengths. */
const malformed = (id: string): readonly string[] => [
  '',
  ' ',
  'me',
  'current',
  '.',
  '..',
  '../users/me',
  '..%2fusers%2fme',
  '/users/me',
  `${id}/`,
  `${id}/../..`,
  `../${id}`,
  `${id}?user_id=me`,
  `${id}#`,
  `${id} `,
  ` ${id}`,
  `${id}\n`,
  `${id}\u0000`,
  `${id},${id}`,
  `{${id}}`,
  `urn:uuid:${id}`,
  id.replaceAll('-', ''),
  id.replace(/^./, '\uff11'),
  id.slice(1),
  '\ud800',
  '*',
  '%',
  'null',
  '-1',
  'x'.repeat(10_240),
  id.repeat(300),
];

/** UUIDs of all versions, the nil and the largest one, that belong to nothing. */
const UNKNOWN = [
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d',
  '000003e8-cf3d-21ef-b300-325096b39f47',
  '9073926b-929f-31c2-abc9-fad77ae3e8eb',
  'cfbff0d1-9375-5685-968c-48ce8b15ae17',
  '1ec9414c-232a-6b00-b3c8-9e6bdeced846',
  '019079e0-7d5c-7d1e-a1b2-9e6bdeced846',
  'AD3E5F6A-0C2D-4E0B-9F6A-6B1B6C6E8A11',
];

describe('ids that lead nowhere', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer({ env: { RATE_LIMIT: '1000000' } });
  });
  afterAll(() => test[Symbol.asyncDispose]());

  /** Asks with each id as the owner. Returns the answers, the calls that changed something, and whether anything was changed. */
  async function ask(each: IdField, ids: (world: World) => readonly string[]) {
    const { control } = test.emulator;
    const empty = control.state();
    const world = await createWorld(test.emulator);
    const token = (await world.tokenOf('owner')) ?? '';
    const before = JSON.stringify(control.state());
    control.resetCalls();
    const answers = await Promise.all(
      ids(world).map(async (id) => {
        const input = { ...each.rest?.(world), [each.field]: id };
        const query = documentOf({ ...each, input: () => input });
        return answerOf((await test.ask(query, { token, variables: { input } })).body, each.name);
      }),
    );
    const { total, jwks } = control.calls();
    // Keys are fetched whenever their time has come.
    const calls = total - jwks;
    const isUnchanged = before === JSON.stringify(control.state());
    removeSince(test.emulator, empty);
    return { answers: [...new Set(answers)], asked: answers.length, calls, isUnchanged };
  }

  it.each(ID_FIELDS)('$name, $field: what is no UUID is answered without a call', async (each) => {
    const { answers, asked, calls, isUnchanged } = await ask(each, ({ team }) => malformed(team));
    expect({ answers, calls, isUnchanged }).toEqual({
      answers: [each.malformed],
      calls: 0,
      isUnchanged: true,
    });
    expect(asked).toBeGreaterThan(25);
  });

  it.each(ID_FIELDS.filter(({ unknown }) => unknown !== 'decided by the key'))(
    '$name, $field: a UUID of whatever kind that belongs to nothing changes nothing',
    async (each) => {
      const { answers, calls, isUnchanged } = await ask(each, () => UNKNOWN);
      expect({ answers, isUnchanged }).toEqual({
        answers: [each.unknown ?? each.malformed],
        isUnchanged: true,
      });
      expect(calls).toBeGreaterThanOrEqual(UNKNOWN.length);
    },
  );

  it.each(ID_FIELDS.filter(({ unknown }) => unknown !== 'decided by the key'))(
    '$name, $field: the id of a thing of another kind changes nothing',
    async (each) => {
      const { answers, isUnchanged } = await ask(each, ({ users, received }) => [
        users.stranger,
        received.team,
        users.stranger.toUpperCase(),
      ]);
      expect({ answers, isUnchanged }).toEqual({
        answers: [each.unknown ?? each.malformed],
        isUnchanged: true,
      });
    },
  );
});

describe('an id in upper case', () => {
  it('is the same as in lower case, and is answered in lower case', async () => {
    await using test = await startTestServer();
    const { control, people, teams } = test.emulator;
    const token = await control.mintToken({ userId: people.grace.id });
    const variables = { input: { id: teams.navy.id.toUpperCase() } };
    const query = 'mutation($input: DeleteTeamInput!) { deleteTeam(input: $input) { deletedTeamId } }';
    const { body } = await test.ask(query, { token, variables });
    expect(body.data).toEqual({ deleteTeam: { deletedTeamId: teams.navy.id } });
    expect(control.findTeam(teams.navy.id)).toBeUndefined();
  });
});
