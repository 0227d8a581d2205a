import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createServer } from '../../src/server/create-server.ts';
import { startFastPathServer } from '../support/fast-path-server.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { createTestGraph } from '../support/test-graph.ts';
import { type GraphQLBody, startTestServer } from '../support/test-server.ts';

const NODES = 'query ($first: Int!) { nodes(first: $first) { id } }';
const NODE = 'query Node { node { id } }';
const COUNT = 'mutation Count { count }';
const MANIFEST = { nodes: NODES, node: NODE, count: COUNT };
const ONLY = { PERSISTED_ONLY: 'true' };

const byId = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});

/** A server with a manifest. Sends every request once to Yoga and three times to the fast path, and expects equal responses. */
async function start(env: Record<string, string> = {}, documents: unknown = MANIFEST) {
  const folder = makeTempFolder();
  const manifest = join(folder.path, 'documents.json');
  writeFileSync(manifest, JSON.stringify(documents));
  const { schema, resolved } = createTestGraph();
  const test = await startTestServer({ schema, env: { PERSISTED_DOCUMENTS: manifest, ...env } });
  const yoga = createServer(test.services, { schema });
  const server = await startFastPathServer(test, { schema });
  let fastPathCount = 0;
  test.services.events.subscribe(({ kind }) => {
    if (kind === 'fast-path') fastPathCount += 1;
  });
  const post = (body: unknown, headers = {}) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const read = async (answer: Response) => ({
    status: answer.status,
    body: (await answer.json()) as GraphQLBody,
  });
  return {
    test,
    resolved,
    fastPathCount: () => fastPathCount,
    get: async (parameters: Record<string, string>) =>
      read(await fetch(`${server.url}/graphql?${new URLSearchParams(parameters)}`)),
    async ask(body: unknown, headers = {}) {
      const first = await read(await yoga.fetch('http://localhost/graphql', post(body, headers)));
      for (const _time of [1, 2, 3]) {
        expect(await read(await fetch(`${server.url}/graphql`, post(body, headers)))).toEqual(first);
      }
      return first;
    },
    async [Symbol.asyncDispose]() {
      folder[Symbol.dispose]();
      await server[Symbol.asyncDispose]();
      await test[Symbol.asyncDispose]();
    },
  };
}

const codeOf = ({ errors }: GraphQLBody) => errors?.map(({ extensions }) => extensions['code']);

