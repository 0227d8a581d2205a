import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startKeySet } from '../../src/auth/key-set.ts';
import { createUpstream } from '../../src/core/http-client.ts';
import type { Fault } from '../../src/emulator/fault.ts';
import { startHttpServer } from '../support/http-server.ts';
import { KEYS_UNAVAILABLE } from '../support/refusals.ts';
import { createTestLog } from '../support/test-log.ts';
import { startTestVerifier, type TestVerifier } from '../support/test-verifier.ts';

const DOWN: Fault = { kind: 'status', status: 503 };
const HASTY = { first: 5, longest: 5 };
const FAILED = 'The keys of the identity provider could not be fetched';
const UNKNOWN = 'The identity provider does not know the project: check STACK_PROJECT_ID and STACK_API_URL';
const BACK = 'The keys of the identity provider were fetched again';
const ERROR = 50;
const WARN = 40;

/** The `kid` that the provider signs with. */
async function kidOf({ emulator }: TestVerifier): Promise<string> {
  const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
  return JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
}

/** A key set whose first fetch succeeded, 30 s ago. */
async function startSettled(options: Parameters<typeof startTestVerifier>[0] = {}) {
  const test = await startTestVerifier(options);
  const kid = await kidOf(test);
  await test.keys.find(kid);
  test.clock.advance(30_000);
  test.emulator.control.resetCalls();
  return Object.assign(test, { kid });
}

describe('the first keys', () => {
  it('are fetched in the background when the process starts', async () => {
    await using test = await startTestVerifier({ prepare: (control) => control.hold('jwks') });
    const kid = await kidOf(test);
    await test.prepared?.arrived(1);
    expect(test.keys.current(kid)).toBeUndefined();
    test.prepared?.release();
    await test.keys.find(kid);
    expect(test.keys.current(kid)).toBeDefined();
  });

  it('are awaited by concurrent requests, which share one fetch', async () => {
    await using test = await startTestVerifier({ prepare: (control) => control.hold('jwks') });
    const kid = await kidOf(test);
    const found = Promise.all(Array.from({ length: 100 }, () => test.keys.find(kid)));
    await test.prepared?.arrived(1);
    test.prepared?.release();
    expect(new Set(await found)).toEqual(new Set([test.keys.current(kid)]));
    expect(test.keys.current(kid)).toBeDefined();
    expect(test.emulator.control.calls().jwks).toBe(1);
  });

  it('that cannot be fetched are an outage: no key counts as unknown', async () => {
    await using test = await startTestVerifier({ prepare: (control) => control.fail('jwks', DOWN) });
    await expect(test.keys.find('any')).rejects.toMatchObject(KEYS_UNAVAILABLE);
    await expect(test.keys.find('any')).rejects.toMatchObject(KEYS_UNAVAILABLE);
    expect(test.keys.current('any')).toBeUndefined();
    expect(test.emulator.control.calls().jwks).toBe(1);
  });

  it('are awaited for at most two seconds', async () => {
    await using test = await startTestVerifier({
      prepare: (control) => control.fail('jwks', { kind: 'hang' }),
    });
    // The fetch has a time limit of five seconds, so it is not its failure that ends the wait.
    await expect(test.keys.find('any')).rejects.toMatchObject(KEYS_UNAVAILABLE);
    expect(test.log.lines).toEqual([]);
  });

  it('are fetched by retries once the provider is back', async () => {
    await using test = await startTestVerifier({
      keySet: { retryDelay: HASTY },
      prepare: (control) => control.fail('jwks', DOWN),
    });
    await expect(test.keys.find('any')).rejects.toMatchObject(KEYS_UNAVAILABLE);
    test.prepared?.();
    expect(await test.log.written(BACK)).toMatchObject({ keys: 6 });
    expect(test.keys.current(await kidOf(test))).toBeDefined();
  });

  it('are returned to requests that wait for such a retry', async () => {
    await using test = await startTestVerifier({
      keySet: { retryDelay: HASTY },
      prepare: (control) => control.fail('jwks', DOWN),
    });
    await test.log.written(FAILED);
    test.prepared?.();
    const gate = test.emulator.control.hold('jwks');
    await gate.arrived(1);
    const found = test.keys.find(await kidOf(test));
    gate.release();
    await expect(found).resolves.toBeDefined();
  });
});

