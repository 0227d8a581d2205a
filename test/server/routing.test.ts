import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer, type Server } from '../../src/server/create-server.ts';
import { UNDER_BUN } from '../support/bun/command.ts';
import { openRaw, sendRaw, statusOf } from '../support/raw-http.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const BODY = '{"query":"{ __typename }"}';
const DATA = '{"data":{"__typename":"Query"}}';
const ORIGIN = 'https://app.example.com';
const QUERY = '?query=%7B__typename%7D';

/** The bytes of a request, with a body if its method is POST. */
function bytesOf(line: string, host: string | undefined = 'localhost'): string {
  const headers = [
    `Host: ${host}`,
    'Connection: close',
    `Origin: ${ORIGIN}`,
    ...(line.startsWith('POST') ? ['Content-Type: application/json', `Content-Length: ${BODY.length}`] : []),
  ];
  return `${line} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${line.startsWith('POST') ? BODY : ''}`;
}

async function startCounted(env: Readonly<Record<string, string>> = {}) {
  const test = await startTestServer({ env: { CORS_ORIGINS: ORIGIN, ...env } });
  const counted: string[] = [];
  test.services.events.subscribe((event) => {
    if (event.kind === 'request') counted.push(`${event.status} ${event.codes.join(',')}`);
  });
  return { test, counted };
}

/** Sends a request that must be refused with this status: with code, CORS, log line and count. Returns the answer. */
async function expectRefusal(
  { test, counted }: Awaited<ReturnType<typeof startCounted>>,
  { bytes, status }: { readonly bytes: string; readonly status: number },
): Promise<string> {
  const before = { logged: test.logged.length, counted: counted.length };
  const answer = await sendRaw(test.url, bytes);
  expect(statusOf(answer)).toBe(status);
  if (!bytes.startsWith('HEAD')) expect(answer).toContain('"extensions":{"code":"BAD_REQUEST"}');
  expect(answer).toContain(`access-control-allow-origin: ${ORIGIN}`);
  await expect.poll(() => counted.slice(before.counted)).toEqual([`${status} BAD_REQUEST`]);
  const lines = test.logged.slice(before.logged).map((line) => JSON.parse(line));
  expect(lines).toMatchObject([{ msg: 'Request', status, codes: ['BAD_REQUEST'] }]);
  return answer;
}

let counting: Awaited<ReturnType<typeof startCounted>>;

beforeAll(async () => {
  counting = await startCounted();
});

afterAll(() => counting.test[Symbol.asyncDispose]());

describe('a path', () => {
  it.each([
    'POST /graphql/',
    'POST //graphql',
    'POST /x/y/graphql',
    'POST /graphql/x',
    'POST /%67raphql',
    'POST /graphql%3F',
    'POST /./graphql',
    'POST /x/../graphql',
    'POST /GraphQL',
    'POST /graphql;x',
    'POST /x?y=/graphql',
    `GET /graphql/${QUERY}`,
    `GET //graphql${QUERY}`,
    'GET /',
    'GET /nowhere',
    'HEAD /nowhere',
    'GET /health/',
    'GET //health',
    'PUT /nowhere',
  ])('that is not served is refused with 404: %s', async (line) => {
    await expectRefusal(counting, { bytes: bytesOf(line), status: 404 });
  });

  it.each([
    ['PUT /graphql', 'GET, POST'],
    ['DELETE /graphql?x', 'GET, POST'],
    ['HEAD /graphql', 'GET, POST'],
    ['POST /health', 'GET, HEAD'],
    ['DELETE /ready', 'GET, HEAD'],
  ])('is refused with 405 for a method that it does not have: %s', async (line, allow) => {
    const answer = await expectRefusal(counting, { bytes: bytesOf(line), status: 405 });
    expect(answer).toMatch(new RegExp(`^allow: ${allow}\r$`, 'im'));
  });

  it('is refused before authentication', async () => {
    for (const [path, method, status] of [
      ['/nowhere', 'POST', 404],
      ['/graphql', 'PUT', 405],
    ] as const) {
      const answer = await counting.test.fetch(path, { method, headers: { authorization: 'Bearer x' } });
      expect(answer.status).toBe(status);
    }
  });

  it('may have a query string', async () => {
    for (const line of ['POST /graphql?', 'POST /graphql?x=/y', `GET /graphql${QUERY}`])
      expect(await sendRaw(counting.test.url, bytesOf(line))).toContain(DATA);
  });
});

