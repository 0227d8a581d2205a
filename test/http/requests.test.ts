import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { startTestServer } from '../support/test-server.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const TYPENAME = JSON.stringify({ query: '{ __typename }' });

describe('every answer', () => {
  it.each([
    ['data', '/graphql', { method: 'POST', headers: JSON_TYPE, body: TYPENAME }],
    ['a refused token', '/graphql', { method: 'POST', headers: { ...JSON_TYPE, authorization: 'Bearer x' } }],
    ['a wrong method', '/graphql', { method: 'PUT' }],
    [
      'a wrong content type',
      '/graphql',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' },
    ],
    ['an unknown path', '/nowhere', {}],
    ['a preflight', '/graphql', { method: 'OPTIONS' }],
    ['health', '/health', {}],
  ])('has Cache-Control, Vary and X-Request-Id: %s', async (_what, path, init) => {
    await using test = await startTestServer();
    const { headers } = await test.fetch(path, init);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('vary')).toBe('Origin');
    expect(headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });

  it.each([
    ['req-1.A_b', true],
    ['x'.repeat(64), true],
    ['x'.repeat(65), false],
    ['a b', false],
    ['<script>', false],
  ])('adopts the request id %j if it is harmless', async (id, taken) => {
    await using test = await startTestServer();
    const { headers } = await test.fetch('/graphql', { headers: { 'x-request-id': id } });
    expect(headers.get('x-request-id') === id).toBe(taken);
  });
});

