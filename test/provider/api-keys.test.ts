import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, listApiKeys, revokeApiKey } from '../../src/provider/api-keys.ts';
import { type AskedProvider, idOf, okOf, startAskedProvider } from '../support/ask-provider.ts';

const OWN = {};
const LATER = new Date('2030-01-01T00:00:00Z');

let test: AskedProvider;
beforeAll(async () => {
  test = await startAskedProvider();
});
afterAll(() => test[Symbol.asyncDispose]());

describe('API keys', () => {
  it('of the caller are created with a secret that no list tells, and revoked', async () => {
    const ask = await test.as('ada');
    const created = await okOf(ask(createApiKey({ description: 'CI', expiresAt: LATER })));
    expect(created.secret).toMatch(/^sk_/);
    expect(created.apiKey).toStrictEqual({
      id: expect.any(String),
      description: 'CI',
      createdAt: expect.any(Date),
      expiresAt: LATER,
      revokedAt: undefined,
      lastFour: created.secret.slice(-4),
    });
    const listed = await okOf(ask(listApiKeys(OWN)));
    expect(listed).toStrictEqual([created.apiKey]);
    const revoked = await okOf(ask(revokeApiKey(created.apiKey.id, OWN)));
    expect(revoked).toStrictEqual({ ...created.apiKey, revokedAt: expect.any(Date) });
  });

  it('of a team are for members with the permission', async () => {
    const { navy } = test.emulator.teams;
    const owner = { teamId: idOf(navy) };
    const [grace, ada] = [await test.as('grace'), await test.as('ada')];
    const { apiKey } = await okOf(grace(createApiKey({ ...owner, description: 'Deploy' })));
    expect(apiKey.expiresAt).toBeUndefined();
    expect(await okOf(grace(listApiKeys(owner)))).toStrictEqual([apiKey]);
    const lacking = { kind: 'forbidden', reason: 'TEAM_PERMISSION_REQUIRED' };
    expect(await ada(listApiKeys(owner))).toEqual(lacking);
    expect(await ada(createApiKey({ ...owner, description: 'Mine' }))).toEqual(lacking);
    expect(await ada(revokeApiKey(apiKey.id, owner))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await okOf(grace(revokeApiKey(apiKey.id, owner)))).toMatchObject({ id: apiKey.id });
  });

  it('of others do not exist for the caller', async () => {
    const { apiKey } = await okOf((await test.as('grace'))(createApiKey({ description: 'Mine' })));
    expect(await (await test.as('ada'))(revokeApiKey(apiKey.id, OWN))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it.each([
    ['before 1970', '1960-01-01T00:00:00.000Z'],
    ['in the first year', '0000-01-01T00:00:00.000Z'],
    ['before the first year', '0000-01-01T00:00:00.000+14:00', '0000-01-01T00:00:00.000Z'],
    ['in the last year', '9999-12-31T23:59:59.999Z'],
    ['after the last year', '9999-12-31T23:59:59.999-12:00', '9999-12-31T23:59:59.999Z'],
  ])('may expire %s: the secret is told and the list can be read', async (_when, given, shown = given) => {
    const ask = await test.as({ id: test.emulator.control.createUser().id });
    const { apiKey, secret } = await okOf(
      ask(createApiKey({ description: 'x', expiresAt: new Date(given) })),
    );
    expect(secret).toMatch(/^sk_/);
    expect(apiKey.expiresAt?.toISOString()).toBe(shown);
    expect(await okOf(ask(listApiKeys(OWN)))).toStrictEqual([apiKey]);
    expect(await okOf(ask(revokeApiKey(apiKey.id, OWN)))).toMatchObject({ expiresAt: apiKey.expiresAt });
  });

  it.each([-1e300, -8.64e15, -1.5, 0, 1e15, 1e300])(
    'of a team can be read where a member has set an expiry of %d at the provider',
    async (expiresAt) => {
      const { control, people } = test.emulator;
      const team = control.createTeam({ displayName: 'Keys', creatorId: people.ada.id });
      control.createApiKey({ type: 'team', ownerId: team.id, description: 'odd', expiresAt });
      control.createApiKey({ type: 'team', ownerId: team.id, description: 'ordinary' });
      const listed = await okOf((await test.as('ada'))(listApiKeys({ teamId: idOf(team) })));
      expect(listed.map(({ description }) => description)).toEqual(['ordinary', 'odd']);
      expect(listed[1]?.expiresAt?.toISOString()).toMatch(/^\d{4}-/);
    },
  );

  it('are not there where the project has switched them off', async () => {
    test.emulator.control.updateProject({ userApiKeys: false, teamApiKeys: false });
    const owner = { teamId: idOf(test.emulator.teams.navy) };
    const ask = await test.as('grace');
    for (const call of [listApiKeys(OWN), listApiKeys(owner), createApiKey({ description: 'CI' })])
      expect(await ask<unknown>(call)).toMatchObject({ kind: 'rejected', code: 'FEATURE_DISABLED' });
    test.emulator.control.updateProject({ userApiKeys: true, teamApiKeys: true });
  });
});
