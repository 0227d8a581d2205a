import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MutationName } from '../../../src/core/mutation-names.ts';
import type { SettingsPatch } from '../../../src/emulator/settings.ts';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { answerOf, documentOf } from './proof.ts';
import { createWorld, type Role, type World } from './world.ts';

/** What cannot be done, and what it is answered with: `<code>`, or `<code> <field>`. */
interface Row {
  readonly what: string;
  readonly name: MutationName;
  readonly select: string;
  readonly input?: (world: World) => Readonly<Record<string, unknown>>;
  readonly by?: Role;
  readonly settings?: SettingsPatch;
  /** What the provider has been asked before. */
  readonly before?: (test: TestServer, world: World) => unknown;
  readonly answer: string;
  /** Calls that change something: 0 where the input is checked here. */
  readonly calls: number;
}

const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const CALLBACK = 'http://localhost:3000/callback';
const LONG = 'x'.repeat(257);
const TRANSACTIONAL = '7bb82d33-2f54-4a3d-9d23-82739e0d66ef';

const me = { name: 'updateMe', select: 'me { id }' } as const;
const create = { name: 'createTeam', select: 'team { id }' } as const;
const update = { name: 'updateTeam', select: 'team { id }' } as const;
const inTeam = { name: 'updateTeamProfile', select: 'profile { userId }' } as const;
const invite = { name: 'inviteToTeam', select: 'sent invitationId' } as const;
const accept = { name: 'acceptTeamInvitation', select: 'accepted' } as const;
const add = { name: 'addContactChannel', select: 'contactChannel { id }' } as const;
const change = { name: 'updateContactChannel', select: 'contactChannel { id }' } as const;
const verification = { name: 'sendContactChannelVerification', select: 'sent' } as const;
const verify = { name: 'verifyContactChannel', select: 'verified' } as const;
const newKey = { name: 'createApiKey', select: 'secret apiKey { id }' } as const;

const addressOf = ({ emulator: { control } }: TestServer, userId: string) =>
  control.findUser(userId)?.email ?? '';

