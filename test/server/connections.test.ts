import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { MAX_PIPELINED } from '../../src/server/connections.ts';
import { listen } from '../../src/server/port.ts';
import { openRaw } from '../support/raw-http.ts';
import { startTestServer } from '../support/test-server.ts';

const ASK = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('more connections than MAX_CONNECTIONS', () => {
  it('close those that are idle the longest, and none with a request', async () => {
    const cuts: string[] = [];
    const waiting: (() => void)[] = [];
    const listening = await listen((_request, response) => void waiting.push(() => response.end('done')), {
      host: '127.0.0.1',
      port: 0,
      maxConnections: 3,
      events: { failed: (_error, socket) => socket.destroy(), cut: (reason) => void cuts.push(reason) },
    });
    const busy = await openRaw(listening.url);
    busy.socket.write(ASK);
    await expect.poll(() => waiting.length).toBe(1);
    const halfSent = await openRaw(listening.url);
    halfSent.socket.write('GET / HT');
    const idle = await openRaw(listening.url);
    const first = await openRaw(listening.url);
    await halfSent.ended;
    const second = await openRaw(listening.url);
    await idle.ended;
    expect(cuts).toEqual(['MAX_CONNECTIONS', 'MAX_CONNECTIONS']);
    for (const { socket } of [first, second]) socket.write(ASK);
    await expect.poll(() => waiting.length).toBe(3);
    // All of them are in use: the new one is closed.
    const refused = await openRaw(listening.url);
    await refused.ended;
    for (const answer of waiting) answer();
    for (const { socket } of [busy, first, second]) {
      if (socket.bytesRead === 0) await once(socket, 'data');
      socket.destroy();
    }
    await listening.close(0);
  });
});

describe('a server', () => {
  it('counts a connection that it closes for its requests', async () => {
    await using test = await startTestServer();
    const cuts: string[] = [];
    test.services.events.subscribe((event) => event.kind === 'cut' && cuts.push(event.reason));
    const pipelining = await openRaw(test.url);
    pipelining.socket.write(ASK.repeat(MAX_PIPELINED + 1));
    await pipelining.ended;
    expect(cuts).toEqual(['PIPELINING']);
  });
});

describe('requests of one connection that wait for their answers', () => {
  it.each([MAX_PIPELINED - 1, MAX_PIPELINED, MAX_PIPELINED + 1, 2_000])(
    'close it where there are too many: %i',
    async (count) => {
      const cuts: string[] = [];
      const waiting: (() => void)[] = [];
      const listening = await listen((_request, response) => void waiting.push(() => response.end('done')), {
        host: '127.0.0.1',
        port: 0,
        events: { failed: (_error, socket) => socket.destroy(), cut: (reason) => void cuts.push(reason) },
      });
      const { socket, ended } = await openRaw(listening.url);
      // At once: Node parses all of it before anything else happens.
      socket.write(ASK.repeat(count));
      await expect.poll(() => waiting.length).toBe(Math.min(count, MAX_PIPELINED));
      if (count > MAX_PIPELINED) {
        await ended;
        expect(cuts).toEqual(['PIPELINING']);
        expect(waiting.length).toBe(MAX_PIPELINED);
      } else {
        for (const answer of waiting) answer();
        await expect.poll(() => socket.bytesRead).toBeGreaterThan(count * 'done'.length);
        // Answered requests do not count.
        socket.write(ASK);
        await expect.poll(() => waiting.length).toBe(count + 1);
        expect(cuts).toEqual([]);
        socket.destroy();
      }
      await listening.close(0);
    },
  );
});
