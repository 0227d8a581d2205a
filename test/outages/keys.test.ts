import { describe, expect, it } from 'vitest';
import type { Control } from '../../src/emulator/control.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { Fault } from '../../src/emulator/fault.ts';
import type { Gate } from '../../src/emulator/gate.ts';
import { createClock } from '../support/clock.ts';
import { settingsOf, startTestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const DOWN: Fault = { kind: 'status', status: 500 };

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['500', DOWN],
  ['429', { kind: 'status', status: 429, headers: { 'retry-after': '60' } }],
  ['404', { kind: 'status', status: 404, body: 'Project not found' }],
  ['a redirect', { kind: 'status', status: 302, headers: { location: '/' } }],
  ['an empty key set', { kind: 'body', body: '{"keys":[]}' }],
  ['a key set without one usable key', { kind: 'body', body: '{"keys":[{"kty":"RSA","kid":"a"},{}]}' }],
  ["a captive portal's page", { kind: 'body', body: '<html>Sign in</html>', contentType: 'text/html' }],
  ['garbage', { kind: 'garbage' }],
  ['5 MB', { kind: 'body', body: `{"keys":["${'x'.repeat(5_000_000)}"]}` }],
  ['half a body', { kind: 'half' }],
  ['a reset', { kind: 'reset' }],
];

/** `prepare` is called before the server starts. */
interface OutageOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly prepare?: (control: Control) => unknown;
}

/** A server and a prepared provider on a clock that stands still. */
async function startKeys({ env, prepare }: OutageOptions = {}) {
  const clock = createClock();
  const emulator: Emulator = await startEmulator({ now: clock.wall });
  prepare?.(emulator.control);
  const settings = { ...settingsOf(emulator), RATE_LIMIT: 'off', MAX_IN_FLIGHT: '5000', ...env };
  const test = await startTestServer({ env: settings, clock });
  const { control, people } = emulator;
  const { id } = people.ada;
  return {
    ...test,
    clock,
    control,
    id,
    mint: (options: object = {}) => control.mintToken({ userId: id, ...options }),
    fetches: () => control.calls().jwks,
    async askWith(token: string) {
      const { status, headers, body } = await test.ask('{ me { id } }', { token });
      return { status, retryAfter: headers.get('retry-after'), body };
    },
    errorsLogged: () => test.logged.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50),
    async [Symbol.asyncDispose]() {
      await emulator.close();
      await test[Symbol.asyncDispose]();
    },
  };
}

/** A server that loaded its keys half a minute ago: the next unknown key makes it fetch them again. */
async function startSettled(options?: OutageOptions) {
  const test = await startKeys(options);
  const token = await test.mint();
  expect(await test.askWith(token)).toEqual(served(test.id));
  test.clock.advance(30_000);
  expect(test.fetches()).toBe(1);
  return Object.assign(test, { token });
}

const served = (id: string) => ({ status: 200, retryAfter: null, body: { data: { me: { id } } } });

const SERVER_ERROR = {
  status: 503,
  retryAfter: '5',
  body: {
    errors: [
      {
        message: 'Authentication server error',
        extensions: { code: 'SERVICE_UNAVAILABLE', reason: 'SERVER_ERROR', retryAfter: 5 },
      },
    ],
  },
};

const INVALID = {
  status: 401,
  retryAfter: null,
  body: {
    errors: [
      {
        message: 'Invalid or expired access token',
        extensions: { code: 'UNAUTHENTICATED', reason: 'INVALID_TOKEN' },
      },
    ],
  },
};