describe('an unknown kid', () => {
  it('causes one fetch, then none for 30 s', async () => {
    await using test = await startSettled();
    const { control } = test.emulator;
    expect(await test.keys.find('unknown')).toBeUndefined();
    expect(control.calls().jwks).toBe(1);
    expect(await test.keys.find('unknown')).toBeUndefined();
    expect(await test.keys.find('another')).toBeUndefined();
    test.clock.advance(29_999);
    expect(await test.keys.find('unknown')).toBeUndefined();
    expect(control.calls().jwks).toBe(1);
    test.clock.advance(1);
    expect(await test.keys.find('unknown')).toBeUndefined();
    expect(control.calls().jwks).toBe(2);
  });

  it.each([-3_600_000, 3_600_000])(
    'makes one fetch in 30 s though the wall clock steps by %i ms',
    async (step) => {
      await using test = await startSettled();
      const { control } = test.emulator;
      expect(await test.keys.find('unknown')).toBeUndefined();
      test.clock.stepWall(step);
      expect(await test.keys.find('unknown')).toBeUndefined();
      expect(control.calls().jwks).toBe(1);
      test.clock.advance(30_000);
      expect(await test.keys.find('unknown')).toBeUndefined();
      expect(control.calls().jwks).toBe(2);
    },
  );

  it('causes no fetch within 30 s of the first one', async () => {
    await using test = await startTestVerifier();
    await test.keys.find(await kidOf(test));
    expect(await test.keys.find('unknown')).toBeUndefined();
    expect(test.emulator.control.calls().jwks).toBe(1);
  });

  it('causes one fetch in a thousand concurrent requests', async () => {
    await using test = await startSettled();
    const gate = test.emulator.control.hold('jwks');
    const found = Promise.all(Array.from({ length: 1000 }, (_, index) => test.keys.find(`forged-${index}`)));
    await gate.arrived(1);
    const late = test.keys.find('forged-late');
    gate.release();
    expect(new Set([...(await found), await late])).toEqual(new Set([undefined]));
    expect(test.emulator.control.calls().jwks).toBe(1);
  });

  it('is found if the provider has started to sign with it', async () => {
    await using test = await startSettled();
    await test.emulator.control.rotateKeys({ keepOld: true });
    const fresh = await kidOf(test);
    expect(fresh).not.toBe(test.kid);
    expect(test.keys.current(fresh)).toBeUndefined();
    await expect(test.keys.find(fresh)).resolves.toBeDefined();
    expect(test.keys.current(test.kid)).toBeDefined();
  });

  it('does not delay requests with known ones', async () => {
    await using test = await startSettled();
    const gate = test.emulator.control.hold('jwks');
    const stranger = test.keys.find('unknown');
    await gate.arrived(1);
    await expect(test.keys.find(test.kid)).resolves.toBeDefined();
    expect(gate.waiting).toBe(1);
    gate.release();
    expect(await stranger).toBeUndefined();
  });

  it('counts as an outage while the last fetch failed, and causes no fetch then', async () => {
    await using test = await startSettled({
      keySet: { retryDelay: { first: 3_600_000, longest: 3_600_000 } },
    });
    const { control } = test.emulator;
    control.fail('jwks', DOWN);
    await expect(test.keys.find('unknown')).rejects.toMatchObject(KEYS_UNAVAILABLE);
    expect(control.calls().jwks).toBe(1);
    test.clock.advance(600_000);
    for (const kid of ['unknown', 'another']) {
      await expect(test.keys.find(kid)).rejects.toMatchObject(KEYS_UNAVAILABLE);
    }
    expect(control.calls().jwks).toBe(1);
    await expect(test.keys.find(test.kid)).resolves.toBeDefined();
  });

  it('counts as unknown again once the provider is back', async () => {
    await using test = await startSettled({ keySet: { retryDelay: HASTY } });
    const heal = test.emulator.control.fail('jwks', DOWN);
    await expect(test.keys.find('unknown')).rejects.toMatchObject(KEYS_UNAVAILABLE);
    heal();
    await test.log.written(BACK);
    expect(await test.keys.find('unknown')).toBeUndefined();
  });
});

