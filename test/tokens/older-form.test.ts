import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MintOptions } from '../../src/emulator/mint.ts';
import { defineApp } from '../../src/server/app.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

// Tokens of 2025 for anonymous users: the audience of ordinary users, `role: "anon"`, and no `is_anonymous`.

const app = defineApp({
  schema: (builder) =>
    builder.queryFields((t) => ({
      forMembers: t.boolean({ nullable: true, authScopes: { member: true }, resolve: () => true }),
    })),
});

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer({ app, env: { PROFILE_CACHE_TTL: '0' } });
  test.emulator.control.updateUser(test.emulator.people.guest.id, { displayName: 'Visitor' });
});
afterAll(() => test[Symbol.asyncDispose]());
beforeEach(() => test.emulator.control.resetCalls());

const mint = (options: Omit<MintOptions, 'userId'> = {}, name: 'ada' | 'guest' = 'guest') =>
  test.emulator.control.mintToken({ userId: test.emulator.people[name].id, olderForm: true, ...options });

describe('an anonymous user with a token of the older form', () => {
  it('is anonymous and restricted, and has no session', async () => {
    const token = await mint();
    const { status, body } = await test.ask('{ me { id isAnonymous isRestricted } session { id } }', {
      token,
    });
    expect([status, body]).toEqual([
      200,
      {
        data: {
          me: { id: test.emulator.people.guest.id, isAnonymous: true, isRestricted: true },
          session: null,
        },
      },
    ]);
    expect(test.emulator.control.calls().profile).toBe(0);
  });

  it('is refused by a field for members, with the reason', async () => {
    const { body } = await test.ask('{ forMembers me { isAnonymous } }', { token: await mint() });
    expect(body).toMatchObject({
      data: { forMembers: null, me: { isAnonymous: true } },
      errors: [{ path: ['forMembers'], extensions: { code: 'FORBIDDEN', reason: 'ANONYMOUS_USER' } }],
    });
  });

  it('has a profile: the provider is asked to allow anonymous users', async () => {
    const { body } = await test.ask('{ me { displayName } }', { token: await mint() });
    expect(body).toEqual({ data: { me: { displayName: 'Visitor' } } });
    expect(test.emulator.control.calls().profile).toBe(1);
  });

  it('gains nothing by an is_restricted that is false', async () => {
    const token = await mint({ claims: { is_restricted: false, restricted_reason: null } });
    const { body } = await test.ask('{ forMembers me { isRestricted } }', { token });
    expect(body).toMatchObject({
      data: { forMembers: null, me: { isRestricted: true } },
      errors: [{ extensions: { reason: 'ANONYMOUS_USER' } }],
    });
  });
});

describe('a token that almost has the older form', () => {
  it('has a member where is_anonymous is false', async () => {
    const token = await mint({ claims: { is_anonymous: false } });
    const { body } = await test.ask('{ forMembers me { isAnonymous } session { id } }', { token });
    expect(body).toEqual({
      data: { forMembers: true, me: { isAnonymous: false }, session: { id: expect.any(String) } },
    });
  });

  it('has a member where the role is that of users who signed up', async () => {
    const { body } = await test.ask('{ forMembers }', { token: await mint({}, 'ada') });
    expect(body).toEqual({ data: { forMembers: true } });
  });

  it.each([
    ['is_anonymous is true', { claims: { is_anonymous: true } }],
    ['is_restricted is true', { claims: { is_restricted: true } }],
    ['the audience is that of restricted users', { class: 'restricted' }],
  ] as const)('is refused where %s', async (_what, options) => {
    const { status, body } = await test.ask('{ me { id } }', { token: await mint(options) });
    expect(status).toBe(401);
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'INVALID_TOKEN' });
  });
});
