import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listSessions, revokeSession, signOut } from '../../src/provider/sessions.ts';
import { type AskedProvider, idOf, okOf, startAskedProvider } from '../support/ask-provider.ts';

let test: AskedProvider;
beforeAll(async () => {
  test = await startAskedProvider();
});
afterAll(() => test[Symbol.asyncDispose]());

describe('sessions', () => {
  it('are those of the caller, with the one of the token marked, and without those of support', async () => {
    const { control } = test.emulator;
    const user = control.createUser();
    const old = await control.signIn(user.id);
    const current = await control.signIn(user.id, { agentName: 'Firefox' });
    await control.signIn(user.id, { isImpersonation: true });
    await control.signIn(test.emulator.people.grace.id);
    const sessions = await okOf((await test.as(user, current.sessionId))(listSessions));
    expect(sessions).toHaveLength(2);
    expect(sessions).toEqual(
      expect.arrayContaining([
        {
          id: old.sessionId,
          createdAt: expect.any(Date),
          lastUsedAt: expect.any(Date),
          isCurrent: false,
          agentName: undefined,
        },
        expect.objectContaining({ id: current.sessionId, isCurrent: true, agentName: 'Firefox' }),
      ]),
    );
  });

  it('are revoked one by one, but for the one of the token and those of others', async () => {
    const { control, people } = test.emulator;
    const [current, other] = [await control.signIn(people.ada.id), await control.signIn(people.ada.id)];
    const foreign = await control.signIn(people.grace.id);
    const ask = await test.as('ada', current.sessionId);
    const revoke = ({ sessionId }: { readonly sessionId: string }) =>
      ask(revokeSession(idOf({ id: sessionId })));
    expect(await revoke(other)).toEqual({ kind: 'ok', value: undefined });
    expect(await revoke(other)).toMatchObject({ kind: 'rejected', code: 'NOT_FOUND' });
    expect(await revoke(foreign)).toMatchObject({ kind: 'rejected', code: 'NOT_FOUND' });
    expect(await revoke(current)).toMatchObject({ kind: 'rejected', code: 'CANNOT_REVOKE_CURRENT_SESSION' });
    const left = await okOf((await test.as('grace', foreign.sessionId))(listSessions));
    expect(left.map(({ id }) => id)).toContain(foreign.sessionId);
  });

  it('end by signing out; the provider fails where one has ended before', async () => {
    const { control, people } = test.emulator;
    const { sessionId } = await control.signIn(people.linus.id);
    const ask = await test.as('linus', sessionId);
    expect(await ask(signOut)).toEqual({ kind: 'ok', value: undefined });
    expect(await okOf(ask(listSessions))).toEqual([]);
    expect(await ask(signOut)).toMatchObject({ kind: 'unavailable' });
  });
});