describe('keys that are held', () => {
  it('are used during an outage until they are too old, to the millisecond', async () => {
    await using test = await startSettled({ keySet: { maxStale: 90_000, retryDelay: HASTY } });
    test.emulator.control.fail('jwks', DOWN);
    await expect(test.keys.find('unknown')).rejects.toMatchObject(KEYS_UNAVAILABLE);
    test.clock.advance(60_000);
    test.clock.stepWall(86_400_000);
    await expect(test.keys.find(test.kid)).resolves.toBeDefined();
    test.clock.advance(1);
    expect(test.keys.current(test.kid)).toBeUndefined();
    await expect(test.keys.find(test.kid)).rejects.toMatchObject(KEYS_UNAVAILABLE);
  });

  it.each<[string, Fault]>([
    ['an empty key set', { kind: 'body', body: '{"keys":[]}' }],
    ['a captive portal', { kind: 'body', body: '<html>Sign in</html>', contentType: 'text/html' }],
    ['five megabytes', { kind: 'body', body: 'x'.repeat(5_000_000) }],
    ['JSON that breaks off', { kind: 'garbage' }],
    ['a cut connection', { kind: 'reset' }],
    ['an unknown project', { kind: 'status', status: 404, body: 'Project not found' }],
  ])('are not withdrawn by %s', async (_what, fault) => {
    await using test = await startSettled();
    const key = test.keys.current(test.kid);
    test.emulator.control.fail('jwks', fault);
    await expect(test.keys.find('unknown')).rejects.toMatchObject(KEYS_UNAVAILABLE);
    expect(test.keys.current(test.kid)).toBe(key);
    expect(key).toBeDefined();
  });

  it('are withdrawn when the provider publishes others', async () => {
    await using test = await startSettled();
    await test.emulator.control.rotateKeys();
    await test.keys.find('unknown');
    expect(test.keys.current(test.kid)).toBeUndefined();
    expect(await test.keys.find(test.kid)).toBeUndefined();
  });

  it('are fetched again before they are too old, however long they may be cached', async () => {
    // The provider allows an hour. The clock of the test does not move, so the keys never become too old here.
    await using test = await startTestVerifier({ keySet: { maxStale: 20 } });
    const kid = await kidOf(test);
    await test.keys.find(kid);
    const gate = test.emulator.control.hold('jwks');
    await gate.arrived(1);
    expect(test.keys.current(kid)).toBeDefined();
  });

  it('are fetched again by the first request that finds them too old, as after a suspension', async () => {
    await using test = await startSettled({ keySet: { maxStale: 60_000 } });
    test.clock.advance(30_001);
    expect(test.keys.current(test.kid)).toBeUndefined();
    const found = await Promise.all(Array.from({ length: 100 }, () => test.keys.find(test.kid)));
    expect(new Set(found)).toEqual(new Set([test.keys.current(test.kid)]));
    expect(test.keys.current(test.kid)).toBeDefined();
    expect(test.emulator.control.calls().jwks).toBe(1);
  });

  it('are fetched by that request also where the last fetch had failed, once it is time for another', async () => {
    const retryDelay = { first: 60_000, longest: 60_000 };
    await using test = await startSettled({ keySet: { maxStale: 60_000, retryDelay } });
    const { control } = test.emulator;
    const heal = control.fail('jwks', DOWN);
    await expect(test.keys.find('another')).rejects.toMatchObject(KEYS_UNAVAILABLE);
    heal();
    test.clock.advance(30_001);
    await expect(test.keys.find(test.kid)).rejects.toMatchObject(KEYS_UNAVAILABLE);
    expect(control.calls().jwks).toBe(1);
    // Only the clock of the test moves: the timer stands still, as that of a frozen function.
    test.clock.advance(75_000);
    expect(await test.keys.find(test.kid)).toBeDefined();
    expect(control.calls().jwks).toBe(2);
  });
});