describe.concurrent('a server that has never had the keys', () => {
  it.each(FAULTS)(
    'because of %s answers SERVER_ERROR to tokens, and serves what is public',
    async (_what, fault) => {
      await using test = await startKeys({ prepare: (control) => control.fail('jwks', fault) });
      const wellFormed = [{}, { unknownKid: true }, { expiresIn: -60 }, { otherProject: true }];
      for (const options of wellFormed)
        expect(await test.askWith(await test.mint(options))).toEqual(SERVER_ERROR);
      // What no provider has issued is refused at once.
      for (const garbage of ['garbage', 'eyJ.eyJ.abcd', await test.mint({ alg: 'HS256' })])
        expect(await test.askWith(garbage)).toEqual(INVALID);
      const { status, body } = await test.ask('{ __typename me { id } }');
      expect(status).toBe(200);
      expect(body.data).toEqual({ __typename: 'Query', me: null });
      expect(body.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED', reason: 'MISSING_TOKEN' });
      expect(test.control.calls().profile).toBe(0);
    },
  );

  it('answers SERVER_ERROR while the fetch of the keys still hangs', async () => {
    let gate: Gate | undefined;
    await using test = await startKeys({
      prepare: (control) => {
        gate = control.hold('jwks');
      },
    });
    const answer = await test.askWith(await test.mint());
    expect({ answer, fetching: gate?.waiting }).toEqual({ answer: SERVER_ERROR, fetching: 1 });
  });

  it('lets hundreds of requests wait for the first ones, and serves them all', async () => {
    let gate: Gate | undefined;
    await using test = await startKeys({
      prepare: (control) => {
        gate = control.hold('jwks');
      },
    });
    const token = await test.mint();
    const answers = Array.from({ length: 400 }, () => test.askWith(token));
    expect(await Promise.race([...answers, gate?.arrived(1)])).toBeUndefined();
    gate?.release();
    for (const answer of await Promise.all(answers)) expect(answer).toEqual(served(test.id));
    expect(test.fetches()).toBe(1);
  });

  it('gets them without a request', async () => {
    await using test = await startKeys({ prepare: (control) => control.fail('jwks', DOWN) });
    expect(await test.askWith(await test.mint())).toEqual(SERVER_ERROR);
    test.control.heal();
    const gate = test.control.hold('jwks');
    await gate.arrived(1);
    gate.release();
    expect(await test.askWith(await test.mint())).toEqual(served(test.id));
  });

  it('logs an unknown project as an error, and an outage as a warning', async () => {
    const fault: Fault = { kind: 'status', status: 404, body: 'Project not found' };
    await using unknown = await startKeys({ prepare: (control) => control.fail('jwks', fault) });
    await unknown.askWith(await unknown.mint());
    // It is logged with each attempt, and there may have been another one meanwhile.
    expect(unknown.errorsLogged()[0]).toMatchObject({
      msg: expect.stringContaining('check STACK_PROJECT_ID'),
    });
    await using down = await startKeys({ prepare: (control) => control.fail('jwks', DOWN) });
    await down.askWith(await down.mint());
    expect(down.errorsLogged()).toEqual([]);
  });
});

describe.concurrent('a server whose provider no longer gives the keys', () => {
  it.each(FAULTS)('because of %s serves the tokens it can verify, and no others', async (_what, fault) => {
    await using test = await startSettled();
    test.control.fail('jwks', fault);
    expect(await test.askWith(await test.mint({ unknownKid: true }))).toEqual(SERVER_ERROR);
    expect(test.fetches()).toBe(2);
    for (const token of [test.token, await test.mint(), await test.mint({ useComingKey: true })]) {
      expect(await test.askWith(token)).toEqual(served(test.id));
    }
    const { body } = await test.ask('{ me { displayName } }', { token: test.token });
    expect(body).toEqual({ data: { me: { displayName: 'Ada Lovelace' } } });
    expect(await test.askWith(await test.mint({ forged: true }))).toEqual(INVALID);
  });

  it('serves them until the keys are too old, then answers SERVER_ERROR', async () => {
    await using test = await startSettled({ env: { JWKS_MAX_STALE: '60' } });
    test.control.fail('jwks', DOWN);
    test.clock.advance(30_000);
    expect(await test.askWith(test.token)).toEqual(served(test.id));
    test.clock.advance(1);
    for (const token of [test.token, await test.mint()]) {
      expect(await test.askWith(token)).toEqual(SERVER_ERROR);
    }
    expect((await test.ask('{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
    test.control.heal();
    const gate = test.control.hold('jwks');
    await gate.arrived(1);
    gate.release();
    expect(await test.askWith(test.token)).toEqual(served(test.id));
  });

  it('does not refuse a token of a new key, and fetches that key without a request', async ({ expect }) => {
    await using test = await startSettled();
    const heal = test.control.fail('jwks', DOWN);
    await test.control.rotateKeys();
    const renewed = await test.mint();
    expect(await test.askWith(renewed)).toEqual(SERVER_ERROR);
    expect(await test.askWith(test.token)).toEqual(served(test.id));
    heal();
    const gate = test.control.hold('jwks');
    await gate.arrived(1);
    expect(await test.askWith(test.token)).toEqual(served(test.id));
    gate.release();
    await expect.poll(() => test.askWith(renewed), { interval: 5 }).toEqual(served(test.id));
    expect(await test.askWith(test.token)).toEqual(INVALID);
  });
});

describe.concurrent('new keys', () => {
  it('that replace the old ones end the tokens of those, remembered or not', async () => {
    await using test = await startSettled();
    const unseen = await test.mint();
    await test.control.rotateKeys();
    expect(await test.askWith(test.token)).toEqual(served(test.id));
    expect(await test.askWith(await test.mint())).toEqual(served(test.id));
    expect(await test.askWith(test.token)).toEqual(INVALID);
    expect(await test.askWith(unseen)).toEqual(INVALID);
    expect(test.fetches()).toBe(2);
  });

  it('beside the old ones end no token', async () => {
    await using test = await startSettled();
    const unseen = await test.mint();
    await test.control.rotateKeys({ keepOld: true });
    for (const token of [await test.mint(), test.token, unseen]) {
      expect(await test.askWith(token)).toEqual(served(test.id));
    }
    expect(test.fetches()).toBe(2);
  });

  it('hold up only the requests whose tokens need them', async () => {
    await using test = await startSettled();
    const gate = test.control.hold('jwks');
    await test.control.rotateKeys({ keepOld: true });
    const renewed = await test.mint();
    // The emulator makes its answer on arrival, after the rotation.
    const waiting = Promise.all(Array.from({ length: 100 }, () => test.askWith(renewed)));
    await gate.arrived(1);
    expect(await test.askWith(test.token)).toEqual(served(test.id));
    expect((await test.ask('{ __typename }')).status).toBe(200);
    gate.release();
    for (const answer of await waiting) expect(answer).toEqual(served(test.id));
    expect(test.fetches()).toBe(2);
  });
});

describe.concurrent('hundreds of forged key ids at once', () => {
  const forge = (test: Awaited<ReturnType<typeof startKeys>>) =>
    Promise.all(Array.from({ length: 200 }, (_, index) => test.mint({ header: { kid: `forged-${index}` } })));

  it('cost one fetch and are refused, while valid tokens are served', async () => {
    await using test = await startSettled();
    const forged = await forge(test);
    const [answers, good] = await Promise.all([
      Promise.all(forged.map(test.askWith)),
      Promise.all(Array.from({ length: 50 }, () => test.askWith(test.token))),
    ]);
    for (const answer of answers) expect(answer).toEqual(INVALID);
    for (const answer of good) expect(answer).toEqual(served(test.id));
    expect(test.fetches()).toBe(2);
    for (const token of forged.slice(0, 10)) expect(await test.askWith(token)).toEqual(INVALID);
    expect(test.fetches()).toBe(2);
  });

  it('cost one fetch while the provider is down, and are answered SERVER_ERROR', async () => {
    await using test = await startSettled();
    const forged = await forge(test);
    const heal = test.control.fail('jwks', DOWN);
    const gate = test.control.hold('jwks');
    const before = test.received();
    const answers = forged.map(test.askWith);
    // Authentication begins with the headers: whatever has arrived waits for the keys.
    await until('all of them have arrived', () => test.received() - before === forged.length);
    expect(await test.askWith(test.token)).toEqual(served(test.id));
    gate.release();
    // One fetch decides all of them. On a busy machine the background refresh, a second later, may be among those counted.
    await Promise.race(answers);
    expect(test.fetches()).toBeLessThanOrEqual(3);
    for (const answer of await Promise.all(answers)) expect(answer).toEqual(SERVER_ERROR);
    heal();
  });
});
