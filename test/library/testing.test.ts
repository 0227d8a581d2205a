import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuth } from '../../src/library/index.ts';
import { type AppServer, createServer } from '../../src/library/server.ts';
import { type Emulator, startEmulator } from '../../src/library/testing.ts';
import { until } from '../support/until.ts';

describe('the emulator of the package', () => {
  let emulator: Emulator;
  let server: AppServer;
  beforeAll(async () => {
    emulator = await startEmulator();
    server = await createServer(
      {},
      {
        STACK_PROJECT_ID: emulator.projectId,
        STACK_SECRET_SERVER_KEY: emulator.secretServerKey,
        STACK_PUBLISHABLE_CLIENT_KEY: emulator.publishableClientKey,
        STACK_API_URL: emulator.url,
        STACK_WEBHOOK_SECRET: emulator.webhookSecret,
        LOG_LEVEL: 'silent',
      },
    );
  });
  afterAll(async () => {
    await server.close();
    await emulator.close();
  });

  async function ask(token: string, query: string) {
    const answer = await server.fetch(
      new Request('http://localhost/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-stack-access-token': token },
        body: JSON.stringify({ query }),
      }),
    );
    return (await answer.json()) as { data?: unknown; errors?: { extensions: { reason?: string } }[] };
  }

  it('signs in the users that it is given, with one session each', async () => {
    const { id } = await emulator.addUser({ displayName: 'Grace', email: 'grace@example.test' });
    const [first, second] = [await emulator.token(id), await emulator.token(id)];
    const query = '{ me { id displayName email emailVerified } session { id } }';
    const { data } = await ask(first, query);
    expect(data).toEqual({
      me: { id, displayName: 'Grace', email: 'grace@example.test', emailVerified: true },
      session: { id: expect.any(String) },
    });
    expect((await ask(second, query)).data).toEqual(data);
  });

  it('sends webhooks, so that the server shows a change before the TTL of a copy is over', async () => {
    const port = createHttpServer(server.listener).listen(0, '127.0.0.1');
    await once(port, 'listening');
    const { id } = await emulator.addUser({ displayName: 'Grace' });
    const token = await emulator.token(id);
    const name = async () => (await ask(token, '{ me { displayName } }')).data;
    const rename = (displayName: string) => emulator.updateUser(id, { displayName });
    await name();
    await rename('Amazing Grace');
    expect(await name()).toEqual({ me: { displayName: 'Grace' } });
    emulator.sendWebhooksTo(`http://127.0.0.1:${(port.address() as AddressInfo).port}/webhooks`);
    await rename('Rear Admiral Hopper');
    await until('the new name', async () => JSON.stringify(await name()).includes('Hopper'));

    emulator.sendWebhooksTo('http://127.0.0.1:1/webhooks');
    const warned = once(process, 'warning');
    await rename('Grace');
    const [warning] = await warned;
    expect(String(warning)).toContain(
      'The webhook user.updated was not taken by http://127.0.0.1:1/webhooks',
    );
    emulator.sendWebhooksTo(undefined);
    port.closeAllConnections();
    port.close();
  });

  it('tells of a user who is changed or deleted, once', async () => {
    const events: string[] = [];
    const receiver = createHttpServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { type, data } = JSON.parse(String(Buffer.concat(chunks)));
      events.push(`${type} ${data.id} ${data.display_name}`);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { id } = await emulator.addUser({ displayName: 'Grace' });
    emulator.sendWebhooksTo(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`);
    await emulator.updateUser(id, { displayName: null });
    await emulator.deleteUser(id);
    await until('both events', () => events.length === 2);
    expect(events.toSorted()).toEqual([`user.deleted ${id} undefined`, `user.updated ${id} null`]);
    await expect(emulator.updateUser(id, {})).rejects.toThrow('no user');
    await expect(emulator.deleteUser(id)).rejects.toThrow('no user');
    emulator.sendWebhooksTo(undefined);
    receiver.closeAllConnections();
    receiver.close();
  });

  it.each([
    [{ isAnonymous: true }, { isAnonymous: true, isRestricted: true }],
    [{ isRestricted: true }, { isAnonymous: false, isRestricted: true }],
    [
      { isRestricted: true, emailVerified: true },
      { isAnonymous: false, isRestricted: true },
    ],
    [{}, { isAnonymous: false, isRestricted: false }],
  ])('makes a user with %o', async (options, expected) => {
    const { id } = await emulator.addUser(options);
    const { data } = await ask(await emulator.token(id), '{ me { id isAnonymous isRestricted } }');
    expect(data).toEqual({ me: { id, ...expected } });
  });

  it('gives the members of a team their permissions', async () => {
    const { id: userId } = await emulator.addUser();
    const { id: other } = await emulator.addUser();
    const members = [{ userId, permissions: ['edit', 'team_admin'] }, { userId: other }];
    const { id } = await emulator.addTeam({ displayName: 'Compilers', members });
    const query = `{ team(id: "${id}") { displayName edit: hasPermission(id: "edit") admin: hasPermission(id: "$delete_team") } }`;
    expect((await ask(await emulator.token(userId), query)).data).toEqual({
      team: { displayName: 'Compilers', edit: true, admin: true },
    });
    expect((await ask(await emulator.token(other), query)).data).toEqual({
      team: { displayName: 'Compilers', edit: false, admin: false },
    });
    const nobody = [{ userId: '5b1d3f7e-3c55-4b0a-9a55-0d6d4a4f5f00' }];
    await expect(emulator.addTeam({ displayName: 'Empty', members: nobody })).rejects.toThrow('no user');
  });

  it.each([
    [{ expired: true }, 'EXPIRED_TOKEN'],
    [{ forged: true }, 'INVALID_TOKEN'],
    [{ forged: true, expired: true }, 'INVALID_TOKEN'],
  ])('makes tokens that are %o', async (options, reason) => {
    const { id } = await emulator.addUser();
    const { errors } = await ask(await emulator.token(id, options), '{ me { id } }');
    expect(errors?.map(({ extensions }) => extensions.reason)).toEqual([reason]);
  });

  it('counts calls, but not those for keys', async () => {
    const { id } = await emulator.addUser();
    const before = await emulator.calls();
    await ask(await emulator.token(id), '{ me { id } }');
    expect(await emulator.calls()).toBe(before);
    await ask(await emulator.token(id), '{ me { email } }');
    expect(await emulator.calls()).toBe(before + 1);
  });
});

describe('two emulators of the package', () => {
  it('are two projects, side by side', async () => {
    const [one, other] = await Promise.all([startEmulator(), startEmulator()]);
    const same = (['url', 'projectId', 'secretServerKey', 'publishableClientKey'] as const).filter(
      (name) => one[name] === other[name],
    );
    expect(same).toEqual([]);
    const { id } = await one.addUser();
    await expect(other.token(id)).rejects.toThrow('no user');
    const auths = [one, other].map(({ projectId, secretServerKey, url }) =>
      createAuth({ projectId, secretServerKey, apiUrl: url, logger: SILENT }),
    );
    const headers = { 'x-stack-access-token': await one.token(id) };
    const [ofOne, ofOther] = await Promise.allSettled(auths.map((auth) => auth.authenticate(headers)));
    expect(ofOne).toMatchObject({ status: 'fulfilled', value: { user: { id } } });
    expect(ofOther).toMatchObject({ status: 'rejected', reason: { reason: 'INVALID_TOKEN' } });
    const principal = await auths[0]?.authenticate(headers);
    if (principal) await auths[0]?.profile(principal);
    expect(await Promise.all([one.calls(), other.calls()])).toEqual([1, 0]);
    for (const each of [...auths, one, other]) await each.close();
  });

  it('cannot have one port, which is free once it is closed', async () => {
    const one = await startEmulator();
    const port = Number(new URL(one.url).port);
    await expect(startEmulator({ port })).rejects.toThrow('EADDRINUSE');
    // A connection that is kept alive must not delay it.
    await (await fetch(`${one.url}/health`)).text();
    await one.close();
    await one.close();
    await expect(fetch(one.url)).rejects.toThrow();
    const other = await startEmulator({ port });
    expect(other.url).toBe(one.url);
    await other.close();
  });
});

const SILENT = { info() {}, warn() {}, error() {} };