describe('CORS', () => {
  const ALLOWED = 'https://app.example.com';
  const env = { CORS_ORIGINS: `${ALLOWED}, https://admin.example.com` };

  it('answers the preflight of a listed origin', async () => {
    await using test = await startTestServer({ env });
    const { status, headers } = await test.fetch('/graphql', {
      method: 'OPTIONS',
      headers: {
        origin: ALLOWED,
        'access-control-request-method': 'POST',
      },
    });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(ALLOWED);
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    const allowed = headers.get('access-control-allow-headers')?.split(', ');
    expect(allowed).toEqual(
      expect.arrayContaining([
        'content-type',
        'authorization',
        'x-stack-access-token',
        'x-hexclave-access-token',
        'x-stack-auth',
        'x-request-id',
        'traceparent',
        'tracestate',
        'apollographql-client-name',
        'apollographql-client-version',
      ]),
    );
  });

  it('allows a listed origin the request headers that it asks for, in preflights alone', async () => {
    await using test = await startTestServer({ env });
    const asked = { 'access-control-request-headers': 'baggage,sentry-trace' };
    const allowed = async (method: string, origin: string) => {
      const { headers } = await test.fetch('/graphql', { method, headers: { origin, ...asked } });
      return headers.get('access-control-allow-headers');
    };
    expect(await allowed('OPTIONS', ALLOWED)).toBe('baggage,sentry-trace');
    expect(await allowed('GET', ALLOWED)).not.toContain('baggage');
    expect(await allowed('OPTIONS', 'https://evil.example')).toBeNull();
  });

  it('lets a listed origin read every answer, including refusals', async () => {
    await using test = await startTestServer({ env });
    for (const headers of [
      JSON_TYPE,
      { ...JSON_TYPE, authorization: 'Bearer x' },
      { 'content-type': 'text/plain' },
    ]) {
      const answer = await test.fetch('/graphql', {
        method: 'POST',
        headers: { ...headers, origin: ALLOWED },
        body: TYPENAME,
      });
      expect(answer.headers.get('access-control-allow-origin')).toBe(ALLOWED);
      expect(answer.headers.get('access-control-expose-headers')).toBe(
        'WWW-Authenticate, Retry-After, X-Request-Id',
      );
      expect(answer.headers.get('vary')).toBe('Origin');
    }
  });

  it.each([
    ['another origin', env, 'https://evil.example'],
    ['an origin with a listed suffix', env, 'https://evilapp.example.com'],
    ['null', env, 'null'],
    ['any origin while none is listed', {}, ALLOWED],
  ])('sends no CORS headers to %s', async (_what, settings, origin) => {
    await using test = await startTestServer({ env: settings });
    for (const method of ['OPTIONS', 'POST']) {
      const body = method === 'POST' ? { body: TYPENAME } : {};
      const { headers } = await test.fetch('/graphql', {
        method,
        headers: { ...JSON_TYPE, origin },
        ...body,
      });
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('a malformed request', () => {
  it.each([
    ['a body that is not JSON', 400, { method: 'POST', headers: JSON_TYPE, body: '{"query' }],
    ['a body that is not an object', 400, { method: 'POST', headers: JSON_TYPE, body: '"{ __typename }"' }],
    ['no query', 400, { method: 'POST', headers: JSON_TYPE, body: '{}' }],
    ['a query of another type', 400, { method: 'POST', headers: JSON_TYPE, body: '{"query":1}' }],
    [
      'variables of another type',
      400,
      { method: 'POST', headers: JSON_TYPE, body: '{"query":"{a}","variables":[]}' },
    ],
    ['a batch', 400, { method: 'POST', headers: JSON_TYPE, body: `[${TYPENAME}]` }],
    ['another method', 405, { method: 'PUT', headers: JSON_TYPE, body: TYPENAME }],
    [
      'an unsupported Accept header',
      406,
      { method: 'POST', headers: { ...JSON_TYPE, accept: 'image/png' }, body: TYPENAME },
    ],
    [
      'too large a body',
      413,
      { method: 'POST', headers: JSON_TYPE, body: JSON.stringify({ query: ' '.repeat(100_001) }) },
    ],
    ['no content type', 415, { method: 'POST', headers: { 'content-type': '' }, body: TYPENAME }],
    ['a plain text', 415, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: TYPENAME }],
    ['a form', 415, { method: 'POST', body: new URLSearchParams({ query: '{ __typename }' }) }],
    ['a multipart form', 415, { method: 'POST', body: form() }],
    [
      'another charset',
      415,
      { method: 'POST', headers: { 'content-type': 'application/json; charset=latin1' }, body: TYPENAME },
    ],
    [
      'a content coding',
      415,
      { method: 'POST', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: TYPENAME },
    ],
    ['an Accept header that excludes all', 406, { headers: { accept: 'application/json;q=0, */*; q=0.0' } }],
  ])('with %s gets %d and an error with a code', async (_what, expected, init) => {
    await using test = await startTestServer();
    const answer = await test.fetch('/graphql', init);
    const body = (await answer.json()) as { errors: { extensions: object }[] };
    expect(answer.status).toBe(expected);
    expect(Object.keys(body)).toEqual(['errors']);
    expect(body.errors[0]?.extensions).toEqual({ code: 'BAD_REQUEST' });
    expect(answer.headers.get('allow')).toBe(expected === 405 ? 'GET, POST' : null);
  });

  it('in a coding is told which one to use', async () => {
    await using test = await startTestServer();
    for (const coding of ['gzip', 'br', 'deflate, gzip', 'GZIP', 'x']) {
      const headers = { ...JSON_TYPE, 'content-encoding': coding };
      const answer = await test.fetch('/graphql', { method: 'POST', headers, body: gzipSync(TYPENAME) });
      expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'identity']);
    }
    for (const coding of ['identity', 'Identity', 'identity, identity']) {
      const headers = { ...JSON_TYPE, 'content-encoding': coding };
      expect((await test.fetch('/graphql', { method: 'POST', headers, body: TYPENAME })).status).toBe(200);
    }
  });

  it('with parameters in the URL that are not JSON is refused', async () => {
    await using test = await startTestServer();
    for (const parameter of ['variables={', 'variables=1', 'extensions=[', 'extensions=[]']) {
      const answer = await test.fetch(`/graphql?query=%7B__typename%7D&${parameter}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    }
  });

  it('with invalid variables is refused without data', async () => {
    await using test = await startTestServer();
    const query = 'query ($yes: Boolean!) { __typename @include(if: $yes) }';
    const { body } = await test.ask(query, { variables: { yes: 'perhaps' } });
    expect(body).toMatchObject({
      errors: [{ message: expect.stringContaining('Variable "$yes"'), extensions: { code: 'BAD_REQUEST' } }],
    });
    expect(body).not.toHaveProperty('data');
  });

  it.each([
    ['does not parse', '{ me {', 'GRAPHQL_PARSE_FAILED'],
    ['does not validate', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('with a document that %s gets the status of its media type', async (_what, query, code) => {
    await using test = await startTestServer();
    for (const [accept, status] of [
      ['application/graphql-response+json', 400],
      ['application/json', 200],
    ] as const) {
      const answer = await test.ask(query, { headers: { accept } });
      expect(answer.status).toBe(status);
      expect(answer.body.errors?.map(({ extensions }) => extensions)).toEqual([{ code }]);
      expect(answer.body).not.toHaveProperty('data');
    }
  });
});

describe('a body whose media type is written in another way', () => {
  it('is executed, also when the document is new', async () => {
    await using test = await startTestServer();
    for (const [index, value] of ['Application/JSON', 'application/json ;charset="UTF-8"'].entries()) {
      const body = JSON.stringify({ query: `{ type${index}: __typename }` });
      for (const _time of [1, 2]) {
        const headers = { 'content-type': value };
        const answer = await test.fetch('/graphql', { method: 'POST', headers, body });
        expect(await answer.json()).toEqual({ data: { [`type${index}`]: 'Query' } });
      }
    }
  });
});

describe('GET', () => {
  const get = (query: string) => `/graphql?query=${encodeURIComponent(query)}`;

  it('carries queries', async () => {
    await using test = await startTestServer();
    const token = await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id });
    const answer = await test.fetch(get('{ me { id } }'), { headers: { 'x-stack-access-token': token } });
    expect(await answer.json()).toEqual({ data: { me: { id: test.emulator.people.ada.id } } });
  });
});

describe('introspection', () => {
  const query = '{ __schema { queryType { name } } }';

  it('is off', async () => {
    await using test = await startTestServer();
    const { body } = await test.ask(query);
    expect(body.errors?.[0]).toMatchObject({ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
    expect(body).not.toHaveProperty('data');
  });

  it.each([{ INTROSPECTION: 'true' }, { GRAPHIQL: 'true' }])('is on with %o', async (env) => {
    await using test = await startTestServer({ env });
    expect((await test.ask(query)).body).toEqual({ data: { __schema: { queryType: { name: 'Query' } } } });
  });

  it('stays off with GraphiQL if INTROSPECTION is false', async () => {
    await using test = await startTestServer({ env: { GRAPHIQL: 'true', INTROSPECTION: 'false' } });
    expect((await test.ask(query)).body).not.toHaveProperty('data');
  });
});

function form(): FormData {
  const data = new FormData();
  data.set('operations', TYPENAME);
  return data;
}
