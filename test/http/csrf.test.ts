import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Listening, listen } from '../../src/server/port.ts';
import { sendRaw, statusOf } from '../support/raw-http.ts';
import { createTestGraph, type TestGraph } from '../support/test-graph.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

// Requests that a browser sends to another origin without a preflight: GET, HEAD and POST, of three media types or none, with
// few headers (fetch.spec.whatwg.org, "CORS-safelisted"). What needs a preflight is refused to origins not listed.

const MUTATION = 'mutation { count }';
const JSON_BODY = JSON.stringify({ query: MUTATION });
const BOUNDARY = 'x-boundary';

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();
const multipart = (fields: Record<string, string>) =>
  `${Object.entries(fields)
    .map(
      ([name, value]) =>
        `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    )
    .join('')}--${BOUNDARY}--\r\n`;

let graph: TestGraph;
let test: TestServer;
let listening: Listening;

beforeAll(async () => {
  graph = createTestGraph();
  test = await startTestServer({ schema: graph.schema, env: { CORS_ORIGINS: 'https://app.example.com' } });
  listening = await listen(test.listener, { host: '127.0.0.1', port: 0 });
});

afterAll(async () => {
  await listening.close(0);
  await test[Symbol.asyncDispose]();
});

beforeEach(() => {
  graph.resolved.mutations = 0;
});

/** Sends bytes over a real connection, with the headers that a browser adds. */
async function send(method: string, path: string, type: string | undefined, body = ''): Promise<string> {
  const headers = [
    'Host: localhost',
    'Connection: close',
    'Origin: https://evil.example',
    'Sec-Fetch-Mode: no-cors',
    'Accept: */*',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
  ];
  return sendRaw(listening.url, `${method} ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
}

describe('a POST that a browser sends without a preflight', () => {
  it.each<[string, string | undefined, string]>([
    ['a form', 'application/x-www-form-urlencoded', form({ query: MUTATION })],
    ['a form with a charset', 'application/x-www-form-urlencoded; charset=utf-8', form({ query: MUTATION })],
    ['a form with one field that is JSON', 'application/x-www-form-urlencoded', JSON_BODY],
    ['JSON as text', 'text/plain', JSON_BODY],
    ['JSON as text with a charset', 'text/plain;charset=UTF-8', JSON_BODY],
    [
      'a text/plain form that is JSON with an equals sign in it',
      'text/plain',
      '{"query":"mutation { count }","x":"="}',
    ],
    ['a document as text/plain', 'text/plain', MUTATION],
    ['a multipart form', `multipart/form-data; boundary=${BOUNDARY}`, multipart({ query: MUTATION })],
    [
      'a multipart form of operations and map',
      `multipart/form-data; boundary=${BOUNDARY}`,
      multipart({ operations: JSON_BODY, map: '{}' }),
    ],
    ['JSON without a media type, as navigator.sendBeacon sends bytes', undefined, JSON_BODY],
    ['JSON of an empty type', '', JSON_BODY],
    ['JSON behind a parameter', 'text/plain; application/json', JSON_BODY],
    ['JSON as the charset', 'text/plain; charset=application/json', JSON_BODY],
    ['JSON as the boundary', 'multipart/form-data; boundary=application/json', JSON_BODY],
    ['JSON behind a comma', 'text/plain, application/json', JSON_BODY],
    ['JSON before a comma', 'application/json, text/plain', JSON_BODY],
    ['JSON behind a space', 'text/plain application/json', JSON_BODY],
    ['a type that begins with application/json', 'application/jsonx', JSON_BODY],
    ['a type that ends with application/json', 'x-application/json', JSON_BODY],
    ['another JSON', 'text/json', JSON_BODY],
    ['a document as application/graphql', 'application/graphql', MUTATION],
    ['JSON by the type of answers', 'application/graphql-response+json', JSON_BODY],
    ['JSON by a type that Yoga knows', 'application/graphql+json', JSON_BODY],
    ['a malformed media type', 'application', JSON_BODY],
    ['any type', '*/*', JSON_BODY],
  ])('executes nothing: %s', async (_what, type, body) => {
    const answer = await send('POST', '/graphql', type, body);
    expect(statusOf(answer)).toBe(415);
    expect(answer).toContain('"code":"BAD_REQUEST"');
    expect(answer).not.toMatch(/access-control-allow/i);
    expect(graph.resolved.mutations).toBe(0);
  });

  it.each([
    ['a form beside a mutation in the URL', 'application/x-www-form-urlencoded', ''],
    ['text beside a mutation in the URL', 'text/plain', ''],
  ])('executes nothing: %s', async (_what, type, body) => {
    const path = `/graphql?${form({ query: MUTATION })}`;
    expect(statusOf(await send('POST', path, type, body))).toBe(415);
    expect(graph.resolved.mutations).toBe(0);
  });
});