const ROWS: readonly Row[] = [
  {
    ...me,
    what: 'an empty name',
    input: () => ({ displayName: '' }),
    answer: 'INVALID_INPUT displayName',
    calls: 0,
  },
  {
    ...me,
    what: 'a blank name',
    input: () => ({ displayName: ' \t' }),
    answer: 'INVALID_INPUT displayName',
    calls: 0,
  },
  {
    ...me,
    what: 'an over-long name',
    input: () => ({ displayName: LONG }),
    answer: 'INVALID_INPUT displayName',
    calls: 0,
  },
  ...['\0', 'a\ud800b', '\udc00'].flatMap((text): readonly Row[] => {
    const what = `what cannot be stored, ${JSON.stringify(text)}`;
    return [
      {
        ...me,
        what: `a name of ${what}`,
        input: () => ({ displayName: text }),
        answer: 'INVALID_INPUT displayName',
        calls: 0,
      },
      {
        ...me,
        what: `metadata with ${what}`,
        input: () => ({ clientMetadata: { list: [{ inner: text }] } }),
        answer: 'INVALID_INPUT clientMetadata',
        calls: 0,
      },
      {
        ...me,
        what: `metadata with a name of ${what}`,
        input: () => ({ clientMetadata: { [text]: true } }),
        answer: 'INVALID_INPUT clientMetadata',
        calls: 0,
      },
      {
        ...newKey,
        what: `a description of ${what}`,
        input: () => ({ description: text }),
        answer: 'INVALID_INPUT description',
        calls: 0,
      },
      {
        ...verify,
        what: `a code of ${what}`,
        input: () => ({ code: text }),
        answer: 'INVALID_INPUT code',
        calls: 0,
      },
      {
        ...accept,
        what: `a code of ${what}`,
        input: () => ({ code: text }),
        answer: 'INVALID_INPUT code',
        calls: 0,
      },
      {
        ...invite,
        what: `a URL of ${what}`,
        input: ({ team }) => ({
          teamId: team,
          email: 'x@example.test',
          callbackUrl: `http://localhost:3000/${text}`,
        }),
        answer: 'INVALID_INPUT callbackUrl',
        calls: 0,
      },
    ];
  }),
  {
    ...me,
    what: 'a name of any other characters',
    input: () => ({ displayName: '😀\u0001\u007f\ufeff', clientMetadata: { '😀': '\u0001' } }),
    answer: 'ok',
    calls: 1,
  },
  { ...me, what: 'the longest name', input: () => ({ displayName: LONG.slice(1) }), answer: 'ok', calls: 1 },
  {
    ...me,
    what: 'null, which clears',
    input: () => ({ displayName: null, profileImageUrl: null, clientMetadata: null, selectedTeamId: null }),
    answer: 'ok',
    calls: 1,
  },
  { ...me, what: 'nothing', input: () => ({}), answer: 'ok', calls: 1 },
  {
    ...me,
    what: 'the URL of an image',
    input: () => ({ profileImageUrl: 'https://x.example/a.png' }),
    answer: 'INVALID_INPUT profileImageUrl',
    calls: 0,
  },
  {
    ...me,
    what: 'an image of a kind that the provider does not take',
    input: () => ({ profileImageUrl: 'data:image/svg+xml;base64,AAAA' }),
    answer: 'INVALID_INPUT profileImageUrl',
    calls: 1,
  },
  { ...me, what: 'an image as data', input: () => ({ profileImageUrl: PNG }), answer: 'ok', calls: 1 },
  {
    ...me,
    what: 'a team of others',
    input: ({ otherTeam }) => ({ selectedTeamId: otherTeam }),
    answer: 'NOT_A_TEAM_MEMBER',
    calls: 1,
  },
  {
    what: 'in a project that does not permit it',
    name: 'deleteMe',
    select: 'deleted',
    settings: { clientUserDeletion: false },
    answer: 'FEATURE_DISABLED',
    calls: 1,
  },
  {
    what: 'the session of the token',
    name: 'revokeSession',
    select: 'revokedSessionId',
    input: () => ({ id: 'current session' }),
    answer: 'CANNOT_REVOKE_CURRENT_SESSION',
    calls: 1,
  },
  {
    ...create,
    what: 'in a project that does not permit it',
    input: () => ({ displayName: 'X' }),
    settings: { clientTeamCreation: false },
    answer: 'FEATURE_DISABLED',
    calls: 1,
  },
  {
    ...create,
    what: 'an empty name',
    input: () => ({ displayName: '' }),
    answer: 'INVALID_INPUT displayName',
    calls: 0,
  },
  {
    ...create,
    what: 'an over-long name',
    input: () => ({ displayName: LONG }),
    answer: 'INVALID_INPUT displayName',
    calls: 0,
  },
  {
    ...create,
    what: 'the URL of an image',
    input: () => ({ displayName: 'X', profileImageUrl: 'http://x.example/a.png' }),
    answer: 'INVALID_INPUT profileImageUrl',
    calls: 0,
  },
  {
    ...update,
    what: 'null as a name',
    input: ({ team }) => ({ id: team, displayName: null }),
    answer: 'INVALID_INPUT displayName',
    calls: 0,
  },
  {
    ...update,
    what: 'an empty name',
    input: ({ team }) => ({ id: team, displayName: '' }),
    answer: 'INVALID_INPUT displayName',
    calls: 0,
  },
  {
    ...update,
    what: 'null as image and metadata, which clears',
    input: ({ team }) => ({ id: team, profileImageUrl: null, clientMetadata: null }),
    answer: 'ok',
    calls: 1,
  },
  {
    ...inTeam,
    what: 'null as a name',
    input: ({ team }) => ({ teamId: team, displayName: null }),
    answer: 'INVALID_INPUT displayName',
    calls: 0,
  },
  {
    ...inTeam,
    what: 'null as an image',
    input: ({ team }) => ({ teamId: team, profileImageUrl: null }),
    answer: 'INVALID_INPUT profileImageUrl',
    calls: 0,
  },
  {
    ...inTeam,
    what: 'an image as data',
    input: ({ team }) => ({ teamId: team, profileImageUrl: PNG }),
    answer: 'ok',
    calls: 1,
  },
  {
    ...invite,
    what: 'no address',
    input: ({ team }) => ({ teamId: team, email: 'nobody', callbackUrl: CALLBACK }),
    answer: 'INVALID_INPUT email',
    calls: 0,
  },
  {
    ...invite,
    what: 'an address that only the provider refuses',
    input: ({ team }) => ({ teamId: team, email: 'a@b', callbackUrl: CALLBACK }),
    answer: 'INVALID_INPUT email',
    calls: 1,
  },
  {
    ...invite,
    what: 'a URL that the project does not trust',
    input: ({ team }) => ({ teamId: team, email: 'a@b.example', callbackUrl: 'https://evil.example' }),
    answer: 'REDIRECT_URL_NOT_TRUSTED',
    calls: 1,
  },
  {
    ...invite,
    what: 'no URL',
    input: ({ team }) => ({ teamId: team, email: 'a@b.example', callbackUrl: 'here' }),
    answer: 'INVALID_INPUT callbackUrl',
    calls: 1,
  },
  { ...accept, what: 'neither id nor code', input: () => ({}), answer: 'INVALID_INPUT', calls: 0 },
  {
    ...accept,
    what: 'null for both',
    input: () => ({ id: null, code: null }),
    answer: 'INVALID_INPUT',
    calls: 0,
  },
  {
    ...accept,
    what: 'id and code',
    input: ({ received: { id, code } }) => ({ id, code }),
    answer: 'INVALID_INPUT',
    calls: 0,
  },
  {
    ...accept,
    what: 'an invented code',
    input: () => ({ code: 'invented' }),
    answer: 'CODE_INVALID',
    calls: 1,
  },
  {
    ...accept,
    what: 'a code twice',
    input: ({ received: { code } }) => ({ code }),
    before: (test, { received }) => acceptBefore(test, received.code),
    answer: 'CODE_ALREADY_USED',
    calls: 1,
  },
  {
    ...accept,
    what: 'an invitation to another user',
    input: ({ invitation }) => ({ id: invitation }),
    answer: 'INVITATION_NOT_FOUND',
    calls: 1,
  },
  {
    ...accept,
    what: 'a code, by a restricted user, which does not use it up',
    by: 'restricted',
    input: ({ received: { code } }) => ({ code }),
    answer: 'INVITATION_NOT_FOR_RESTRICTED_USERS',
    calls: 0,
  },
  {
    ...accept,
    what: 'nothing, by a visitor',
    by: 'anonymous',
    input: () => ({}),
    answer: 'INVITATION_NOT_FOR_RESTRICTED_USERS',
    calls: 0,
  },
  {
    what: 'an invitation that was revoked',
    name: 'revokeTeamInvitation',
    select: 'revokedInvitationId',
    input: ({ team, received }) => ({ teamId: team, id: received.id }),
    answer: 'NOT_FOUND',
    calls: 0,
  },
  { ...add, what: 'no address', input: () => ({ value: 'nobody' }), answer: 'INVALID_INPUT value', calls: 0 },
  {
    ...add,
    what: 'null for a flag',
    input: () => ({ value: 'a@b.example', usedForAuth: null }),
    answer: 'INVALID_INPUT usedForAuth',
    calls: 0,
  },
  {
    ...add,
    what: 'an address of 10 KB',
    input: () => ({ value: `${'x'.repeat(10_240)}@b.example` }),
    answer: 'INVALID_INPUT value',
    calls: 0,
  },
  {
    ...add,
    what: 'an address that the user has',
    input: () => ({ value: 'own address' }),
    answer: 'EMAIL_ALREADY_ADDED',
    calls: 1,
  },
  {
    ...add,
    what: 'an address with which another user signs in',
    input: () => ({ value: "stranger's address", usedForAuth: true }),
    answer: 'EMAIL_IN_USE',
    calls: 1,
  },
  {
    ...change,
    what: 'null',
    input: ({ channel }) => ({ id: channel, isPrimary: null }),
    answer: 'INVALID_INPUT isPrimary',
    calls: 0,
  },
  {
    ...change,
    what: 'no address',
    input: ({ channel }) => ({ id: channel, value: '' }),
    answer: 'INVALID_INPUT value',
    calls: 0,
  },
  {
    ...change,
    what: 'an address with which another user signs in',
    input: ({ channel }) => ({ id: channel, value: "stranger's address", usedForAuth: true }),
    answer: 'EMAIL_IN_USE',
    calls: 1,
  },
  {
    ...change,
    what: 'an address that the caller has added already',
    input: ({ channel }) => ({ id: channel, value: 'own address' }),
    answer: 'EMAIL_ALREADY_ADDED',
    calls: 1,
  },
  ...[
    'javascript://localhost/%0aalert(1)',
    ' java\nscript://localhost/',
    'data:text/html,x',
    'file://localhost/etc',
  ].flatMap((callbackUrl): readonly Row[] => [
    {
      ...invite,
      what: `a link that leads to no page, ${callbackUrl}`,
      input: ({ team }) => ({ teamId: team, email: 'x@example.test', callbackUrl }),
      answer: 'REDIRECT_URL_NOT_TRUSTED',
      calls: 0,
    },
    {
      ...verification,
      what: `a link that leads to no page, ${callbackUrl}`,
      input: ({ channel }) => ({ id: channel, callbackUrl }),
      answer: 'REDIRECT_URL_NOT_TRUSTED',
      calls: 0,
    },
  ]),
  {
    ...verification,
    what: 'an address that is verified',
    input: () => ({ id: 'primary channel', callbackUrl: CALLBACK }),
    answer: 'EMAIL_ALREADY_VERIFIED',
    calls: 1,
  },
  {
    ...verification,
    what: 'a URL that the project does not trust',
    input: ({ channel }) => ({ id: channel, callbackUrl: 'https://evil.example' }),
    answer: 'REDIRECT_URL_NOT_TRUSTED',
    calls: 1,
  },
  {
    ...verification,
    what: 'no URL',
    input: ({ channel }) => ({ id: channel, callbackUrl: '' }),
    answer: 'INVALID_INPUT callbackUrl',
    calls: 1,
  },
  { ...verify, what: 'an invented code', input: () => ({ code: '' }), answer: 'CODE_INVALID', calls: 1 },
  {
    ...newKey,
    what: 'in a project without keys of users',
    input: () => ({ description: 'x' }),
    settings: { userApiKeys: false },
    answer: 'FEATURE_DISABLED',
    calls: 1,
  },
  {
    ...newKey,
    what: 'in a project without keys of teams',
    input: ({ team }) => ({ teamId: team, description: 'x' }),
    settings: { teamApiKeys: false },
    answer: 'FEATURE_DISABLED',
    calls: 1,
  },
  {
    what: 'in a project without keys',
    name: 'revokeApiKey',
    select: 'apiKey { id }',
    input: ({ userKey }) => ({ id: userKey }),
    settings: { userApiKeys: false },
    answer: 'FEATURE_DISABLED',
    calls: 0,
  },
  {
    what: 'a category that cannot be switched off',
    name: 'setNotificationPreference',
    select: 'preference { enabled }',
    input: () => ({ categoryId: TRANSACTIONAL, enabled: false }),
    answer: 'INVALID_INPUT enabled',
    calls: 0,
  },
  {
    what: 'such a category on',
    name: 'setNotificationPreference',
    select: 'preference { enabled }',
    input: () => ({ categoryId: TRANSACTIONAL, enabled: true }),
    answer: 'ok',
    calls: 1,
  },
  {
    what: 'an unknown category off',
    name: 'setNotificationPreference',
    select: 'preference { enabled }',
    input: ({ team }) => ({ categoryId: team, enabled: false }),
    answer: 'NOT_FOUND',
    calls: 0,
  },
];