describe('Host', () => {
  it.each([
    '',
    'h/graphql',
    `h/graphql${QUERY}`,
    'h?query=x',
    'h#x',
    'h\\graphql',
    'user@h',
    'user:pass@h',
    'a b',
    'h:port',
    'h:99999',
    'h:1:2',
    '[::1',
    '[::g]',
    '::1',
    '%68',
    '1.2.3.4.5',
    'a,b',
    'a, b',
    'http://h',
  ])('is refused with 400 unless it is a host with a port or without: %j', async (host) => {
    for (const line of [
      'POST /graphql',
      `GET /graphql${QUERY}`,
      'GET /health',
      'OPTIONS /graphql',
      'GET /nowhere',
    ])
      await expectRefusal(counting, { bytes: bytesOf(line, host), status: 400 });
  });

  it.each([
    'h',
    'H.Example',
    'my_service:4000',
    '127.0.0.1:4000',
    '[::1]',
    '[2001:db8::1]:4000',
    'a.b.:80',
    'h:',
  ])('may be %s', async (host) => {
    expect(await sendRaw(counting.test.url, bytesOf('POST /graphql', host))).toContain(DATA);
    expect(await sendRaw(counting.test.url, bytesOf(`GET /graphql${QUERY}`, host))).toContain(DATA);
  });

  it('may be missing in HTTP/1.0', async () => {
    const answer = await sendRaw(counting.test.url, `GET /graphql${QUERY} HTTP/1.0\r\n\r\n`);
    expect(answer).toContain(DATA);
  });
});

describe('a request target in absolute form', () => {
  it.each([
    'POST http://api.example.com/graphql',
    'POST HTTPS://api.example.com:8443/graphql?x=y',
    `GET http://[::1]:4000/graphql${QUERY}`,
  ])('is served: %s', async (line) => {
    expect(await sendRaw(counting.test.url, bytesOf(line, 'another.example'))).toContain(DATA);
  });

  it('is served by every route', async () => {
    const { url } = counting.test;
    expect(await sendRaw(url, bytesOf('GET http://api.example.com/health'))).toContain('{"status":"alive"}');
    expect(statusOf(await sendRaw(url, bytesOf('OPTIONS http://api.example.com/graphql')))).toBe(204);
    // docs/runtimes.md, row "OPTIONS *".
    expect(statusOf(await sendRaw(url, bytesOf('OPTIONS *')))).toBe(UNDER_BUN ? 400 : 204);
  });

  it.each<[string, number]>([
    ['POST http://api.example.com', 404],
    ['GET http://api.example.com?query={__typename}', 404],
    ['POST http://api.example.com//graphql', 404],
    ['POST http://api.example.com/x/../graphql', 404],
    ['PUT http://api.example.com/graphql', 405],
    ['POST http://user@api.example.com/graphql', 400],
    ['POST http:///graphql', 400],
    ['POST http://h:99999/graphql', 400],
    ['POST http://h/graphql#x', 400],
    ['POST ftp://api.example.com/graphql', 400],
    ['POST file:///graphql', 400],
  ])('is compared as others are: %s gets %d', async (line, status) => {
    await expectRefusal(counting, { bytes: bytesOf(line), status });
  });

  it('is refused where Host is malformed', async () => {
    const bytes = bytesOf('POST http://api.example.com/graphql', 'a/b');
    await expectRefusal(counting, { bytes, status: 400 });
  });
});

describe('a request without Host', () => {
  const without = (line: string, version: string) =>
    bytesOf(line).replace('Host: localhost\r\n', '').replace('HTTP/1.1', version);

  it.each([
    'POST /graphql',
    `GET /graphql${QUERY}`,
    'GET /health',
    'OPTIONS /graphql',
    'GET /nowhere',
    'POST http://api.example.com/graphql',
  ])('is refused with 400: %s', async (line) => {
    await expectRefusal(counting, { bytes: without(line, 'HTTP/1.1'), status: 400 });
  });

  it('is served where it is of HTTP/1.0', async () => {
    for (const line of ['POST /graphql', `GET /graphql${QUERY}`])
      expect(await sendRaw(counting.test.url, without(line, 'HTTP/1.0'))).toContain(DATA);
  });
});

