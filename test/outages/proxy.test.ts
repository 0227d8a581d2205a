import { describe, expect, it } from 'vitest';
import { examine } from '../../src/cli/doctor/examine.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { settingsOf, startTestServer } from '../support/test-server.ts';

describe('a server behind a proxy', () => {
  it('fetches keys and profiles through it, and logs no password', async () => {
    await using emulator = await startDisposable();
    await using proxy = await startConnectProxy({ to: Number(new URL(emulator.url).port) });
    const env = { ...settingsOf(emulator), HTTP_PROXY: proxy.url.replace('//', '//team:s3cret@') };
    await using test = await startTestServer({ env });
    const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    const { body } = await test.ask('{ me { displayName } }', { token });
    expect(body).toEqual({ data: { me: { displayName: 'Ada Lovelace' } } });
    expect(proxy.asked.length).toBeGreaterThanOrEqual(2);
    expect(test.emulator.control.calls().total).toBe(0);
    expect(test.logged.join('')).not.toMatch(/s3cret|czNjcmV0/);
  });

  it('is examined through it by the doctor', async () => {
    await using emulator = await startDisposable();
    await using proxy = await startConnectProxy({ to: Number(new URL(emulator.url).port) });
    const env = { ...settingsOf(emulator), HTTP_PROXY: proxy.url.replace('//', '//team:s3cret@') };
    const findings = await examine({ env, origin: undefined, readToken: async () => '' });
    expect(findings.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['KEYS_GOOD', 'SECRET_KEY_GOOD']),
    );
    expect(proxy.asked.length).toBeGreaterThanOrEqual(2);
    expect(JSON.stringify(findings)).not.toContain('s3cret');
  });
});

/** An emulator beside that of the test server, which stays unused. */
async function startDisposable() {
  const emulator = await startEmulator();
  return Object.assign(emulator, { [Symbol.asyncDispose]: () => emulator.close() });
}
