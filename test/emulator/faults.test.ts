import { describe, expect, it, vi } from 'vitest';
import type { Emulator } from '../../src/emulator/emulator.ts';
import type { Fault } from '../../src/emulator/fault.ts';
import { fetchProfile, jwksUrl, runEmulator } from './run.ts';

// The reason why a fetch or the reading of its body failed, by undici's error code.
async function failureOf(answer: Promise<Response>): Promise<string> {
  try {
    const response = await answer;
    return `${response.status} ${await response.text()}`;
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    // In some versions of Node.js an error of the HTTP parser has no code.
    if (cause instanceof Error) return 'code' in cause && cause.code ? String(cause.code) : cause.name;
    return String(cause ?? error);
  }
}

async function profileOf(emulator: Emulator, init?: RequestInit): Promise<Response> {
  const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
  return fetchProfile(emulator, token, init);
}

describe('a fault', () => {
  it.each([
    ['a status', { kind: 'status', status: 500 }, '500 '],
    [
      'a status with a body',
      { kind: 'status', status: 404, body: 'Project not found' },
      '404 Project not found',
    ],
    [
      'a body',
      { kind: 'body', body: '<html>Sign in to the Wi-Fi</html>', contentType: 'text/html' },
      /^200 <html>/,
    ],
    ['a reset', { kind: 'reset' }, 'UND_ERR_SOCKET'],
    ['half a body', { kind: 'half' }, 'UND_ERR_SOCKET'],
    ['no HTTP', { kind: 'notHttp' }, /^(HPE_|HTTPParserError|UND_ERR_SOCKET)/],
  ] as const)('answers with %s', async (_what, fault, expected) => {
    const emulator = await runEmulator();
    emulator.control.fail('profile', fault);
    expect(await failureOf(profileOf(emulator))).toMatch(expected);
  });

  it('sends the given headers and none of the provider', async () => {
    const emulator = await runEmulator();
    const ask = async (fault: Fault) => {
      emulator.control.heal();
      emulator.control.fail('profile', fault);
      return profileOf(emulator, { redirect: 'manual' });
    };
    const withHeader = await ask({ kind: 'status', status: 429, headers: { 'retry-after': '7' } });
    expect([withHeader.status, withHeader.headers.get('retry-after')]).toEqual([429, '7']);
    const limited = await ask({ kind: 'status', status: 429 });
    for (const name of ['retry-after', 'x-stack-request-id']) {
      expect(limited.headers.has(name)).toBe(false);
    }
    const moved = await ask({ kind: 'status', status: 302, headers: { location: 'https://evil.example/' } });
    expect([moved.status, moved.headers.get('location')]).toEqual([302, 'https://evil.example/']);
  });

  it.each([
    { kind: 'status', status: 503 },
    { kind: 'status', status: 429, headers: { 'retry-after': '7' } },
    { kind: 'garbage' },
    { kind: 'body', body: '<html>' },
    { kind: 'otherUser', userId: 'nobody' },
    { kind: 'slow', ms: 1 },
  ] as const)('can be read by pages of every origin, whose preflight is answered: %o', async (fault) => {
    const emulator = await runEmulator();
    emulator.control.fail('all', fault);
    const answer = await profileOf(emulator);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-stack-known-error');
    const preflight = await profileOf(emulator, { method: 'OPTIONS' });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-stack-access-token');
  });

  it.each([{ kind: 'reset' }, { kind: 'half' }, { kind: 'notHttp' }] as const)(
    'of the connection fails the preflight too: %o',
    async (fault) => {
      const emulator = await runEmulator();
      emulator.control.fail('all', fault);
      await expect(
        profileOf(emulator, { method: 'OPTIONS' }).then((answer) => answer.arrayBuffer()),
      ).rejects.toThrow();
    },
  );

  it('sends invalid JSON under the media type of JSON', async () => {
    const emulator = await runEmulator();
    emulator.control.fail('jwks', { kind: 'garbage' });
    const response = await fetch(jwksUrl(emulator));
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    await expect(response.json()).rejects.toThrow(SyntaxError);
  });

  it('sends five megabytes', async () => {
    const emulator = await runEmulator();
    emulator.control.fail('profile', { kind: 'body', body: 'x'.repeat(5_000_000) });
    expect(await (await profileOf(emulator)).text()).toHaveLength(5_000_000);
  });

  it("sends another user's profile", async () => {
    const emulator = await runEmulator();
    const { grace } = emulator.people;
    emulator.control.fail('profile', { kind: 'otherUser', userId: grace.id });
    expect(await (await profileOf(emulator)).json()).toMatchObject({
      id: grace.id,
      display_name: 'Grace Hopper',
    });
  });

  it('delays the correct answer', async () => {
    const emulator = await runEmulator();
    emulator.control.fail('profile', { kind: 'slow', ms: 60 });
    const before = performance.now();
    const response = await profileOf(emulator);
    expect(performance.now() - before).toBeGreaterThan(50);
    expect(await response.json()).toMatchObject({ id: emulator.people.ada.id });
  });

  it.each([
    ['hang', { kind: 'hang' }],
    ['are slow', { kind: 'slow', ms: 3_600_000 }],
  ] as const)('lets requests %s without delaying close', async (_what, fault) => {
    const emulator = await runEmulator();
    emulator.control.fail('profile', fault);
    const outcome = failureOf(profileOf(emulator));
    await vi.waitFor(() => expect(emulator.control.calls().profile).toBe(1));
    expect((await fetch(jwksUrl(emulator))).status).toBe(200);
    await emulator.close();
    expect(await outcome).toMatch(/UND_ERR_SOCKET|ECONNRESET/);
  });

  it('affects one user only, where one is named', async () => {
    const emulator = await runEmulator();
    const { ada, grace } = emulator.people;
    const statusFor = async (userId: string) => {
      const token = await emulator.control.mintToken({ userId });
      return (await fetchProfile(emulator, token)).status;
    };
    const heal = emulator.control.fail('profile', { kind: 'status', status: 431 }, { userId: ada.id });
    expect([await statusFor(ada.id), await statusFor(grace.id)]).toEqual([431, 200]);
    expect((await fetchProfile(emulator, 'no token at all')).status).toBe(401);
    emulator.control.fail('all', { kind: 'status', status: 503 });
    expect([await statusFor(ada.id), await statusFor(grace.id)]).toEqual([431, 503]);
    heal();
    expect([await statusFor(ada.id), await statusFor(grace.id)]).toEqual([503, 503]);
  });

  it('affects its endpoint only', async () => {
    const emulator = await runEmulator();
    emulator.control.fail('profile', { kind: 'status', status: 503 });
    expect((await profileOf(emulator)).status).toBe(503);
    expect((await fetch(jwksUrl(emulator))).status).toBe(200);
  });

  it('on one endpoint has precedence over one on all, and the newest applies', async () => {
    const emulator = await runEmulator();
    const { control } = emulator;
    control.fail('profile', { kind: 'status', status: 500 });
    const removeNewest = control.fail('profile', { kind: 'status', status: 502 });
    control.fail('all', { kind: 'status', status: 503 });
    expect((await profileOf(emulator)).status).toBe(502);
    expect((await fetch(jwksUrl(emulator))).status).toBe(503);
    removeNewest();
    expect((await profileOf(emulator)).status).toBe(500);
    control.heal();
    expect((await profileOf(emulator)).status).toBe(200);
    expect((await fetch(jwksUrl(emulator))).status).toBe(200);
  });
});

