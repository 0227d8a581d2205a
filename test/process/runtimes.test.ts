// Connections in the table of docs/runtimes.md: what differs between Node and Bun, as each of them does it.
import { describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { UNDER_BUN } from '../support/bun/command.ts';
import { openRaw, statusOf } from '../support/raw-http.ts';
import { startServerProcess } from '../support/server-process.ts';

describe('a request whose headers arrive too slowly', { timeout: 60_000 }, () => {
  it('is closed on each runtime, and is answered and logged by Node alone', async () => {
    await using emulator = await startEmulator();
    await using server = await startServerProcess(emulator);
    const { socket, ended } = await openRaw(server.url);
    socket.write('GET /health HTTP/1.1\r\nHost:');
    expect(statusOf(await ended)).toBe(UNDER_BUN ? undefined : 408);
    // Logged after the one above, which must have been written by then.
    expect((await server.ask('{ __typename }')).status).toBe(200);
    await server.logged('Request');
    const statuses = server.lines().flatMap(({ msg, status }) => (msg === 'Request' ? [status] : []));
    expect(statuses[0]).toBe(UNDER_BUN ? 200 : 408);
  });
});

describe('a connection that sends nothing', { timeout: 60_000 }, () => {
  it('counts for MAX_CONNECTIONS on each runtime: for Node at once, for Bun after a second', async () => {
    await using emulator = await startEmulator();
    await using server = await startServerProcess(emulator, { MAX_CONNECTIONS: '2' });
    const silent = await Promise.all([openRaw(server.url), openRaw(server.url), openRaw(server.url)]);
    // Long before the 10 s after which it would be answered 408.
    expect(await Promise.race(silent.map(({ ended }) => ended))).toBe('');
    for (const { socket } of silent) socket.destroy();
  });
});
