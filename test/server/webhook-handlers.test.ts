import { describe, expect, expectTypeOf, it } from 'vitest';
import { defineApp } from '../../src/server/app.ts';
import type { WebhookHandlers } from '../../src/server/webhook-handlers.ts';
import { SECRET, signedWebhook } from '../support/signed-webhook.ts';
import { startTestServer } from '../support/test-server.ts';

interface Types {
  readonly Sources: { readonly notes: Set<string> };
}

/** A server of an app with handlers, whose source is a set of user ids. */
async function start(webhooks: WebhookHandlers<Types>, env: Readonly<Record<string, string>> = {}) {
  const app = defineApp<Types>({ sources: () => ({ notes: new Set(['a', 'b']) }), webhooks });
  const test = await startTestServer<Types>({ app, env: { STACK_WEBHOOK_SECRET: SECRET, ...env } });
  const { ada } = test.emulator.people;
  const token = await test.emulator.control.mintToken({ userId: ada.id });
  return {
    ...test,
    ada: ada.id,
    name: async () => (await test.ask('{ me { displayName } }', { token })).body.data.me.displayName,
    status: async (id: string, { type = 'user.deleted', data = {} as unknown } = {}) =>
      (await test.fetch('/webhooks', signedWebhook({ id, type, data }))).status,
    /** The lines of failed handlers. */
    failures: () => test.logged.filter((line) => line.includes('The handler of a webhook failed')),
  };
}

/** A promise, and the function that resolves it. */
function createGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), opened };
}

describe('a handler of webhooks', () => {
  it('gets the event of its type and the sources of the app, once', async () => {
    const events: unknown[] = [];
    await using server = await start({
      'user.deleted'(event, { sources, signal }) {
        expectTypeOf(sources.notes).toEqualTypeOf<Set<string>>();
        events.push([event, signal.aborted]);
        sources.notes.delete('a');
      },
    });
    expect(await server.status('msg_1', { data: { id: 'a' } })).toBe(204);
    expect(await server.status('msg_1', { data: { id: 'a' } })).toBe(204);
    expect(await server.status('msg_2', { type: 'user.created' })).toBe(204);
    expect(events).toEqual([[{ id: 'msg_1', type: 'user.deleted', data: { id: 'a' } }, false]]);
    expect([...server.sources.notes]).toEqual(['b']);
  });

  it('may be for a type that the server does not know, but not for what objects inherit', async () => {
    const types: string[] = [];
    await using server = await start({ 'stack.test': ({ type }) => void types.push(type) });
    expect(await server.status('msg_1', { type: 'stack.test' })).toBe(204);
    expect(await server.status('msg_2', { type: 'hasOwnProperty' })).toBe(204);
    expect(types).toEqual(['stack.test']);
  });

  it('runs after the copies were dropped, and before the answer', async () => {
    let seen: unknown;
    await using server = await start({
      'user.updated': async () => {
        seen = await server.name();
      },
    });
    await server.name();
    server.emulator.control.updateUser(server.ada, { displayName: 'Augusta' });
    expect(await server.status('msg_1', { type: 'user.updated', data: { id: server.ada } })).toBe(204);
    expect(seen).toBe('Augusta');
  });

  it('is run again where it fails: the answer is 500, masked and logged', async () => {
    let runs = 0;
    await using server = await start({
      'user.deleted'() {
        runs += 1;
        if (runs < 3) throw new Error('the database is away');
      },
    });
    const answer = await server.fetch('/webhooks', signedWebhook({ id: 'msg_1', type: 'user.deleted' }));
    expect([answer.status, await answer.json()]).toEqual([
      500,
      { error: 'Unexpected error', code: 'INTERNAL_SERVER_ERROR' },
    ]);
    expect([
      await server.status('msg_1'),
      await server.status('msg_1'),
      await server.status('msg_1'),
    ]).toEqual([500, 204, 204]);
    expect(runs).toBe(3);
    const lines = server.failures();
    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      err: { message: 'the database is away' },
      event: { id: 'msg_1', type: 'user.deleted' },
    });
  });

  it('drops the copies again where it is run again', async () => {
    let fails = true;
    await using server = await start({
      async 'user.updated'() {
        if (fails) throw new Error('not yet');
      },
    });
    const update = () => server.status('msg_1', { type: 'user.updated', data: { id: server.ada } });
    expect(await update()).toBe(500);
    await server.name();
    server.emulator.control.updateUser(server.ada, { displayName: 'Augusta' });
    fails = false;
    expect(await update()).toBe(204);
    expect(await server.name()).toBe('Augusta');
  });

  it('runs once for attempts that arrive at the same time, which all get its outcome', async () => {
    const gate = createGate();
    let runs = 0;
    await using server = await start({
      async 'user.deleted'() {
        runs += 1;
        await gate.opened;
        if (runs === 1) throw new Error('the first one fails');
      },
    });
    const received = () => server.services.gauges().inFlight;
    const attempts = Promise.all(['msg_1', 'msg_1', 'msg_1'].map((id) => server.status(id)));
    while (received() < 3) await new Promise((resolve) => setImmediate(resolve));
    gate.open();
    expect(await attempts).toEqual([500, 500, 500]);
    expect([runs, server.failures().length]).toEqual([1, 1]);
    expect(await server.status('msg_1')).toBe(204);
    expect(runs).toBe(2);
  });

  it('has EXECUTION_TIMEOUT: then its signal aborts, and the answer is 500', async () => {
    let reason: unknown;
    await using server = await start(
      {
        'user.deleted': (_event, { signal }) =>
          new Promise(() => {
            signal.addEventListener('abort', () => {
              reason = signal.reason;
            });
          }),
      },
      { EXECUTION_TIMEOUT: '0.1' },
    );
    expect(await server.status('msg_1')).toBe(500);
    expect(String(reason)).toBe('Error: The handler took longer than 100 ms');
  });

  it('is warned of at start where no secret is set', async () => {
    await using server = await start({ 'user.deleted': () => {} }, { STACK_WEBHOOK_SECRET: '' });
    expect(server.logged.join()).toContain('STACK_WEBHOOK_SECRET is not set');
    expect(await server.status('msg_1')).toBe(404);
  });
});
