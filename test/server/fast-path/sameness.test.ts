import { randomInt } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/core/config/config.ts';
import { createLogger } from '../../../src/core/logger.ts';
import { type Emulator, startEmulator } from '../../../src/emulator/emulator.ts';
import type { Fault } from '../../../src/emulator/fault.ts';
import { createMetrics } from '../../../src/process/metrics.ts';
import { startServices } from '../../../src/process/services.ts';
import { createServer } from '../../../src/server/create-server.ts';
import { listen } from '../../../src/server/port.ts';
import { fuzzRuns, fuzzTimeout } from '../../support/fuzz-runs.ts';
import { settingsOf } from '../../support/test-server.ts';
import { type Sent, sent } from './requests.ts';
import { createWideSchema } from './schema.ts';

const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}/g;

const FAULTS: Readonly<Record<string, (emulator: Emulator) => Fault>> = {
  500: () => ({ kind: 'status', status: 500 }),
  429: () => ({ kind: 'status', status: 429, headers: { 'retry-after': '0' } }),
  garbage: () => ({ kind: 'garbage' }),
  reset: () => ({ kind: 'reset' }),
  otherUser: ({ people }) => ({ kind: 'otherUser', userId: people.grace.id }),
  refused: () => ({
    kind: 'status',
    status: 401,
    headers: { 'x-stack-known-error': 'INVALID_SECRET_SERVER_KEY' },
  }),
};

describe('the fast path', () => {
  it.each<[string, { runs: number; fast: number; settings: Readonly<Record<string, string>> }]>([
    ['with the usual settings', { runs: 1_200, fast: 600, settings: {} }],
    [
      'with a required token and introspection',
      { runs: 400, fast: 150, settings: { AUTH_REQUIRED: 'true', INTROSPECTION: 'true' } },
    ],
    [
      'with low rate limits',
      { runs: 400, fast: 1, settings: { RATE_LIMIT: '20', RATE_LIMIT_FAILED: '5', TRUST_PROXY: '1' } },
    ],
  ])(
    'answers, logs and counts as Yoga does %s',
    { timeout: fuzzTimeout(120_000) },
    async (_what, { runs, fast, settings }) => {
      const numRuns = fuzzRuns(runs);
      await using emulator = await startEmulator();
      await using yoga = await startAdapter(emulator, { ...settings, PREPARED_OPERATIONS: 'off' });
      await using fastPath = await startAdapter(emulator, { ...settings, PREPARED_OPERATIONS: 'on' });
      const tokens = await createTokens(emulator);
      let answeredByFastPath = 0;
      const compare = async (request: Sent) => {
        const fault = FAULTS[request.fault];
        if (fault) emulator.control.fail('profile', fault(emulator));
        const expected = await yoga.ask(request, tokens);
        const before = fastPath.fastPathCount();
        expect(await fastPath.ask(request, tokens)).toEqual(expected);
        answeredByFastPath += fastPath.fastPathCount() - before;
        if (!fault) return;
        // A success after each fault, so that neither the breaker opens nor this user is paused: both end by the real clock, which
        // may be between the two requests.
        emulator.control.heal();
        for (const token of new Set(['ada', request.token]))
          for (const server of [yoga, fastPath]) await server.ask({ ...CALM, token }, tokens);
      };
      await fc.assert(fc.asyncProperty(sent, compare), { numRuns, seed: randomInt(2 ** 31) });

      expect(fastPath.lines()).toEqual(yoga.lines());
      expect(await fastPath.counts()).toEqual(await yoga.counts());
      expect(yoga.fastPathCount()).toBe(0);
      expect(answeredByFastPath).toBeGreaterThanOrEqual(fast);
    },
  );
});

const CALM: Sent = {
  method: 'POST',
  path: '/graphql',
  headers: { 'content-type': 'application/json' },
  token: 'ada',
  body: JSON.stringify({ query: '{ me { displayName } }' }),
  fault: 'none',
};

/** One server on a port, with the fast path or without. */
async function startAdapter(emulator: Emulator, settings: Readonly<Record<string, string>>) {
  const log: string[] = [];
  const services = startServices({
    config: readConfig({
      ...settingsOf(emulator),
      CORS_ORIGINS: 'https://app.example.com',
      PROFILE_CACHE_TTL: '0',
      RATE_LIMIT: '1000000',
      RATE_LIMIT_FAILED: '1000000',
      MAX_COMPLEXITY: '100',
      ...settings,
    }),
    logger: createLogger({ level: 'debug', destination: { write: (line) => void log.push(line) } }),
  });
  const metrics = createMetrics(services);
  let count = 0;
  services.events.subscribe(({ kind }) => {
    if (kind === 'fast-path') count += 1;
  });
  const listening = await listen(createServer(services, { schema: createWideSchema() }).listener, {
    host: '127.0.0.1',
    port: 0,
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const rendered = async (names: RegExp) =>
    (await metrics.render()).split('\n').filter((line) => names.test(line));
  return {
    ask: (request: Sent, tokens: Tokens) =>
      send(listening.url, { request, agent, carriers: tokens[request.token] ?? {} }),
    lines: () => log.map(comparable),
    counts: () =>
      rendered(/^(graphql_requests_total|auth_tokens_refused_total|profile_(calls|lookups)_total)/),
    fastPathCount: () => count,
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await listening.close(0);
      await services.close();
    },
  };
}

type Tokens = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function createTokens({ control, people }: Emulator): Promise<Tokens> {
  const carry = (token: string) => ({ 'x-stack-access-token': token });
  const mint = async (userId: string, options = {}) =>
    control.mintToken({ userId, expiresIn: 3600, ...options });
  const deleted = control.createUser();
  const gone = await mint(deleted.id);
  control.deleteUser(deleted.id);
  const ada = await mint(people.ada.id);
  return {
    ada: carry(ada),
    guest: carry(await mint(people.guest.id)),
    radia: carry(await mint(people.radia.id)),
    linus: carry(await mint(people.linus.id)),
    gone: carry(gone),
    expired: carry(await mint(people.ada.id, { expiresIn: -60 })),
    forged: carry(await mint(people.ada.id, { forged: true })),
    garbage: carry('garbage'),
    conflict: { ...carry(ada), authorization: `Bearer ${await mint(people.grace.id)}` },
    json: { 'x-stack-auth': JSON.stringify({ accessToken: ada, refreshToken: 'r' }) },
  };
}

interface Sending {
  readonly request: Sent;
  readonly agent: Agent;
  readonly carriers: Readonly<Record<string, string>>;
}

function send(url: string, { request: { method, path, headers, body }, agent, carriers }: Sending) {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, {
      path,
      method,
      agent,
      headers: { ...headers, ...carriers, 'content-length': Buffer.byteLength(body) },
    });
    request.on('error', reject);
    request.on('response', async (response) => {
      const { date: _date, ...rest } = response.headers;
      const answer = { status: response.statusCode, headers: rest, body: await text(response) };
      // Retry-After counts down, so it may differ by a second between the two servers.
      const shown = JSON.stringify(answer)
        .replaceAll(UUID, '<id>')
        .replace(/(?<name>retry-?after\\?":"?)\d+/gi, '$<name>0');
      resolve(JSON.parse(shown));
    });
    request.end(body);
  });
}

/** A log line without its time, durations and generated ids. */
function comparable(line: string): unknown {
  const { time: _time, ms: _ms, err, ...rest } = JSON.parse(line.replaceAll(UUID, '<id>'));
  return { ...rest, ...(err && { err: err.message }) };
}