async function acceptBefore(test: TestServer, code: string): Promise<void> {
  const { control, people } = test.emulator;
  const token = await control.mintToken({ userId: people.ada.id });
  const query =
    'mutation($input: AcceptTeamInvitationInput!) { acceptTeamInvitation(input: $input) { accepted } }';
  const { body } = await test.ask(query, { token, variables: { input: { code } } });
  expect(body.data.acceptTeamInvitation.accepted).toBe(true);
}

describe('what cannot be done is data', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer();
  });
  afterEach(() => {
    test.emulator.control.updateProject({
      clientTeamCreation: true,
      clientUserDeletion: true,
      userApiKeys: true,
      teamApiKeys: true,
    });
  });
  afterAll(() => test[Symbol.asyncDispose]());

  /** Words of the table that stand for what is known only when a world has been created. */
  function resolve(input: Readonly<Record<string, unknown>>, world: World, sessionId: string) {
    const { control } = test.emulator;
    const words: Readonly<Record<string, unknown>> = {
      'current session': sessionId,
      'own address': addressOf(test, world.users.owner).toUpperCase(),
      "stranger's address": addressOf(test, world.users.stranger),
      'primary channel': control.contactChannels(world.users.owner).find(({ isPrimary }) => isPrimary)?.id,
    };
    return Object.fromEntries(
      Object.entries(input).map(([name, value]) => [name, words[String(value)] ?? value]),
    );
  }

  it.each(ROWS)('$name, $what: $answer', async (row) => {
    const { control } = test.emulator;
    const world = await createWorld(test.emulator);
    const role = row.by ?? 'owner';
    const { accessToken, sessionId } = await control.signIn(
      world.users[role === 'no token' ? 'owner' : role],
    );
    await row.before?.(test, world);
    if (row.settings) control.updateProject(row.settings);
    const before = JSON.stringify(control.state());
    control.resetCalls();
    const input = row.input && resolve(row.input(world), world, sessionId);
    const { body } = await test.ask(documentOf({ ...row, ...(input && { input: () => input }) }), {
      token: accessToken,
      ...(input && { variables: { input } }),
    });
    const field = body.data?.[row.name]?.errors[0]?.field;
    expect([answerOf(body, row.name), ...(field ?? [])].join(' ')).toBe(row.answer);
    const changing = Object.entries(control.calls()).filter(([name]) => name.startsWith('change-'));
    expect(changing.reduce((sum, [, count]) => sum + count, 0)).toBe(row.calls);
    if (row.answer === 'ok') return;
    expect(JSON.stringify(control.state()), 'nothing has changed').toBe(before);
    // The provider's own words contain ids, paths and addresses.
    expect(body.data[row.name].errors[0].message).not.toMatch(/[\da-f]{8}-|\/|@|request/i);
  });
});
