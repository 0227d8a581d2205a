import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readFileLimit } from '../../src/cli/file-limit.ts';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { startProgram } from '../support/program.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { settingsOf } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const cwd = fileURLToPath(new URL('../../', import.meta.url));
const SERVER = `exec ${process.execPath} --disable-warning=DEP0205 --import tsx test/support/main.ts`;

const UNDER_LINUX = process.platform === 'linux';

/** What a server writes until it listens that is started with this limit of open files. */
async function startUnder(limit: number, env: Readonly<Record<string, string>> = {}): Promise<string> {
  await using emulator = await startEmulator();
  await using program = startProgram({
    command: 'sh',
    args: ['-c', `ulimit -n ${limit}; ${SERVER}`],
    cwd,
    env: { ...settingsOf(emulator), HOST: '127.0.0.1', PORT: '0', ...env },
  });
  return (await program.printed(/^[\s\S]*"msg":"Listening".*/)).toString();
}

/** The value of a metric, by a connection of this agent. */
async function metricOver(agent: Agent, metricsUrl: string, name: string): Promise<number> {
  const request = get(`${metricsUrl}/metrics`, { agent });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  const [, value] = new RegExp(`^${name} (\\S+)$`, 'm').exec(await text(answer)) ?? [];
  return Number(value);
}

describe('the limit of open files', () => {
  it.runIf(UNDER_LINUX)('is warned of where it is below MAX_CONNECTIONS', async () => {
    const [few, enough] = await Promise.all([
      startUnder(1_024),
      startUnder(1_024, { MAX_CONNECTIONS: '500' }),
    ]);
    const warning = few.split('\n').find((line) => line.includes('open files'));
    expect(JSON.parse(warning ?? '{}')).toMatchObject({ level: 40, limit: 1_024, needed: 4_164 });
    expect(enough).not.toContain('open files');
  });

  it.runIf(UNDER_LINUX)('is the number of open files in the metrics where it is reached', async () => {
    await using emulator = await startEmulator();
    await using program = startProgram({
      command: 'sh',
      args: ['-c', `ulimit -n 200; ${SERVER}`],
      cwd,
      env: { ...settingsOf(emulator), HOST: '127.0.0.1', PORT: '0', METRICS_PORT: '0' },
    });
    const [line] = await program.printed(/\{.*"msg":"Listening".*/);
    const { url, metrics } = JSON.parse(line) as { readonly url: string; readonly metrics: string };
    // Prometheus keeps its connection: at the limit no further one is accepted.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const openFiles = () => metricOver(agent, metrics, 'process_open_fds');
    expect(await openFiles()).toBeLessThan(150);
    const sockets = Array.from({ length: 250 }, () => connect(Number(new URL(url).port), '127.0.0.1'));
    for (const socket of sockets) socket.on('error', () => {});
    const readings: number[] = [];
    await until('the limit', async () => readings.push(await openFiles()) && readings.at(-1) === 200);
    expect(Math.min(...readings)).toBeGreaterThan(0);
    for (const socket of sockets) socket.destroy();
    await until('closed connections', async () => (await openFiles()) < 150);
    agent.destroy();
  });

  it.each([
    ['Max open files            1024                 4096                 files', 1_024],
    ['Max open files            unlimited            unlimited            files', undefined],
    ['Max processes             15000                15000                processes', undefined],
  ])('is read from %s', (line, limit) => {
    using folder = makeTempFolder();
    const file = join(folder.path, 'limits');
    writeFileSync(
      file,
      `Limit                     Soft Limit           Hard Limit           Units\n${line}\n`,
    );
    expect(readFileLimit(file)).toBe(limit);
  });

  it('is not known where the system has no such file', () => {
    expect(readFileLimit('/nowhere/limits')).toBeUndefined();
  });
});
