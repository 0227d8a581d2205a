import { describe, expect, it } from 'vitest';
import { startTestServer } from '../support/test-server.ts';

describe('me', () => {
  it('costs no profile call for what the token tells', async () => {
    await using test = await startTestServer();
    const { ada } = test.emulator.people;
    const token = await test.emulator.control.mintToken({ userId: ada.id });
    const { status, body } = await test.ask('{ me { id isAnonymous isRestricted } }', { token });
    expect(status).toBe(200);
    expect(body).toEqual({ data: { me: { id: ada.id, isAnonymous: false, isRestricted: false } } });
    expect(test.emulator.control.calls().profile).toBe(0);
  });
});
