import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { ServerEvent } from '../../src/core/events.ts';
import { createMetrics } from '../../src/process/metrics.ts';
import { fetchInProcess } from '../support/in-process.ts';
import { openRaw } from '../support/raw-http.ts';
import { OTHER_SECRET, SECRET, type SignedWebhookOptions, signedWebhook } from '../support/signed-webhook.ts';
import { startTestServer, type TestServerOptions } from '../support/test-server.ts';

const ORIGIN = 'https://app.example.com';
const NAME = '{ me { displayName } }';
const WAYS = ['over HTTP', 'in process'] as const;

/** A server that receives webhooks, over HTTP and in process, and Ada's requests to it. */
async function start(options: TestServerOptions = {}) {
  const env = { STACK_WEBHOOK_SECRET: SECRET, CORS_ORIGINS: ORIGIN, ...options.env };
  const test = await startTestServer({ ...options, env });
  const { control, people, teams } = test.emulator;
  const inProcess = fetchInProcess(test);
  const ways = {
    'over HTTP': test.fetch,
    'in process': (path: string, init?: RequestInit) => inProcess(`http://localhost${path}`, init),
  };
  const events: ServerEvent[] = [];
  test.services.events.subscribe((event) => {
    if (event.kind === 'webhook') events.push(event);
  });
  const token = await control.mintToken({ userId: people.ada.id });
  return {
    ...test,
    control,
    ada: people.ada.id,
    navy: teams.navy.id,
    ways,
    /** What came of each event, in their order. */
    outcomes: () => events.map((event) => event.kind === 'webhook' && [event.type, event.outcome]),
    query: async (query = NAME) => (await test.ask(query, { token })).body.data,
    send: (webhook: SignedWebhookOptions, way: (typeof WAYS)[number] = 'over HTTP') =>
      ways[way]('/webhooks', signedWebhook(webhook)),
  };
}

