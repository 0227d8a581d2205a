import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, writeFileSync, writeSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { UNDER_BUN } from '../support/bun/command.ts';
import { startChild } from '../support/child.ts';
import { createKeepAliveClient } from '../support/keep-alive-client.ts';
import { scrape } from '../support/scrape.ts';
import { startServerProcess } from '../support/server-process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { BUILT_SERVER } from '../support/test-build.ts';
import { settingsOf } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const FATAL = 60;
const EMAIL = JSON.stringify({ query: '{ me { email } }' });
const ADA = { data: { me: { email: 'ada@example.test' } } };

async function headersOf(emulator: Emulator): Promise<Record<string, string>> {
  const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
  return { 'content-type': 'application/json', 'x-stack-access-token': token };
}

/** A pipe that is full and has no other reader than this process, which does not read. */
function openFullPipe(): number {
  using folder = makeTempFolder();
  const path = join(folder.path, 'pipe');
  execFileSync('mkfifo', [path]);
  const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    for (;;) writeSync(fd, 'x'.repeat(4096));
  } catch {
    return fd;
  }
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

describe('shutdown', { timeout: 60_000 }, () => {
  it('turns not ready at once, closes connections with their next answer, then refuses new ones', async () => {
    await using emulator = await startEmulator();
    await using server = await startServerProcess(emulator, { SHUTDOWN_DELAY: '2' });
    const headers = await headersOf(emulator);
    const clients = Array.from({ length: 10 }, () => createKeepAliveClient(server.url));
    for (const client of clients)
      expect((await client.ask('/health')).headers['connection']).toBe('keep-alive');
    const gate = emulator.control.hold('profile');
    using late = createKeepAliveClient(server.url);
    const underWay = late.ask('/graphql', { body: EMAIL, headers });
    await gate.arrived(1);

    server.process.kill('SIGTERM');
    await server.logged('Ending');
    expect((await fetch(`${server.url}/ready`)).status).toBe(503);
    expect((await scrape(server.metricsUrl)).value('server_ready')).toBe(0);
    const body = JSON.stringify({ query: '{ me { id } }' });
    for (const client of clients) {
      const answer = await client.ask('/graphql', { body, headers });
      expect(answer).toMatchObject({ status: 200, reused: true, headers: { connection: 'close' } });
      expect(JSON.parse(answer.body)).toEqual({ data: { me: { id: emulator.people.ada.id } } });
      client[Symbol.dispose]();
    }

    await until('no more connections', () =>
      fetch(`${server.url}/health`).then(
        () => false,
        ({ cause }) => cause.code === 'ECONNREFUSED',
      ),
    );
    // Requests under way have SHUTDOWN_GRACE, and metrics are still served.
    expect((await scrape(server.metricsUrl)).value('graphql_requests_in_flight')).toBe(1);
    gate.release();
    const { headers: answered, body: text } = await underWay;
    expect(JSON.parse(text)).toEqual(ADA);
    expect(answered['connection']).toBe('close');
    expect(await server.exited()).toBe(0);
  });

  it.concurrent('cuts requests that exceed SHUTDOWN_GRACE, and still exits with code 0', async () => {
    await using emulator = await startEmulator();
    await using server = await startServerProcess(emulator, { SHUTDOWN_GRACE: '0.2' });
    const gate = emulator.control.hold('profile');
    using client = createKeepAliveClient(server.url);
    const underWay = client.ask('/graphql', { body: EMAIL, headers: await headersOf(emulator) });
    const cut = expect(underWay).rejects.toThrow('socket hang up');
    await gate.arrived(1);
    server.process.kill('SIGTERM');
    await cut;
    // The provider call for that client is cancelled as well.
    await gate.left(1);
    expect(await server.exited()).toBe(0);
  });

  it.concurrent.each([
    ['a pipe that is never read', openFullPipe],
    ['a full disk', () => openSync('/dev/full', 'w')],
  ])(
    'takes a few seconds where standard output is %s, and requests are served until then',
    async (_what, open) => {
      await using emulator = await startEmulator();
      const stdout = open();
      const port = await findFreePort();
      await using child = startChild(
        BUILT_SERVER,
        {
          ...settingsOf(emulator),
          HOST: '127.0.0.1',
          PORT: String(port),
          SHUTDOWN_DELAY: '0',
        },
        [],
        stdout,
      );
      closeSync(stdout);
      const isServing = () =>
        fetch(`http://127.0.0.1:${port}/health`).then(
          ({ ok }) => ok,
          () => false,
        );
      await until('the server listens', isServing);
      await fetch(`http://127.0.0.1:${port}/graphql?query={__typename}`);
      expect(await isServing()).toBe(true);
      child.process.kill('SIGTERM');
      expect(await child.exited()).toBe(0);
    },
  );

  it.concurrent('is immediate on a second signal', async () => {
    await using emulator = await startEmulator();
    await using server = await startServerProcess(emulator, { SHUTDOWN_DELAY: '60' });
    server.process.kill('SIGTERM');
    await server.logged('Ending');
    server.process.kill('SIGTERM');
    expect(await server.exited()).toBe(1);
  });

  it.concurrent.each(['PORT', 'METRICS_PORT'])('follows one log line when %s is in use', async (variable) => {
    await using emulator = await startEmulator();
    const { port } = new URL(emulator.url);
    const env = { ...settingsOf(emulator), HOST: '127.0.0.1', PORT: '0', [variable]: port };
    await using child = startChild(BUILT_SERVER, env);
    expect(await child.exited()).toBe(1);
    const lines = child.output().trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(String(lines[0]))).toMatchObject({
      level: FATAL,
      msg: `Cannot listen on 127.0.0.1 port ${port}: it is in use, set ${variable} to another`,
    });
  });

  it.concurrent.each([
    ['a promise is rejected', 'Promise.reject(new Error("planted"))'],
    ['something is thrown', 'throw new Error("planted")'],
  ])('follows one log line when %s without being caught', async (_what, bug) => {
    const preload = `process.on("SIGUSR2",()=>{${bug}})`;
    await using emulator = await startEmulator();
    using folder = makeTempFolder();
    const module = join(folder.path, 'preload.mjs');
    writeFileSync(module, preload);
    const options = UNDER_BUN
      ? { BUN_OPTIONS: `--preload ${module}` }
      : { NODE_OPTIONS: `--import=${module}` };
    await using server = await startServerProcess(emulator, options);
    const before = server.lines().length;
    server.process.kill('SIGUSR2');
    expect(await server.exited()).toBe(1);
    expect(server.lines().slice(before)).toEqual([
      {
        level: FATAL,
        time: expect.any(String),
        err: expect.objectContaining({ type: 'Error', message: 'planted' }),
        msg: 'Uncaught exception',
      },
    ]);
  });
});
