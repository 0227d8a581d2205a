import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../support/test-server.ts';
import { answerOf } from './proof.ts';

const REVOKE = `mutation ($teamId: ID, $id: ID!) {
  revokeApiKey(input: { teamId: $teamId, id: $id }) { apiKey { id } errors { code } }
}`;

describe('an API key of another owner than the one that is named', () => {
  let test: TestServer;
  beforeAll(async () => {
    test = await startTestServer();
  });
  beforeEach(() => test.emulator.control.heal());
  afterAll(() => test[Symbol.asyncDispose]());

  /** A user who may manage the keys of two teams, with a key of each owner. */
  async function createManager() {
    const { control } = test.emulator;
    const { id: userId } = control.createUser();
    const [one, two] = [
      control.createTeam({ displayName: 'One', creatorId: userId }).id,
      control.createTeam({ displayName: 'Two', creatorId: userId }).id,
    ];
    const keyOf = (type: 'user' | 'team', ownerId: string) =>
      control.createApiKey({ type, ownerId, description: 'Key' }).id;
    const token = await control.mintToken({ userId });
    control.resetCalls();
    const revoke = async (id: string, teamId?: string) => {
      const { body } = await test.ask(REVOKE, { token, variables: { id, teamId } });
      return answerOf(body, 'revokeApiKey');
    };
    return { one, two, own: keyOf('user', userId), ofOne: keyOf('team', one), revoke };
  }

  it('is not found and not revoked: a key of another team', async () => {
    const { two, one, ofOne, revoke } = await createManager();
    expect(await revoke(ofOne, two)).toBe('NOT_FOUND');
    expect(test.emulator.control.calls()['change-api-keys']).toBe(0);
    expect(await revoke(ofOne, one)).toBe('ok');
  });

  it('is not found and not revoked: a key of a team as one of the caller', async () => {
    const { ofOne, revoke } = await createManager();
    expect(await revoke(ofOne)).toBe('NOT_FOUND');
    expect(test.emulator.control.calls()['change-api-keys']).toBe(0);
  });

  it('is not found and not revoked: a key of the caller as one of a team', async () => {
    const { one, own, revoke } = await createManager();
    expect(await revoke(own, one)).toBe('NOT_FOUND');
    expect(test.emulator.control.calls()['change-api-keys']).toBe(0);
    expect(await revoke(own)).toBe('ok');
  });

  it('is not revoked while the keys cannot be read', async () => {
    const { one, ofOne, revoke } = await createManager();
    test.emulator.control.fail('api-keys', { kind: 'status', status: 500 });
    expect(await revoke(ofOne, one)).toBe('UPSTREAM_UNAVAILABLE');
    expect(test.emulator.control.calls()['change-api-keys']).toBe(0);
  });

  it('is revoked among more keys than are read', async () => {
    const { one, ofOne, revoke } = await createManager();
    for (let count = 0; count < 1_000; count += 1)
      test.emulator.control.createApiKey({ type: 'team', ownerId: one, description: 'Newer' });
    expect(await revoke(ofOne, one)).toBe('ok');
  });
});