describe.each(WAYS)('a webhook %s', (way) => {
  it('drops what is cached of its user, and is answered with 204 and no headers of CORS', async () => {
    await using server = await start();
    const { control, ada, query, send } = server;
    await query();
    control.updateUser(ada, { displayName: 'Augusta' });
    expect(await query()).toEqual({ me: { displayName: 'Ada Lovelace' } });
    const answer = await send({ type: 'user.updated', data: { id: ada } }, way);
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(answer.headers.get('content-length')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-request-id')).toMatch(/./);
    expect(await query()).toEqual({ me: { displayName: 'Augusta' } });
  });

  it('is refused without a good signature, and drops nothing', async () => {
    await using server = await start();
    const { control, ada, query, ways, send, outcomes } = server;
    await query();
    control.updateUser(ada, { displayName: 'Augusta' });
    const forged = await send({ data: { id: ada }, secret: OTHER_SECRET }, way);
    expect(forged.status).toBe(400);
    expect(await forged.json()).toEqual({ error: 'The webhook has no good signature', code: 'BAD_REQUEST' });
    const changed = {
      ...signedWebhook({ data: { id: 'a' } }),
      body: `{"type":"user.updated","data":{"id":"${ada}"}}`,
    };
    expect((await ways[way]('/webhooks', changed)).status).toBe(400);
    expect((await ways[way]('/webhooks', { method: 'POST', body: '{}' })).status).toBe(400);
    expect(await query()).toEqual({ me: { displayName: 'Ada Lovelace' } });
    expect(outcomes()).toEqual(Array(3).fill(['unknown', 'refused']));
  });

  it('needs no token, and a bad one does no harm', async () => {
    await using server = await start({ env: { AUTH_REQUIRED: 'true' } });
    const { headers, ...webhook } = signedWebhook({ data: { id: server.ada } });
    const request = { ...webhook, headers: { ...headers, authorization: 'Bearer nonsense' } };
    expect((await server.ways[way]('/webhooks', request)).status).toBe(204);
  });

  it('is verified by its bytes, under both spellings and both secrets', async () => {
    await using server = await start({ env: { STACK_WEBHOOK_SECRET: `${OTHER_SECRET}, ${SECRET}` } });
    const data = { id: server.ada, display_name: 'Zoë' };
    const marked = Buffer.from(`\ufeff${JSON.stringify({ type: 'user.updated', data })}`);
    for (const webhook of [
      { data },
      { data, prefix: 'webhook' },
      { data, secret: OTHER_SECRET },
      { body: marked },
    ])
      expect((await server.send(webhook, way)).status).toBe(204);
  });

  it('may be larger than BODY_LIMIT, up to 256 KiB', async () => {
    await using server = await start({ env: { BODY_LIMIT: '1000' } });
    const ofSize = (size: number) => {
      const frame = JSON.stringify({ type: 'user.updated', data: { id: server.ada, name: '' } });
      return { body: frame.replace('""', `"${'x'.repeat(size - frame.length)}"`) };
    };
    expect((await server.send(ofSize(262_144), way)).status).toBe(204);
    const refused = await server.send(ofSize(262_145), way);
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ code: 'BAD_REQUEST' });
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('is refused with 405 as %s', async (method) => {
    await using server = await start();
    const headers = { origin: ORIGIN, 'access-control-request-method': 'POST' };
    const answer = await server.ways[way]('/webhooks', { method, headers });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('has no route without STACK_WEBHOOK_SECRET, nor outside of BASE_PATH', async () => {
    await using off = await start({ env: { STACK_WEBHOOK_SECRET: '' } });
    expect((await off.send({}, way)).status).toBe(404);
    await using below = await start({ env: { BASE_PATH: '/team' } });
    expect((await below.send({}, way)).status).toBe(404);
    expect((await below.ways[way]('/team/webhooks', signedWebhook({}))).status).toBe(204);
  });

  it('drops nothing the second time', async () => {
    await using server = await start();
    const { control, ada, query, send, outcomes } = server;
    const event = { id: 'msg_same', type: 'user.updated', data: { id: ada } };
    await send(event, way);
    await query();
    control.updateUser(ada, { displayName: 'Augusta' });
    expect((await send(event, way)).status).toBe(204);
    expect(await query()).toEqual({ me: { displayName: 'Ada Lovelace' } });
    expect(outcomes()).toEqual([
      ['user.updated', 'dropped'],
      ['user.updated', 'repeated'],
    ]);
  });
});

describe('webhooks', () => {
  it('are 204 where they name nothing that is known', async () => {
    await using server = await start();
    const { query, send, control, outcomes } = server;
    await query();
    control.resetCalls();
    const odd: readonly SignedWebhookOptions[] = [
      { type: 'stack.test', data: { id: server.ada } },
      { type: 'constructor', data: { id: server.ada } },
      { body: 'no JSON' },
      { body: '' },
      { body: Buffer.from([0xff, 0xfe]) },
      ...[null, 7, [], {}, { id: 7 }, { id: 'me' }, { id: { toString: 'x' } }].map((data) => ({ data })),
    ];
    for (const webhook of odd) expect((await send(webhook)).status).toBe(204);
    await query();
    expect(control.calls().total).toBe(0);
    expect(outcomes().every((outcome) => outcome && outcome[1] === 'ignored')).toBe(true);
    expect(outcomes().filter((outcome) => outcome && outcome[0] === 'unknown')).toHaveLength(5);
  });

  it.each([
    ['the profile', 'profile', NAME, 'user.updated', 'Augusta'],
    ['the list of teams', 'teams', '{ me { teams { displayName } } }', 'team.updated', 'Fleet'],
    ['the list of teams', 'teams', '{ me { teams { displayName } } }', 'team_permission.created', 'Fleet'],
  ] as const)('keep %s from being cached by a call that began before', async (...row) => {
    const [_what, endpoint, asked, type, expected] = row;
    await using server = await start();
    const { control, ada, navy, query, send } = server;
    const gate = control.hold(endpoint);
    const early = query(asked);
    // The answer has been made, and shows what was then.
    await gate.arrived(1);
    control.updateUser(ada, { displayName: 'Augusta' });
    control.updateTeam(navy, { displayName: 'Fleet' });
    await send({ type, data: { id: type === 'team.updated' ? navy : ada, user_id: ada } });
    gate.release();
    expect(JSON.stringify(await early)).not.toContain(expected);
    expect(JSON.stringify(await query(asked))).toContain(expected);
  });

  it('are not waited for by a request that arrives after one, while an older call hangs', async () => {
    await using server = await start();
    const { control, ada, query, send } = server;
    const gate = control.hold('profile');
    const early = query();
    await gate.arrived(1);
    await send({ type: 'user.updated', data: { id: ada } });
    const late = query();
    await gate.arrived(2);
    gate.release();
    await Promise.all([early, late]);
    expect(control.calls().profile).toBe(2);
  });

  it('are logged without their data, and counted in flight', async () => {
    await using server = await start({ env: { MAX_IN_FLIGHT: '1' } });
    const { control, query, send, logged } = server;
    const gate = control.hold('profile');
    const held = query();
    await gate.arrived(1);
    expect((await send({ data: { id: server.ada } })).status).toBe(503);
    gate.release();
    await held;
    expect((await send({ data: { id: server.ada, secret: 'of the user' } })).status).toBe(204);
    const line = logged.map((each) => JSON.parse(each)).find(({ status }) => status === 204);
    expect(line).toMatchObject({ path: '/webhooks', status: 204, msg: 'Request' });
    expect(logged.join()).not.toContain('of the user');
  });

  it('are counted by type and outcome', async () => {
    await using server = await start();
    const metrics = createMetrics(server.services);
    await server.send({ data: { id: server.ada } });
    await server.send({ type: 'stack.test' });
    await server.send({ secret: OTHER_SECRET });
    const lines = (await metrics.render()).split('\n');
    for (const labels of [
      'type="user.updated",outcome="dropped"',
      'type="unknown",outcome="ignored"',
      'type="unknown",outcome="refused"',
    ])
      expect(lines).toContain(`webhooks_received_total{${labels}} 1`);
    expect(lines).toContain('webhooks_received_total{type="unknown",outcome="failed"} 0');
  });

  it('are refused at once where Content-Length is above the limit, before their body', async () => {
    await using server = await start();
    const { socket } = await openRaw(server.url);
    socket.write('POST /webhooks HTTP/1.1\r\nHost: localhost\r\nContent-Length: 300000\r\n\r\n');
    const [answer] = await once(socket, 'data');
    socket.destroy();
    expect(String(answer)).toContain('HTTP/1.1 413');
  });
});
