import { describe, expect, it } from 'vitest';
import { startChild } from '../support/child.ts';
import { principalOf, settingsOf, startTestAuth } from '../support/test-auth.ts';

const UNKNOWN_PROJECT = '00000000-0000-4000-8000-000000000000';

describe('an address', () => {
  it('has a budget of failed verifications; without one none are counted', async () => {
    await using test = await startTestAuth();
    const attack = async (address: string | undefined) => {
      const codes = new Set<unknown>();
      for (let time = 0; time < 61; time += 1) {
        const forged = { 'x-stack-access-token': await test.mint('ada', { forged: true }) };
        await test.auth.authenticate(forged, { address }).catch(({ code }) => codes.add(code));
      }
      return codes;
    };
    expect(await attack(undefined)).toEqual(new Set(['UNAUTHENTICATED']));
    expect(await attack('2001:db8::1')).toEqual(new Set(['UNAUTHENTICATED', 'RATE_LIMITED']));
    const headers = await test.headersOf('ada');
    await expect(test.auth.authenticate(headers, { address: '2001:db8::2' })).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    });
    expect(await test.auth.authenticate(headers, { address: '203.0.113.7' })).toBeDefined();
    expect(await test.auth.authenticate(await test.headersOf('grace'))).toBeDefined();
  });
});

describe('health', () => {
  it('is ready once there are keys, and names what fails', async () => {
    await using test = await startTestAuth();
    const principal = await principalOf(test);
    expect(test.auth.health()).toEqual({ ready: true, degraded: [] });
    const headers = { 'x-stack-known-error': 'INVALID_SECRET_SERVER_KEY' };
    test.emulator.control.fail('profile', { kind: 'status', status: 401, headers });
    await test.auth.profile(principal).catch(() => {});
    expect(test.auth.health()).toEqual({ ready: true, degraded: ['provider-refuses-us'] });
  });

  it('is not ready while no keys can be had', async () => {
    await using test = await startTestAuth({ projectId: UNKNOWN_PROJECT });
    const token = await test.mint('ada', { claims: { aud: UNKNOWN_PROJECT } });
    await expect(test.auth.authenticate({ 'x-stack-access-token': token })).rejects.toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      reason: 'SERVER_ERROR',
      status: 503,
    });
    expect(test.auth.health()).toEqual({ ready: false, degraded: ['project-unknown'] });
  });
});

describe('close', () => {
  it('waits for running calls, may be called again, and ends what comes later', async () => {
    await using test = await startTestAuth({ profileCacheTtl: 0 });
    const principal = await principalOf(test);
    const gate = test.emulator.control.hold('profile');
    const running = test.auth.profile(principal);
    await gate.arrived(1);
    const closing = Promise.all([test.auth.close(), test.auth.close()]);
    gate.release();
    expect((await running).displayName).toBe('Ada Lovelace');
    await closing;
    expect(test.auth.health().ready).toBe(false);
    await expect(test.auth.profile(principal)).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    const again = await test.auth.authenticate({ 'x-stack-access-token': principal.token });
    expect(again?.user.id).toBe(principal.user.id);
  });
});

describe('a process that never closes its auth', () => {
  it('ends by itself once it has no work left', async () => {
    await using test = await startTestAuth();
    await using child = startChild('test/support/open-auth-process.ts', {
      SETTINGS: JSON.stringify(settingsOf(test.emulator)),
      TOKEN: await test.mint('ada'),
    });
    expect([await child.exited(), child.output()]).toEqual([0, 'Ada Lovelace\n']);
  });
});

describe('a logger that throws', () => {
  it('fails no request', async () => {
    const fail = () => {
      throw new Error('no disk');
    };
    await using test = await startTestAuth({
      projectId: UNKNOWN_PROJECT,
      logger: { info: fail, warn: fail, error: fail },
    });
    for (const _time of [1, 2])
      await expect(test.auth.authenticate(await test.headersOf('ada'))).rejects.toMatchObject({
        code: 'SERVICE_UNAVAILABLE',
      });
  });
});
