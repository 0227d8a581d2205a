import { describe, expect, it } from 'vitest';
import { startTestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const UNAVAILABLE = [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }];

/** A server with few slots for calls, and users that ask it. */
async function startCrowded(slots: number) {
  const env = { RATE_LIMIT: 'off', UPSTREAM_CONCURRENCY: String(slots) };
  const test = await startTestServer({ env });
  const { control } = test.emulator;
  async function show(token: string) {
    const { status, body } = await test.ask('{ me { id displayName } }', { token });
    expect(status).toBe(200);
    return body;
  }
  return Object.assign(test, {
    control,
    show,
    newcomers: (count: number) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const { id } = control.createUser({ displayName: `A user named ${crypto.randomUUID()}` });
          return { id, token: await control.mintToken({ userId: id }) };
        }),
      ),
  });
}

describe('UPSTREAM_CONCURRENCY', () => {
  it('bounds the active calls: as many are queued, and the rest is answered at once', async () => {
    await using test = await startCrowded(4);
    const gate = test.control.hold('profile');
    const users = await test.newcomers(12);
    let answered = 0;
    const shown = users.map(async ({ id, token }) => {
      const body = await test.show(token);
      answered += 1;
      return { id, body };
    });
    await gate.arrived(4);
    await until('four are queued', () => test.services.gauges().callsQueued === 4);
    await until('all others are answered', () => answered === 4);
    expect({ waiting: gate.waiting, calls: test.control.calls().profile }).toEqual({ waiting: 4, calls: 4 });
    gate.release();
    const answers = await Promise.all(shown);
    const refused = answers.filter(({ body }) => body.errors);
    expect(refused).toMatchObject(
      Array(4).fill({ body: { data: { me: { displayName: null } }, errors: UNAVAILABLE } }),
    );
    for (const { id, body } of answers) {
      if (body.errors) expect(body.data.me).toEqual({ id, displayName: null });
      else expect(body.data.me).toEqual({ id, displayName: test.control.findUser(id)?.displayName });
    }
    expect(test.control.calls().profile).toBe(8);
  });

  it('is available again once the calls have ended', async () => {
    await using test = await startCrowded(2);
    for (let round = 0; round < 20; round += 1) {
      const shown = await Promise.all((await test.newcomers(4)).map(({ token }) => test.show(token)));
      for (const { errors } of shown) expect(errors).toBeUndefined();
    }
    expect(test.services.gauges()).toMatchObject({ callsActive: 0, callsQueued: 0 });
  });
});

describe('while all slots and the whole queue are taken by calls that hang', () => {
  it('every request that needs no call is served', async () => {
    await using test = await startCrowded(8);
    const [known, ...others] = await test.newcomers(17);
    if (!known) throw new Error('A user is needed');
    expect((await test.show(known.token)).errors).toBeUndefined();
    const gate = test.control.hold('profile');
    const hanging = Promise.all(others.map(({ token }) => test.show(token)));
    await gate.arrived(8);
    await until('eight are queued', () => test.services.gauges().callsQueued === 8);
    expect(test.services.gauges()).toMatchObject({ callsActive: 8, callsQueued: 8 });

    const ids = await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const user = others[index % others.length] ?? known;
        const { status, body } = await test.ask('{ me { id isAnonymous } }', { token: user.token });
        return { status, right: body.data.me.id === user.id && body.errors === undefined };
      }),
    );
    expect(ids).toEqual(Array(300).fill({ status: 200, right: true }));
    for (const { data, errors } of await Promise.all(
      Array.from({ length: 50 }, () => test.show(known.token)),
    )) {
      expect({ id: data.me.id, errors }).toEqual({ id: known.id, errors: undefined });
      expect(data.me.displayName).toMatch(/^A user named /);
    }
    const refused = await Promise.all((await test.newcomers(20)).map(({ token }) => test.show(token)));
    expect(refused).toMatchObject(Array(20).fill({ errors: UNAVAILABLE }));
    expect(gate.waiting).toBe(8);
    gate.release();
    for (const { errors } of await hanging) expect(errors).toBeUndefined();
  });
});

describe('a provider that refuses connections', () => {
  it('affects the fields that need it and nothing else', async () => {
    await using test = await startCrowded(4);
    const [user] = await test.newcomers(1);
    if (!user) throw new Error('A user is needed');
    expect((await test.ask('{ me { id } }', { token: user.token })).body.errors).toBeUndefined();
    await test.emulator.close();
    expect(await test.show(user.token)).toMatchObject({
      data: { me: { id: user.id, displayName: null } },
      errors: UNAVAILABLE,
    });
    const { body } = await test.ask('{ me { id } }', { token: user.token });
    expect(body).toEqual({ data: { me: { id: user.id } } });
  });
});