describe('a refusal', () => {
  it('leaves the connection open for the next request', async () => {
    const { socket, ended } = await openRaw(counting.test.url);
    for (const [line, host] of [
      ['POST /nowhere', 'localhost'],
      ['PUT /graphql', 'localhost'],
      ['POST /graphql', 'a/b'],
    ] as const)
      socket.write(bytesOf(line, host).replace('Connection: close\r\n', ''));
    socket.write(bytesOf('POST /graphql'));
    expect([...(await ended).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      '404',
      '405',
      '400',
      '200',
    ]);
  });
});

describe('BASE_PATH', () => {
  const env = { BASE_PATH: '/a/team', GRAPHIQL: 'true' };
  const BROWSER = { headers: { accept: 'text/html' } };

  it('stands before the endpoint, and not before /health and /ready', async () => {
    const based = await startCounted(env);
    await using test = based.test;
    expect(await sendRaw(test.url, bytesOf('POST /a/team/graphql'))).toContain(DATA);
    expect(await sendRaw(test.url, bytesOf(`GET /a/team/graphql${QUERY}`))).toContain(DATA);
    expect(await sendRaw(test.url, bytesOf('GET /health'))).toContain('alive');
    expect(await sendRaw(test.url, bytesOf('GET /ready'))).toContain('"status"');
    for (const path of [
      '/graphql',
      '/a/graphql',
      '/a/team',
      '/a/team/',
      '/a/team/health',
      '/a/teamgraphql',
      '/a/team//graphql',
      '/a/team/a/team/graphql',
      '/A/team/graphql',
    ]) {
      const answer = await expectRefusal(based, { bytes: bytesOf(`GET ${path}`), status: 404 });
      expect(answer).toContain('GraphQL is at /a/team/graphql');
    }
    await expectRefusal(based, { bytes: bytesOf('PUT /a/team/graphql'), status: 405 });
  });

  it("stands before GraphiQL's page and its files", async () => {
    const { test: started } = await startCounted(env);
    await using test: TestServer = started;
    const page = await test.fetch('/a/team/graphql', BROWSER);
    expect(page.headers.get('content-type')).toContain('text/html');
    const names = [...(await page.text()).matchAll(/<(?:script|link)[^>]* (?:src|href)="([^"]+)"/g)];
    expect(names).toHaveLength(4);
    for (const [, name] of names) {
      const { pathname } = new URL(String(name), 'http://localhost/a/team/graphql');
      expect((await test.fetch(pathname)).status).toBe(200);
      expect((await test.fetch(pathname.slice('/a/team'.length))).status).toBe(404);
    }
    expect((await test.fetch('/graphql', BROWSER)).status).toBe(404);
  });
});

describe.skipIf(UNDER_BUN)('requests within the process', () => {
  let server: Server;
  beforeAll(() => {
    const { services } = counting.test;
    server = createServer({ ...services, config: { ...services.config, basePath: '/team' } });
  });

  it.each<[string, string, number]>([
    ['POST', '/team/graphql', 200],
    ['GET', `/team/graphql${QUERY}`, 200],
    ['GET', '/health', 200],
    ['OPTIONS', '/team/graphql', 204],
    ['POST', '/graphql', 404],
    ['POST', '/team/graphql/', 404],
    ['POST', '//team/graphql', 404],
    ['PUT', '/team/graphql', 405],
    ['POST', '/health', 405],
  ])('are routed alike: %s %s gets %d', async (method, path, status) => {
    const before = counting.counted.length;
    const isPost = method === 'POST';
    const answer = await server.fetch(`https://api.example.com${path}`, {
      method,
      ...(isPost && { headers: { 'content-type': 'Application/JSON ;charset="utf-8"' }, body: BODY }),
    });
    expect(answer.status).toBe(status);
    const body = await answer.text();
    if (status < 400) return;
    expect(JSON.parse(body)).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(counting.counted.slice(before)).toEqual([`${status} BAD_REQUEST`]);
  });
});