describe('a POST that needs a preflight', () => {
  it.each(['application/json', 'application/json; charset=utf-8', 'application/json;a=b'])(
    'is executed: %s',
    async (type) => {
      expect(statusOf(await send('POST', '/graphql', type, JSON_BODY))).toBe(200);
      expect(graph.resolved.mutations).toBe(1);
    },
  );

  it('is not allowed to origins that are not listed', async () => {
    for (const origin of ['https://evil.example', 'null', 'https://app.example.com.evil.example']) {
      const { headers } = await test.fetch('/graphql', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      });
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('a GET', () => {
  const both = 'query A { node { id } } mutation B { count }';

  it.each([
    ['a mutation', form({ query: MUTATION })],
    ['a mutation among operations', form({ query: both, operationName: 'B' })],
    ['a mutation behind a comment', form({ query: `# query\n${MUTATION}` })],
    ['a mutation with variables', form({ query: MUTATION, variables: '{}' })],
    ['a mutation with extensions', form({ query: MUTATION, extensions: '{}' })],
  ])('executes no mutation: %s', async (_what, query) => {
    for (const accept of ['*/*', 'application/json', 'application/graphql-response+json']) {
      const answer = await test.fetch(`/graphql?${query}`, { headers: { accept } });
      expect(answer.status).toBe(405);
      expect(answer.headers.get('allow')).toBe('POST');
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    }
    expect(graph.resolved.mutations).toBe(0);
  });

  it.each([
    ['the name of a query beside that of a mutation', form({ query: both, operationName: 'A' }), 200],
    ['no name where there are two operations', form({ query: both }), 400],
    ['an empty name', form({ query: both, operationName: '' }), 400],
    ['two documents', `${form({ query: '{ node { id } }' })}&${form({ query: MUTATION })}`, 200],
    ['two names', `${form({ query: both, operationName: 'A' })}&operationName=B`, 200],
  ])('executes no mutation for ambiguous parameters: %s', async (_what, query, status) => {
    const answer = await test.fetch(`/graphql?${query}`);
    expect([status, 400, 405]).toContain(answer.status);
    expect(graph.resolved.mutations).toBe(0);
  });

  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'])(
    'is not treated as a POST because of %s',
    async (name) => {
      const answer = await test.fetch(`/graphql?${form({ query: MUTATION })}`, {
        headers: { [name]: 'POST' },
      });
      expect(answer.status).toBe(405);
      expect(graph.resolved.mutations).toBe(0);
    },
  );

  it('executes no mutation in its body', async () => {
    const answer = await send('GET', '/graphql', 'application/json', JSON_BODY);
    expect(statusOf(answer)).toBe(400);
    expect(graph.resolved.mutations).toBe(0);
  });

  it.each(['text/event-stream', 'multipart/mixed', 'text/html'])(
    'executes no mutation for a client that accepts %s',
    async (accept) => {
      const answer = await test.fetch(`/graphql?${form({ query: MUTATION })}`, { headers: { accept } });
      expect(await answer.text()).not.toContain('"data"');
      expect(graph.resolved.mutations).toBe(0);
    },
  );
});

describe('another method', () => {
  it.each(['HEAD', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'OPTIONS'])('%s executes nothing', async (method) => {
    for (const path of ['/graphql', `/graphql?${form({ query: MUTATION })}`]) {
      const answer = await send(method, path, 'application/json', JSON_BODY);
      expect(statusOf(answer)).toBe(method === 'OPTIONS' ? 204 : 405);
    }
    expect(graph.resolved.mutations).toBe(0);
  });
});