describe('the calls', () => {
  it('are counted by endpoint when they arrive, failed ones included', async () => {
    const emulator = await runEmulator();
    const { control } = emulator;
    await fetch(jwksUrl(emulator, '?include_anonymous=true'));
    await fetch(`${emulator.url}/api/latest/users/me`);
    await fetch(`${emulator.url}/api/v1/users/${emulator.people.ada.id}`);
    await fetch(`${emulator.url}/api/v1/users/me`, { method: 'PUT' });
    control.fail('profile', { kind: 'reset' });
    await failureOf(fetchProfile(emulator));
    expect(control.calls()).toMatchObject({ jwks: 1, profile: 2, user: 1, other: 1, total: 5 });
    control.resetCalls();
    expect(control.calls()).toMatchObject({ jwks: 0, profile: 0, total: 0 });
  });

  it('include one whose answer is held', async () => {
    const emulator = await runEmulator();
    const gate = emulator.control.hold('profile');
    const answer = profileOf(emulator);
    await gate.arrived(1);
    expect(emulator.control.calls().profile).toBe(1);
    gate.release();
    expect((await answer).status).toBe(200);
  });
});

describe('a gate', () => {
  it('holds answers back until it is released', async () => {
    const emulator = await runEmulator();
    const gate = emulator.control.hold('profile');
    const answers = [profileOf(emulator), profileOf(emulator), profileOf(emulator)];
    await gate.arrived(3);
    expect(gate.waiting).toBe(3);
    gate.release();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(gate.waiting).toBe(0);
    expect((await profileOf(emulator)).status).toBe(200);
  });

  it('holds an answer made when the request arrived', async () => {
    const emulator = await runEmulator();
    const { ada } = emulator.people;
    const gate = emulator.control.hold('profile');
    const answer = profileOf(emulator);
    await gate.arrived(1);
    emulator.control.updateUser(ada.id, { displayName: 'Countess' });
    gate.release();
    expect(await (await answer).json()).toMatchObject({ display_name: 'Ada Lovelace' });
    expect(await (await profileOf(emulator)).json()).toMatchObject({ display_name: 'Countess' });
  });

  it('counts callers that disconnect', async () => {
    const emulator = await runEmulator();
    const gate = emulator.control.hold('profile');
    const caller = new AbortController();
    const aborted = failureOf(profileOf(emulator, { signal: caller.signal }));
    const answered = profileOf(emulator);
    await gate.arrived(2);
    caller.abort();
    await gate.left(1);
    expect(gate.waiting).toBe(1);
    expect(await aborted).toContain('AbortError');
    gate.release();
    expect((await answered).status).toBe(200);
  });

  it('holds an answer that then fails', async () => {
    const emulator = await runEmulator();
    const gate = emulator.control.hold('all');
    emulator.control.fail('profile', { kind: 'reset' });
    const outcome = failureOf(profileOf(emulator));
    await gate.arrived(1);
    gate.release();
    expect(await outcome).toBe('UND_ERR_SOCKET');
  });

  it('opens when all faults are removed, and when another gate replaces it', async () => {
    const emulator = await runEmulator();
    const first = emulator.control.hold('profile');
    const early = profileOf(emulator);
    await first.arrived(1);
    const second = emulator.control.hold('profile');
    expect((await early).status).toBe(200);
    const late = profileOf(emulator);
    await second.arrived(1);
    emulator.control.heal();
    expect((await late).status).toBe(200);
  });

  it('does not delay close', async () => {
    const emulator = await runEmulator();
    const gate = emulator.control.hold('all');
    const outcome = failureOf(profileOf(emulator));
    await gate.arrived(1);
    await emulator.close();
    await outcome;
    expect(gate.waiting).toBe(0);
  });
});