describe('a persisted document', () => {
  it("is executed by its id with the request's variables, and by the fast path from the second request on", async () => {
    await using graph = await start(ONLY);
    const { status, body } = await graph.ask({ ...byId('nodes'), variables: { first: 2 } });
    expect([status, body]).toEqual([200, { data: { nodes: [{ id: 'node' }, { id: 'node' }] } }]);
    expect(graph.fastPathCount()).toBe(2);
  });

  it.each([
    ['documentId', { documentId: 'node' }],
    ['doc_id', { doc_id: 'node' }],
    ['documentId with the prefix of the specification', { documentId: 'sha256:node' }],
    ['documentId, and null for the others', { documentId: 'node', doc_id: null, query: null }],
    ['all names alike', { documentId: 'sha256:node', doc_id: 'node', ...byId('node') }],
  ])('is executed by its id in %s, and by the fast path from the second request on', async (_name, body) => {
    await using graph = await start(ONLY);
    expect(await graph.ask(body)).toEqual({ status: 200, body: { data: { node: { id: 'node' } } } });
    expect(graph.fastPathCount()).toBeGreaterThanOrEqual(2);
  });

  it('is found by an id with the prefix or without, whichever the manifest has', async () => {
    await using graph = await start(ONLY, { 'sha256:node': NODE, count: COUNT });
    for (const id of ['node', 'sha256:node']) {
      for (const body of [{ documentId: id }, { doc_id: id }, byId(id)])
        expect((await graph.ask(body)).body).toEqual({ data: { node: { id: 'node' } } });
    }
  });

  it('is executed by its id in the parameters of a URL unless it is a mutation', async () => {
    await using graph = await start(ONLY);
    for (const name of ['documentId', 'doc_id']) {
      const asked = await graph.get({ [name]: 'node' });
      expect(asked).toEqual({ status: 200, body: { data: { node: { id: 'node' } } } });
      const counted = await graph.get({ [name]: 'nodes', variables: '{"first":1}' });
      expect(counted.body).toEqual({ data: { nodes: [{ id: 'node' }] } });
      expect((await graph.get({ [name]: 'count' })).status).toBe(405);
      expect(codeOf((await graph.get({ [name]: 'nothing' })).body)).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    }
    expect(graph.resolved.mutations).toBe(0);
  });

  it.each([
    ['differ', { documentId: 'node', doc_id: 'nodes' }],
    ['differ, one in extensions', { documentId: 'node', ...byId('nodes') }],
    ['differ, one of them unknown', { doc_id: 'node', ...byId('nothing') }],
  ])('is refused where two ids %s', async (_how, body) => {
    await using graph = await start();
    const { status, body: answer } = await graph.ask(body);
    expect([status, codeOf(answer)]).toEqual([400, ['BAD_REQUEST']]);
  });

  it('is executed by its id in a URL unless it is a mutation', async () => {
    await using graph = await start(ONLY);
    const asked = await graph.get({ extensions: JSON.stringify(byId('node').extensions) });
    expect(asked).toEqual({ status: 200, body: { data: { node: { id: 'node' } } } });
    const refused = await graph.get({ extensions: JSON.stringify(byId('count').extensions) });
    expect([refused.status, codeOf(refused.body)]).toEqual([405, ['BAD_REQUEST']]);
    expect(graph.resolved.mutations).toBe(0);
  });

  it('is limited in complexity by its variables', async () => {
    await using graph = await start(ONLY);
    await graph.ask({ ...byId('nodes'), variables: { first: 1 } });
    const { body } = await graph.ask({ ...byId('nodes'), variables: { first: 1_001 } });
    expect(body.errors?.[0]?.extensions).toMatchObject({ code: 'LIMIT_EXCEEDED', reason: 'MAX_COMPLEXITY' });
    expect(body).not.toHaveProperty('data');
  });

  it.each([
    ['unknown', 'nothing'],
    ['empty', ''],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['a document', NODE],
  ])('is reported as not found for an id that is %s', async (_what, id) => {
    await using graph = await start();
    await graph.ask({ query: NODE });
    const { body } = await graph.ask(byId(id));
    // Clients recognize the error by this message.
    expect(body.errors?.map(({ message }) => message)).toEqual(['PersistedQueryNotFound']);
    expect(codeOf(body)).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  it('cannot be registered by clients', async () => {
    await using graph = await start();
    const registered = await graph.ask({ query: '{ sum(numbers: [1, 2]) }', ...byId('sum') });
    expect(registered.body).toEqual({ data: { sum: 3 } });
    expect(codeOf((await graph.ask(byId('sum'))).body)).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
    const named = await graph.ask({ query: '{ sum(numbers: [1, 2]) }', documentId: 'node' });
    expect(named.body).toEqual({ data: { sum: 3 } });
    const other = await graph.ask({ query: '{ sum(numbers: [1, 2]) }', ...byId('node') });
    expect(other.body).toEqual({ data: { sum: 3 } });
    expect((await graph.ask(byId('node'))).body).toEqual({ data: { node: { id: 'node' } } });
  });

  it('does not affect other documents while those are allowed', async () => {
    await using graph = await start();
    expect((await graph.ask({ query: NODE })).body).toEqual({ data: { node: { id: 'node' } } });
    const nothing = await graph.ask({ variables: {} });
    expect([nothing.status, codeOf(nothing.body)]).toEqual([400, ['BAD_REQUEST']]);
  });
});

describe('PERSISTED_ONLY', () => {
  it.each([
    ['another document', { query: '{ node { child { id } } }' }],
    ['the text of a persisted document', { query: NODE }],
    ['the text of a persisted document with its id', { query: NODE, ...byId('node') }],
    [
      'another document with the id of a persisted one',
      { query: '{ node { child { id } } }', ...byId('node') },
    ],
    ['an introspection query', { query: '{ __schema { queryType { name } } }' }],
    ['a mutation', { query: COUNT }],
    ['no document', { variables: {} }],
    ['an empty document', { query: '' }],
    ['an id of another version', byId('node', 2)],
    ['an id that is not a string', byId(['node'])],
    ['a documentId that is not a string', { documentId: 7 }],
    ['the text of a persisted document with its documentId', { query: NODE, documentId: 'node' }],
    ['a document with a syntax error', { query: '{' }],
  ])('refuses %s even when persisted documents use the fast path', async (_what, body) => {
    await using graph = await start({ ...ONLY, INTROSPECTION: 'true' });
    // Makes the persisted documents and both media types known to the fast path.
    for (const id of ['node', 'count']) await graph.ask(byId(id)).catch(() => {});
    const accept = { accept: 'application/graphql-response+json' };
    await graph.ask(byId('node'), accept);
    const before = { fastPathCount: graph.fastPathCount(), ...graph.resolved };
    const legacy = await graph.ask(body);
    expect([legacy.status, codeOf(legacy.body)]).toEqual([200, ['PERSISTED_ONLY']]);
    const modern = await graph.ask(body, accept);
    expect([modern.status, codeOf(modern.body)]).toEqual([400, ['PERSISTED_ONLY']]);
    expect(modern.body).not.toHaveProperty('data');
    expect({ fastPathCount: graph.fastPathCount(), ...graph.resolved }).toEqual(before);
    expect(codeOf((await graph.get({ query: NODE })).body)).toEqual(['PERSISTED_ONLY']);
  });

  it('is applied after authentication', async () => {
    await using graph = await start({ ...ONLY, AUTH_REQUIRED: 'true' });
    for (const body of [{ query: NODE }, byId('node'), byId('nothing')]) {
      const { status, body: answer } = await graph.ask(body);
      expect([status, codeOf(answer)]).toEqual([401, ['UNAUTHENTICATED']]);
    }
  });
});

describe('a server without persisted documents', () => {
  it.each([
    { documentId: 'node' },
    { doc_id: 'node' },
    { documentId: 7 },
    { query: '{ __typename }', documentId: 'node' },
  ])('refuses an id, whichever adapter answers: %j', async (body) => {
    await using test = await startTestServer();
    await test.ask('{ __typename }');
    for (const _time of [1, 2]) {
      const answer = await test.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      expect(answer.status).toBe(400);
      expect(codeOf((await answer.json()) as GraphQLBody)).toEqual(['BAD_REQUEST']);
    }
  });
});

describe('a manifest', () => {
  it('is refused at startup with a list of every document that cannot be served', async () => {
    const deep = `{ node { ${'child { '.repeat(12)} id ${'}'.repeat(12)} } }`;
    const documents = {
      good: NODE,
      parse: '{ node {',
      schema: '{ nothing other }',
      deep,
      long: `{ ${'node { id } '.repeat(600)} }`,
      circle: '{ node { ...A } } fragment A on Node { ...A }',
      fragment: 'fragment A on Node { id }',
    };
    const message = await start(ONLY, documents).then(
      () => '',
      (error: Error) => error.message,
    );
    const findings = message.split('\n').slice(1);
    expect(findings.map((line) => /^ {2}- (\w+): ./.exec(line)?.[1])).toEqual([
      'parse',
      'schema',
      'schema',
      'deep',
      'long',
      'circle',
      'fragment',
    ]);
  });

  it('is refused with a list of at most twenty errors', async () => {
    const documents = Object.fromEntries(Array.from({ length: 50 }, (_, number) => [`id${number}`, '{']));
    await expect(start({}, documents)).rejects.toThrow(/id19: .+\n {2}- and 30 more$/);
  });
});
