import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/emulator/fault.ts';
import { CallBudget } from '../../../src/provider/call-budget.ts';
import { path } from '../../../src/provider/path.ts';
import { profileCall } from '../../../src/provider/profile.ts';
import { withRetry } from '../../../src/provider/resilience/retry.ts';
import type { CallerRequest, Send } from '../../../src/provider/send.ts';
import { startTestClient, type TestClientOptions } from '../../support/test-client.ts';

/** Asks for Ada's profile with a second attempt. `between` is called when an attempt has ended. */
async function startRetrying({
  pause = 1,
  between,
  ...options
}: TestClientOptions & { readonly pause?: number; readonly between?: () => void } = {}) {
  const test = await startTestClient(options);
  let attempts = 0;
  const counting: Send = async (call, signal) => {
    attempts += 1;
    const outcome = await test.send(call, signal);
    between?.();
    return outcome;
  };
  const sendTwice = withRetry(counting, { pause });
  const request = await test.requestOf('ada');
  const retrying = (asked: CallerRequest) => sendTwice(profileCall(asked), asked.signal);
  return Object.assign(test, { request, retrying, sendTwice, attempts: () => attempts });
}

describe('a second attempt', () => {
  it.each<[string, Fault]>([
    ['a reset', { kind: 'reset' }],
    ['half an answer', { kind: 'half' }],
    ['502', { kind: 'status', status: 502 }],
    ['503', { kind: 'status', status: 503 }],
    ['504', { kind: 'status', status: 504 }],
  ])('is made after %s, and no third', async (_what, fault) => {
    await using test = await startRetrying();
    test.emulator.control.fail('profile', fault);
    expect(await test.retrying(test.request)).toMatchObject({ kind: 'unavailable' });
    expect(test.attempts()).toBe(2);
    expect(test.emulator.control.calls().profile).toBe(2);
  });

  it('is made after a connection that was refused', async () => {
    await using test = await startRetrying();
    await test.emulator.close();
    expect(await test.retrying(test.request)).toMatchObject({
      kind: 'unavailable',
      cause: { cause: { code: 'ECONNREFUSED' } },
    });
    expect(test.attempts()).toBe(2);
  });

  it.each<[string, Fault]>([
    ['500', { kind: 'status', status: 500 }],
    ['501', { kind: 'status', status: 501 }],
    ['505', { kind: 'status', status: 505 }],
    ['429', { kind: 'status', status: 429 }],
    ['429 with a time', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }],
    ['404', { kind: 'status', status: 404 }],
    ['a redirect', { kind: 'status', status: 302, headers: { location: '/' } }],
    ['garbage', { kind: 'garbage' }],
    ['bytes that are no HTTP', { kind: 'notHttp' }],
    ['5 MB', { kind: 'body', body: 'x'.repeat(5_000_000) }],
    ['the profile of another', { kind: 'otherUser', userId: 'f9d4a4f2-0f1c-4e49-a5a2-1e0d1cd4a5f0' }],
    ['an answer that does not come in time', { kind: 'hang' }],
  ])('is not made after %s', async (_what, fault) => {
    await using test = await startRetrying({ timeout: 100 });
    test.emulator.control.fail('profile', fault);
    await test.retrying(test.request);
    expect(test.emulator.control.calls().profile).toBe(1);
  });

  it('is not made where the first succeeded, or the user was deleted', async () => {
    await using test = await startRetrying();
    expect(await test.retrying(test.request)).toMatchObject({ kind: 'ok' });
    test.emulator.control.deleteUser(test.request.id);
    expect(await test.retrying(test.request)).toEqual({ kind: 'gone' });
    expect(test.attempts()).toBe(2);
  });

  it('decides the outcome', async () => {
    let heal = () => {};
    await using test = await startRetrying({ between: () => heal() });
    heal = test.emulator.control.fail('profile', { kind: 'reset' });
    expect(await test.retrying(test.request)).toMatchObject({ kind: 'ok' });
    expect(test.attempts()).toBe(2);
  });

  it('is not made for a caller that leaves in the pause before it', async () => {
    const controller = new AbortController();
    const reason = new Error('The client has left');
    await using test = await startRetrying({
      pause: 3_600_000,
      between: () => setImmediate(() => controller.abort(reason)),
    });
    test.emulator.control.fail('profile', { kind: 'reset' });
    await expect(test.retrying({ ...test.request, signal: controller.signal })).rejects.toBe(reason);
    expect(test.attempts()).toBe(1);
  });

  it('is not made for a caller that leaves during the first', async () => {
    await using test = await startRetrying();
    const controller = new AbortController();
    const reason = new Error('The client has left');
    const gate = test.emulator.control.hold('profile');
    const outcome = test.retrying({ ...test.request, signal: controller.signal });
    await gate.arrived(1);
    controller.abort(reason);
    await expect(outcome).rejects.toBe(reason);
    expect(test.attempts()).toBe(1);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('is never made for %s', async (method) => {
    for (const fault of [{ kind: 'reset' }, { kind: 'half' }, { kind: 'status', status: 503 }] as const) {
      await using test = await startRetrying();
      test.emulator.control.fail('all', fault);
      const call = { method, path: path`/teams`, access: 'client', parse: (body: unknown) => body } as const;
      expect(await test.sendTwice(call, undefined)).toMatchObject({ kind: 'unavailable', transient: true });
      expect(test.emulator.control.calls().total).toBe(1);
    }
  });

  it('takes a call of the budget, and is not made where none is left', async () => {
    await using test = await startRetrying();
    test.emulator.control.fail('profile', { kind: 'reset' });
    const budget = new CallBudget(1);
    await test.retrying({ ...test.request, budget });
    expect(test.attempts()).toBe(2);
    expect(await test.retrying({ ...test.request, budget })).toMatchObject({ kind: 'unavailable' });
    expect(test.attempts()).toBe(3);
  });
});