describe('the log of failures', () => {
  it('warns that the provider fails', async () => {
    await using test = await startTestVerifier({ prepare: (control) => control.fail('jwks', DOWN) });
    const line = await test.log.written(FAILED);
    expect(line).toMatchObject({ level: WARN, failures: 1, reason: expect.any(String) });
    expect(line).not.toHaveProperty('age');
    expect(test.keys.state()).toMatchObject({ failing: true, projectUnknown: false });
  });

  it.each<[string, Fault, RegExp]>([
    ['a broken connection', { kind: 'reset' }, /^No answer: /],
    ['something other than HTTP', { kind: 'notHttp' }, /^No answer: /],
    ['no key set', { kind: 'garbage' }, /^The answer is not a key set: /],
  ])('says in one line and without a stack what happened: %s', async (_what, fault, reason) => {
    await using test = await startTestVerifier({ prepare: (control) => control.fail('jwks', fault) });
    const line = await test.log.written(FAILED);
    expect(line).toMatchObject({ level: WARN, reason: expect.stringMatching(reason) });
    const text = JSON.stringify(line);
    expect(text).not.toMatch(/\n {4}at |stack/);
    expect(text.length).toBeLessThan(400);
  });

  it('says in a few words that the provider does not speak TLS', async () => {
    await using server = await startHttpServer((_request, response) => response.end());
    const upstream = createUpstream({
      url: server.url.replace('http:', 'https:'),
      connections: 1,
      timeout: 5_000,
    });
    const log = createTestLog();
    const keys = startKeySet({
      source: { upstream, projectId: randomUUID() },
      maxStale: 60_000,
      logger: log.logger,
    });
    const line = await log.written(FAILED);
    expect(line).toMatchObject({ reason: expect.stringMatching(/^No answer: [\w ]{5,40} \(ERR_SSL_\w+\)$/) });
    keys.close();
    await upstream.close();
  });

  it.each<[string, Fault]>([
    ['404 in plain text', { kind: 'status', status: 404, body: 'Project not found' }],
    ["a gateway's 404", { kind: 'status', status: 404, body: '<html>404</html>' }],
    [
      'the known error of today',
      { kind: 'status', status: 400, headers: { 'x-stack-known-error': 'CURRENT_PROJECT_NOT_FOUND' } },
    ],
    [
      'the known error of 2025',
      { kind: 'status', status: 404, headers: { 'x-hexclave-known-error': 'PROJECT_NOT_FOUND' } },
    ],
  ])('reports an unknown project (%s) as an error, with what to check and no stack', async (_what, fault) => {
    await using test = await startTestVerifier({ prepare: (control) => control.fail('jwks', fault) });
    await expect(test.keys.seen()).rejects.toMatchObject(KEYS_UNAVAILABLE);
    expect(await test.log.written(UNKNOWN)).toEqual({
      level: ERROR,
      time: expect.any(String),
      projectId: test.emulator.projectId,
      failures: 1,
      msg: UNKNOWN,
    });
    expect(test.keys.state()).toMatchObject({ age: undefined, failing: true, projectUnknown: true });
  });

  it('ends the state of an unknown project with the first keys', async () => {
    const fault: Fault = { kind: 'status', status: 404, body: 'Project not found' };
    await using test = await startTestVerifier({
      prepare: (control) => control.fail('jwks', fault),
      keySet: { retryDelay: HASTY },
    });
    await test.log.written(UNKNOWN);
    test.emulator.control.heal();
    await test.log.written(BACK);
    await expect(test.keys.seen()).resolves.toBeUndefined();
    expect(test.keys.state()).toMatchObject({ failing: false, projectUnknown: false });
  });

  it('counts failures in a row, and gives the age of the keys', async () => {
    await using test = await startSettled({ keySet: { retryDelay: HASTY } });
    const heal = test.emulator.control.fail('jwks', DOWN);
    await expect(test.keys.find('unknown')).rejects.toMatchObject(KEYS_UNAVAILABLE);
    const gate = test.emulator.control.hold('jwks');
    await gate.arrived(1);
    gate.release();
    heal();
    await test.log.written(BACK);
    const failures = test.log.lines.filter(({ msg }) => msg === FAILED);
    expect(failures.length).toBeGreaterThan(1);
    expect(failures.slice(0, 2)).toMatchObject([
      { failures: 1, age: 30 },
      { failures: 2, age: 30 },
    ]);
    expect(test.log.lines.filter(({ msg }) => msg === BACK)).toHaveLength(1);
  });

  it('shows that retries continue, with at most the longest pause between them', async () => {
    await passAttempts(25); // If each pause were twice the one before, the last attempt would be days away.
  });

  it('is empty where every fetch succeeds', async () => {
    await using test = await startSettled();
    await test.keys.find('unknown');
    expect(test.log.lines).toEqual([]);
  });
});

describe('a closed key set', () => {
  it('makes no further attempt', async () => {
    await using test = await startTestVerifier({
      keySet: { retryDelay: HASTY },
      prepare: (control) => control.fail('jwks', DOWN),
    });
    await expect(test.keys.find('any')).rejects.toMatchObject(KEYS_UNAVAILABLE); // The next attempt is scheduled.
    test.keys.close();
    test.emulator.control.resetCalls();
    await passAttempts(10);
    expect(test.emulator.control.calls().jwks).toBe(0);
  });

  it('keeps its keys for requests in flight', async () => {
    await using test = await startSettled();
    test.keys.close();
    await expect(test.keys.find(test.kid)).resolves.toBeDefined();
  });

  it('does not continue when the fetch in flight ends', async () => {
    await using test = await startTestVerifier({
      keySet: { maxStale: 10 },
      prepare: (control) => control.hold('jwks'),
    });
    await test.prepared?.arrived(1);
    const found = test.keys.find(await kidOf(test));
    test.keys.close();
    test.prepared?.release();
    await expect(found).resolves.toBeDefined();
    await passAttempts(10);
    expect(test.emulator.control.calls().jwks).toBe(1);
  });
});

/** Waits until another key set has made so many attempts. One that was not closed would have made some as well. */
async function passAttempts(count: number): Promise<void> {
  await using other = await startTestVerifier({
    keySet: { retryDelay: HASTY },
    prepare: (control) => control.fail('jwks', DOWN),
  });
  for (let attempt = 1; attempt <= count; attempt += 1) {
    const gate = other.emulator.control.hold('jwks');
    await gate.arrived(1);
    gate.release();
  }
}
