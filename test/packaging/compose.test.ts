import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { listen } from '../../src/server/port.ts';
import { configIn, deploymentViolationsOf, failed } from '../support/deployment.ts';
import { startProgram } from '../support/program.ts';
import { startTestServer } from '../support/test-server.ts';

const FILE = new URL('../../deploy/compose.yaml', import.meta.url);
const text = readFileSync(FILE, 'utf8');

/** The keys of a service that are used here, and no others: a misspelt one is an error. */
const service = z.strictObject({
  build: z.string(),
  image: z.string(),
  env_file: z.string(),
  environment: z.record(z.string(), z.coerce.string()),
  ports: z.array(z.string()),
  healthcheck: z.strictObject({
    test: z.tuple([z.literal('CMD'), z.literal('node')]).rest(z.string()),
    interval: z.string(),
    timeout: z.string(),
    retries: z.number(),
    start_period: z.string(),
  }),
  restart: z.enum(['unless-stopped', 'always', 'on-failure']),
  init: z.boolean(),
  stop_grace_period: z.string().regex(/^\d+s$/),
  read_only: z.boolean(),
  cap_drop: z.array(z.string()),
  security_opt: z.array(z.string()),
  mem_limit: z.string(),
  pids_limit: z.number(),
  logging: z.strictObject({ driver: z.string() }),
});
const composition = z.strictObject({ name: z.string(), services: z.strictObject({ server: service }) });

describe('the Compose file', () => {
  it('sets only variables that the server knows, and confines it', () => {
    expect(violationsOf(text)).toEqual([]);
  });

  it('checks /ready', async () => {
    await using server = await startTestServer();
    const listening = await listen(server.listener, { host: '127.0.0.1', port: 0 });
    const { port } = new URL(listening.url);
    const { id } = server.emulator.people.ada;
    await server.ask('{ me { id } }', { token: await server.emulator.control.mintToken({ userId: id }) });
    expect(await askReadiness(port)).toBe(0);
    server.services.health.drain();
    expect(await askReadiness(port)).toBe(1);
    await listening.close(0);
  });
});

describe('the check of the Compose file', () => {
  it.each([
    ['it is killed', 'stop_grace_period: 30s', 'stop_grace_period: 10s'],
    ['BIND is no variable', 'HOST: 0.0.0.0', 'BIND: 0.0.0.0'],
    ['listens on', 'PORT: 4000', 'PORT: 8080'],
    ['listens on', 'HOST: 0.0.0.0', 'HOST: 127.0.0.1'],
    ['reached from everywhere', '127.0.0.1:4000:4000', '4000:4000'],
    ['has capabilities', 'cap_drop: [ALL]', 'cap_drop: []'],
    ['may gain privileges', 'no-new-privileges:true', 'no-new-privileges:false'],
    ['may write files', 'read_only: true', 'read_only: false'],
    ['has no init', 'init: true', 'init: false'],
    ['no Dockerfile', 'build: ..', 'build: .'],
    ['no example', '../.env', '../environment'],
    ['restarts', 'restart:', 'restarts:'],
  ])('sees "%s"', (violation, from, to) => {
    const planted = text.replace(from, to);
    expect(planted).not.toBe(text);
    expect(violationsOf(planted)).toContainEqual(expect.stringContaining(violation));
  });
});

/** Runs the question of the composition, and gives its exit code. */
async function askReadiness(port: string): Promise<unknown> {
  const [, , ...args] = composition.parse(parse(text)).services.server.healthcheck.test;
  await using program = startProgram({ command: process.execPath, args, env: { PORT: port } });
  return (await program.ended()).code;
}

function violationsOf(yaml: string): string[] {
  const read = composition.safeParse(parse(yaml));
  if (!read.success) return [z.prettifyError(read.error)];
  const { server } = read.data.services;
  const stopTimeout = Number.parseInt(server.stop_grace_period, 10);
  const general = deploymentViolationsOf({ env: server.environment, stopTimeout });
  if (general.length > 0) return general;
  const { host, port } = configIn(server.environment);
  const [address, , inside] = server.ports.join().split(':');
  return failed([
    [host === '0.0.0.0' && inside === String(port), `the server listens on ${host}:${port}`],
    [address === '127.0.0.1', 'the server can be reached from everywhere'],
    [server.cap_drop.join() === 'ALL', 'the server has capabilities'],
    [server.security_opt.includes('no-new-privileges:true'), 'the server may gain privileges'],
    [server.read_only, 'the server may write files'],
    [server.init, 'the server has no init'],
    [existsSync(new URL(`${server.build}/Dockerfile`, FILE)), 'there is no Dockerfile'],
    [existsSync(new URL(`${server.env_file}.example`, FILE)), `there is no example of ${server.env_file}`],
  ]);
}
