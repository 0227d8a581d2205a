import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Principal } from '../../src/library/auth/types.ts';
import { principalOf, startTestAuth } from '../support/test-auth.ts';

describe('a principal', () => {
  it('has the token and the claims of its user, and cannot be changed', async () => {
    await using test = await startTestAuth();
    const token = await test.mint('ada');
    const principal = await test.auth.authenticate({ authorization: `Bearer ${token}` });
    expect(principal?.token).toBe(token);
    expect(principal?.user).toMatchObject({ id: test.emulator.people.ada.id, isAnonymous: false });
    expect(Object.isFrozen(principal) && Object.isFrozen(principal?.user)).toBe(true);
  });

  it('shows no token where it is printed', async () => {
    await using test = await startTestAuth();
    const principal = await principalOf(test);
    for (const text of [inspect(principal, { depth: 9 }), JSON.stringify(principal)]) {
      expect(text).toContain(principal.user.id);
      expect(text).not.toContain(principal.token.slice(-20));
    }
  });

  it.each<[string, (principal: Principal) => unknown]>([
    ['written by hand', ({ token, user }) => ({ token, user })],
    ['with the id of another user', ({ token, user }) => ({ token, user: { ...user, id: 'another' } })],
    ['that inherits from one', (principal) => Object.create(principal)],
    ['that is missing', () => undefined],
  ])('%s is refused, though a profile is cached', async (_what, forge) => {
    await using test = await startTestAuth();
    const principal = await principalOf(test);
    await test.auth.profile(principal);
    const forged = forge(principal) as Principal;
    await expect(test.auth.profile(forged)).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    expect(test.emulator.control.calls().profile).toBe(1);
  });

  it('of another auth is refused: two projects in one process share nothing', async () => {
    await using one = await startTestAuth();
    await using other = await startTestAuth();
    const principal = await principalOf(one);
    await expect(other.auth.profile(principal)).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
    expect(other.emulator.control.calls().profile).toBe(0);
    await expect(other.auth.authenticate(await one.headersOf('ada'))).rejects.toMatchObject({
      reason: 'INVALID_TOKEN',
    });
  });
});
