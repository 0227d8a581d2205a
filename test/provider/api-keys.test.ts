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

  it('are not there where the project has switched them off', async () => {
    test.emulator.control.updateProject({ userApiKeys: false, teamApiKeys: false });
    const owner = { teamId: idOf(test.emulator.teams.navy) };
    const ask = await test.as('grace');
    for (const call of [listApiKeys(OWN), listApiKeys(owner), createApiKey({ description: 'CI' })])
      expect(await ask<unknown>(call)).toMatchObject({ kind: 'rejected', code: 'FEATURE_DISABLED' });
    test.emulator.control.updateProject({ userApiKeys: true, teamApiKeys: true });
  });
});
