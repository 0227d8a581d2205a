import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readVersion } from '../../src/core/version.ts';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import type { Fault } from '../../src/emulator/fault.ts';
import { startChild } from '../support/child.ts';
import { startHttpServer } from '../support/http-server.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import type { LogLine } from '../support/test-log.ts';
import { settingsOf, startTestServer } from '../support/test-server.ts';
import { until } from '../support/until.ts';

const INFO = 30;
const WARN = 40;
const ERROR = 50;

describe('the log of the production process', () => {
  let emulator: Emulator;
  let server: ServerProcess;
  let token: string;

  beforeAll(async () => {
    emulator = await startEmulator();
    token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    server = await startServerProcess(emulator, { CORS_ORIGINS: 'https://app.example' });
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await emulator.close();
  });

  const lineOf = (requestId: string): Promise<LogLine> =>
    until(`the line of ${requestId}`, () => server.lines().find((line) => line['requestId'] === requestId));
  const ask = (requestId: string, query: string, question: Parameters<ServerProcess['ask']>[1] = {}) =>
    server.ask(query, { ...question, headers: { 'x-request-id': requestId, ...question.headers } });

  it('has the operation, user, status and duration of a request', async () => {
    const query = 'query Mine { me { id displayName email } }';
    const { headers } = await ask('profile-1', query, { token });
    expect(headers.get('x-request-id')).toBe('profile-1');
    expect(await lineOf('profile-1')).toEqual({
      level: INFO,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      requestId: 'profile-1',
      operation: 'Mine',
      user: emulator.people.ada.id,
      status: 200,
      ms: expect.any(Number),
      upstreamCalls: 1,
      msg: 'Request',
    });
  });

  it('leaves out operation, user, codes and calls when there are none', async () => {
    await ask('public-1', '{ __typename }');
    expect(Object.keys(await lineOf('public-1'))).toEqual([
      'level',
      'time',
      'requestId',
      'status',
      'ms',
      'msg',
    ]);
  });

  it('names each error code of a request once', async () => {
    const heal = emulator.control.fail('profile', { kind: 'status', status: 500 });
    const grace = await emulator.control.mintToken({ userId: emulator.people.grace.id });
    const { body } = await ask('failed-1', '{ me { displayName email hasPassword } }', { token: grace });
    heal();
    expect(body.errors).toHaveLength(3);
    expect(await lineOf('failed-1')).toMatchObject({
      user: emulator.people.grace.id,
      status: 200,
      codes: ['UPSTREAM_UNAVAILABLE'],
      upstreamCalls: 1,
    });
  });

  it.each([
    ['a malformed token', 401, ['UNAUTHENTICATED'], { authorization: 'Bearer x' }, '{ __typename }'],
    ['another content type', 415, ['BAD_REQUEST'], { 'content-type': 'text/plain' }, '{ __typename }'],
    ['a document that does not parse', 200, ['GRAPHQL_PARSE_FAILED'], {}, '{'],
    ['a document that does not validate', 200, ['GRAPHQL_VALIDATION_FAILED'], {}, '{ nothing }'],
    ['no token', 200, ['UNAUTHENTICATED'], {}, '{ me { id } }'],
  ])('has one line for a request with %s', async (what, status, codes, headers, query) => {
    const id = what.replaceAll(' ', '-');
    await ask(id, query, { headers });
    expect(await lineOf(id)).toMatchObject({ status, codes });
    expect(server.lines().filter((line) => line['requestId'] === id)).toHaveLength(1);
  });

  it('has one line for an unknown path, and for an unsupported method', async () => {
    await fetch(`${server.url}/nowhere`, { headers: { 'x-request-id': 'nowhere-1' } });
    expect(await lineOf('nowhere-1')).toMatchObject({ status: 404 });
    await fetch(`${server.url}/graphql`, { method: 'DELETE', headers: { 'x-request-id': 'delete-1' } });
    expect(await lineOf('delete-1')).toMatchObject({ status: 405, codes: ['BAD_REQUEST'] });
  });

  it('has a line for a request whose client disconnected', async () => {
    const gate = emulator.control.hold('profile');
    const leave = new AbortController();
    const linus = await emulator.control.mintToken({ userId: emulator.people.linus.id });
    const left = fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-stack-access-token': linus,
        'x-request-id': 'left-1',
      },
      body: JSON.stringify({ query: 'query Left { me { email } }' }),
      signal: leave.signal,
    });
    await gate.arrived(1);
    leave.abort();
    await expect(left).rejects.toThrow();
    expect(await lineOf('left-1')).toMatchObject({ operation: 'Left', user: emulator.people.linus.id });
    gate.release();
  });

  it('has no line for health checks and preflights', async () => {
    const before = server.lines().length;
    for (const path of ['/health', '/ready'])
      await fetch(`${server.url}${path}`, { headers: { 'x-request-id': 'quiet-1' } });
    await fetch(`${server.url}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://app.example',
        'access-control-request-method': 'POST',
        'x-request-id': 'quiet-1',
      },
    });
    await ask('after-1', '{ __typename }');
    await lineOf('after-1');
    expect(
      server
        .lines()
        .slice(before)
        .map((line) => line['requestId']),
    ).toEqual(['after-1']);
  });

  it('warns once about an untrusted X-Forwarded-For', async () => {
    const warnings = () =>
      server.lines().filter(({ level, msg }) => level === WARN && msg.includes('Forwarded'));
    const askAnew = async (requestId: string, headers: Record<string, string>) => {
      const unseen = await emulator.control.mintToken({ userId: emulator.people.ada.id });
      await ask(requestId, '{ me { id } }', { token: unseen, headers });
      await lineOf(requestId);
    };
    await askAnew('direct-1', {});
    expect(warnings()).toEqual([]);
    for (const id of ['by-1', 'by-2', 'by-3']) await askAnew(id, { 'x-forwarded-for': '203.0.113.7' });
    expect(warnings()).toEqual([
      {
        level: WARN,
        time: expect.any(String),
        peer: '127.0.0.1',
        msg: 'X-Forwarded-For came from a peer that TRUST_PROXY does not name: it is not believed',
      },
    ]);
  });

  it('is one JSON object per line, from the first to the last', async () => {
    server.process.kill('SIGTERM');
    expect(await server.exited()).toBe(0);
    const messages = server.lines().map(({ msg }) => msg);
    expect(server.lines()[0]).toMatchObject({ msg: 'Listening', version: readVersion(), url: server.url });
    expect(messages.at(-1)).toBe('Ended');
    expect(messages.filter((msg) => msg === 'Request').length).toBeGreaterThan(10);
    expect(server.output().endsWith('\n')).toBe(true);
  });
});

describe('the log of the development process', () => {
  it('is readable: no JSON, and a word for the level', async () => {
    await using emulator = await startEmulator();
    await using child = startChild('src/dev/dev-server.ts', { ...settingsOf(emulator), PORT: '0' }, [
      'examples/greeting',
    ]);
    const [, url] = await child.printed(/\[\d\d:\d\d:\d\d\] INFO: Listening\n\s+url: "([^"]+)"/);
    await fetch(`${url}/graphql?query={__typename}`, { headers: { 'x-request-id': 'dev-1' } });
    await child.printed(/INFO: Request\n\s+requestId: "dev-1"\n\s+status: 200/);
    expect(child.output()).not.toContain('{"');
  });
});

describe('a warning', () => {
  const said = (logged: readonly string[], level: number): string[] =>
    logged
      .map((line) => JSON.parse(line) as LogLine)
      .flatMap((line) => (line.level === level ? line.msg : []));

  it('about a provider that refuses us is logged once when this begins, and not for each field', async () => {
    await using test = await startTestServer({ env: { PROFILE_CACHE_TTL: '0' } });
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    const askTwice = async () => {
      for (const _ of [1, 2]) await test.ask('{ me { email } }', { token });
    };
    const refuses: Fault = {
      kind: 'status',
      status: 401,
      headers: { 'x-stack-known-error': 'INVALID_SECRET_SERVER_KEY' },
    };
    const refused = 'The identity provider refuses us: check STACK_SECRET_SERVER_KEY and STACK_PROJECT_ID';
    const reported = () => said(test.logged, ERROR);
    const accepted = () => said(test.logged, INFO).filter((msg) => msg.includes('accepts us again'));

    control.fail('profile', refuses);
    await askTwice();
    expect(reported()).toEqual([refused]);
    expect(accepted()).toHaveLength(0);
    control.heal();
    await askTwice();
    expect(accepted()).toHaveLength(1);
    control.fail('profile', refuses);
    await askTwice();
    // It has begun again within a minute.
    expect(reported()).toEqual([refused]);
  });

  it('about a wrong secret key names the variable', async () => {
    await using test = await startTestServer({ env: { STACK_SECRET_SERVER_KEY: 'ssk_of_another_project' } });
    const token = await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id });
    await test.ask('{ me { email } }', { token });
    expect(said(test.logged, ERROR)).toContain(
      'The identity provider refuses us: check STACK_SECRET_SERVER_KEY and STACK_PROJECT_ID',
    );
  });

  it('about a failing provider is logged once, and once when it answers again', async () => {
    await using test = await startTestServer({ env: { PROFILE_CACHE_TTL: '0' } });
    const { control, people } = test.emulator;
    const token = await control.mintToken({ userId: people.ada.id });
    const ask = () => test.ask('{ me { email } }', { token });
    // Limits end at once, so each question is a trial.
    control.fail('profile', { kind: 'status', status: 429, headers: { 'retry-after': '0' } });
    for (const _ of [1, 2, 3, 4]) await ask();
    expect(control.calls().profile).toBe(4);
    expect(said(test.logged, WARN)).toHaveLength(1);
    control.heal();
    await ask();
    expect(said(test.logged, INFO)).toContain('The identity provider answers again');
    expect(said(test.logged, WARN)).toHaveLength(1);
  });

  it.each<[string, Fault, string]>([
    ['limits us', { kind: 'status', status: 429, headers: { 'retry-after': '0' } }, '429'],
    ['stands behind a firewall that blocks us', { kind: 'status', status: 403 }, '403'],
    ['breaks connections', { kind: 'reset' }, 'BROKEN'],
    ['does not speak HTTP', { kind: 'notHttp' }, 'MALFORMED'],
    ['hangs', { kind: 'hang' }, 'TIMEOUT'],
  ])('about a provider that %s says why', async (_what, fault, because) => {
    const env = { PROFILE_CACHE_TTL: '0', ...(fault.kind === 'hang' && { UPSTREAM_TIMEOUT: '1' }) };
    await using test = await startTestServer({ env });
    const { control } = test.emulator;
    control.fail('profile', fault);
    // Failures of several users open the breaker.
    const tokens = [1, 2, 3, 4, 5].map(() => control.mintToken({ userId: control.createUser().id }));
    await Promise.all(tokens.map(async (token) => test.ask('{ me { email } }', { token: await token })));
    expect(warningsIn(test.logged)).toMatchObject([{ because }]);
  });

  it('about a provider that cannot be connected to has the code of the error', async () => {
    await using emulator = await startEmulator();
    await using provider = await startSkewed(emulator, 0);
    await using test = await startTestServer({
      env: { ...settingsOf(emulator), STACK_API_URL: provider.url, STACK_ISSUER_URL: emulator.url },
    });
    const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    await test.ask('{ me { id } }', { token });
    await provider[Symbol.asyncDispose]();
    for (const _ of [1, 2, 3, 4, 5]) {
      const other = await emulator.control.mintToken({ userId: emulator.control.createUser().id });
      await test.ask('{ me { email } }', { token: other });
    }
    expect(warningsIn(test.logged)).toMatchObject([{ because: 'ECONNREFUSED' }]);
  });

  it.each([
    ['an hour ahead', 3_600, [3_600]],
    ['six seconds behind', -6, [-6]],
    ['three seconds ahead', 3, []],
  ])('about clock skew: %s', async (_what, seconds, told) => {
    await using emulator = await startEmulator();
    await using provider = await startSkewed(emulator, seconds);
    await using test = await startTestServer({
      env: { ...settingsOf(emulator), STACK_API_URL: provider.url, STACK_ISSUER_URL: emulator.url },
    });
    const token = await emulator.control.mintToken({ userId: emulator.people.ada.id });
    for (const _ of [1, 2, 3]) {
      const { body } = await test.ask('{ me { email } }', { token });
      expect(body).toEqual({ data: { me: { email: 'ada@example.test' } } });
    }
    const warnings = warningsIn(test.logged);
    expect(warnings.map(({ msg }) => msg.includes('clock'))).toEqual(told.map(() => true));
    // A second may begin between their clock and ours.
    for (const [index, expected] of told.entries())
      expect(Math.abs(Number(warnings[index]?.['seconds']) - expected)).toBeLessThanOrEqual(1);
  });
});

function warningsIn(logged: readonly string[]): readonly LogLine[] {
  return logged.map((line) => JSON.parse(line) as LogLine).filter(({ level }) => level === WARN);
}

/** The provider, with a skewed clock in the `Date` of its answers. */
function startSkewed(emulator: Emulator, seconds: number) {
  return startHttpServer(async (request, response) => {
    const { host: _host, connection: _connection, ...headers } = request.headers;
    const answer = await fetch(`${emulator.url}${request.url}`, {
      headers: headers as Record<string, string>,
    });
    response.writeHead(answer.status, {
      'content-type': 'application/json',
      date: new Date(Date.now() + seconds * 1000).toUTCString(),
    });
    response.end(await answer.text());
  });
}
