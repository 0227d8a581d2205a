import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readFileSync, readSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MAX_QUEUED_BYTES } from '../../src/core/block-queue.ts';
import { openLogOutput } from '../../src/core/log-output.ts';
import { createLogger, reportDroppedLines } from '../../src/core/logger.ts';
import { createFileSink, createStreamSink } from '../../src/core/standard-output.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import type { LogLine } from '../support/test-log.ts';
import { until } from '../support/until.ts';

/** More than the kernel buffers for any pipe or socket. */
const MANY_LINES = 100_000;
const MAX_BYTES = 100_000;

const parse = (text: string) =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as LogLine);

/** Every line that was not dropped, in order, and one warning with the number of dropped lines. */
function expectOneReport(text: string, dropped: number): void {
  const lines = parse(text);
  const numbers = lines.flatMap(({ number }) => (typeof number === 'number' ? number : []));
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  expect(numbers.length).toBe(MANY_LINES - dropped);
  expect(lines.filter(({ level }) => level === 40)).toEqual([expect.objectContaining({ lines: dropped })]);
}

/** Both ends of a TCP connection. */
async function connectPair() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: '127.0.0.1', port });
  const [reader] = (await once(server, 'connection')) as [Socket];
  return {
    socket,
    reader,
    async [Symbol.asyncDispose]() {
      socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

describe('the output of the log', () => {
  it('drops lines while a socket is not read, and reports their number once it is', async () => {
    await using pair = await connectPair();
    const { socket, reader } = pair;
    reader.pause();
    const output = openLogOutput(createStreamSink(socket), { maxBytes: MAX_BYTES });
    const logger = createLogger({ level: 'info', destination: output });
    reportDroppedLines(output, logger);
    for (let number = 0; number < MANY_LINES; number += 1) logger.info({ number });
    output.flushSync();
    expect(output.dropped).toBeGreaterThan(0);
    let text = '';
    reader.on('data', (chunk) => (text += String(chunk))).resume();
    await until('the report', () => text.includes('"level":40'));
    await output.end(1000);
    expectOneReport(text, output.dropped);
  });

  it('repeats failed and partial writes to a file, and reports dropped lines only when all others are written', async () => {
    using folder = makeTempFolder();
    const path = join(folder.path, 'fifo');
    execFileSync('mkfifo', [path]);
    // Without blocking, a full FIFO fails with EAGAIN as a full disk does with ENOSPC, and can be emptied.
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    const output = openLogOutput(createFileSink(fd), { maxBytes: 10 * MAX_BYTES });
    const logger = createLogger({ level: 'info', destination: output });
    reportDroppedLines(output, logger);
    let text = '';
    const chunk = Buffer.alloc(65_536);
    const read = () => {
      try {
        text += chunk.toString('latin1', 0, readSync(fd, chunk));
      } catch {
        // The FIFO is empty.
      }
    };
    for (let number = 0; number < MANY_LINES; number += 1) {
      logger.info({ number });
      if (number !== MANY_LINES / 2) continue;
      output.flushSync();
      expect(output.dropped).toBeGreaterThan(0);
      await until('blocks are written', () => {
        read();
        return text.length > 2 * chunk.length;
      });
    }
    output.flushSync();
    await until('the report', () => {
      read();
      return text.includes('"level":40') && text.endsWith('\n');
    });
    expectOneReport(text, output.dropped);
    await output.end(1000);
    closeSync(fd);
  });

  it('counts the lines that a closed connection does not take', async () => {
    await using pair = await connectPair();
    const { socket, reader } = pair;
    reader.destroy();
    await once(socket.resume(), 'close');
    const output = openLogOutput(createStreamSink(socket));
    for (const line of ['one\n', 'two\n']) output.write(line);
    await output.end(1000);
    expect(output.dropped).toBe(2);
  });

  it.runIf(process.platform === 'linux')(
    'ends in time on a full disk, and keeps a bounded number of bytes',
    async () => {
      const fd = openSync('/dev/full', 'w');
      const output = openLogOutput(createFileSink(fd));
      const line = `${'x'.repeat(16_383)}\n`;
      for (let bytes = 0; bytes < 2 * MAX_QUEUED_BYTES; bytes += line.length) output.write(line);
      expect(output.dropped).toBe(MAX_QUEUED_BYTES / line.length);
      const start = performance.now();
      await output.end(50);
      expect(performance.now() - start).toBeLessThan(2_000);
      closeSync(fd);
    },
  );

  it.each([
    ['fails', new Error('ENOSPC'), 20],
    ['succeeds', null, 20],
    ['never returns', null, undefined],
  ])('waits a moment for a last write that %s, and starts no other', async (_what, error, duration) => {
    let writes = 0;
    const output = openLogOutput({
      write(bytes, done) {
        writes += 1;
        if (duration !== undefined) setTimeout(() => done(error, bytes.length), duration);
      },
      writeNow() {},
      canRecover: true,
      delaysExit: true,
    });
    for (const line of ['one\n', 'two\n']) {
      output.write(line);
      output.flushSync();
    }
    const start = performance.now();
    await output.end(1);
    expect(output.delaysExit).toBe(duration === undefined);
    expect(performance.now() - start).toBeLessThan(2_000);
    await sleep(300);
    expect(writes).toBe(1);
  });

  it('writes every line to a file before it ends, and later lines at once', async () => {
    using folder = makeTempFolder();
    const path = join(folder.path, 'log');
    const fd = openSync(path, 'w');
    const output = openLogOutput(createFileSink(fd), { format: (line) => line.toUpperCase() });
    output.write('first\n');
    await output.end(1000);
    output.write('ü last\n');
    await output.end(1000);
    expect(readFileSync(path, 'utf8')).toBe('FIRST\nÜ LAST\n');
    expect(output.dropped).toBe(0);
    closeSync(fd);
  });
});
