import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSubgraph } from '../../../src/server/subgraph.ts';
import { fuzzRuns } from '../../support/fuzz-runs.ts';
import { createSubgraphApp } from '../../support/subgraph-app.ts';
import {
  type Answer,
  type GraphQLBody,
  startTestServer,
  type TestServer,
} from '../../support/test-server.ts';
import { generateCases, wrongAnswers } from './proof.ts';
import { createSubject } from './subject.ts';

const SEED = 20_261_129;

describe('_entities of our own types', () => {
  it('answers every representation, in every form, as the caller may see it', async () => {
    const env = { PROFILE_CACHE_TTL: '0', MAX_COMPLEXITY: '100000', RATE_LIMIT: 'off', MAX_ALIASES: '100' };
    await using test = await startTestServer({ env });
    const { schema } = await createSubgraph({});
    const { ada, grace } = test.emulator.people;
    const cases = generateCases(
      { schema, callerId: ada.id, otherId: grace.id },
      { seed: SEED, runs: fuzzRuns(120) },
    );
    expect(await wrongAnswers(await createSubject(test, schema), cases)).toEqual([]);
  });
});

describe('_entities of an app', () => {
  const asked: string[] = [];
  let test: TestServer;
  let token: string;
  beforeAll(async () => {
    test = await startTestServer({ app: createSubgraphApp(asked), env: { FEDERATION: 'on' } });
    token = await test.emulator.control.mintToken({ userId: test.emulator.people.ada.id });
  });
  afterAll(() => test[Symbol.asyncDispose]());
  beforeEach(() => {
    asked.length = 0;
    test.emulator.control.resetCalls();
  });

  const SELECTION = `__typename ... on Note { id text } ... on Product { id price } ... on Copy { id }
    ... on User { id shoeSize greeting }`;
  const find = (
    representations: unknown,
    headers: { readonly token?: string } = { token },
  ): Promise<Answer> =>
    test.ask(`query ($of: [_Any!]!) { _entities(representations: $of) { ${SELECTION} } }`, {
      ...headers,
      variables: { of: representations },
    });
  const note = (id: string) => ({ __typename: 'Note', id });
  const product = (id: string) => ({ __typename: 'Product', id });
  const reasonsOf = ({ body }: Answer) =>
    (body.errors ?? []).map(
      ({ path, extensions }) => `${path?.slice(1).join('.')} ${extensions['reason'] ?? extensions['code']}`,
    );

  it('resolves types of every kind in the order in which they were asked for', async () => {
    const { id } = test.emulator.people.ada;
    const { body } = await find([
      product('a'),
      note('b'),
      { __typename: 'User', id },
      note('missing'),
      product('c'),
    ]);
    expect(body).toEqual({
      data: {
        _entities: [
          { __typename: 'Product', id: 'a', price: 12 },
          { __typename: 'Note', id: 'b', text: `a note of ${id}` },
          { __typename: 'User', id, shoeSize: 42, greeting: `Hello ${id}` },
          null,
          { __typename: 'Product', id: 'c', price: 12 },
        ],
      },
    });
  });

  it('refuses an entity without a token, unless it is public, and asks nothing', async () => {
    const answer = await find([note('a'), product('b')], {});
    expect(answer.body.data._entities).toEqual([null, { __typename: 'Product', id: 'b', price: null }]);
    expect(reasonsOf(answer)).toEqual(['0 MISSING_TOKEN', '1.price MISSING_TOKEN']);
    expect(asked).toEqual(['b']);
  });

  it('keeps what fails for one representation from the others', async () => {
    const answer = await find([product('broken'), product('refused'), note('a'), product('rejected'), 7]);
    expect(answer.body.data._entities).toEqual([
      null,
      null,
      expect.objectContaining({ id: 'a' }),
      null,
      null,
    ]);
    expect(reasonsOf(answer).sort()).toEqual([
      '0 INTERNAL_SERVER_ERROR',
      '1 SOLD_OUT',
      '3 UPSTREAM_UNAVAILABLE',
      '4 BAD_REQUEST',
    ]);
    expect(JSON.stringify(answer.body)).not.toContain('a bug');
  });

  it('answers no object as two types', async () => {
    const shared = { id: 'shared' };
    const answer = await find([
      { __typename: 'Product', ...shared },
      { __typename: 'Copy', ...shared },
    ]);
    expect(answer.body.data._entities).toEqual([{ __typename: 'Product', id: 'shared', price: 12 }, null]);
    expect(reasonsOf(answer)).toEqual(['1 INTERNAL_SERVER_ERROR']);
  });

  it("guards the app's fields of other users, unless they skip the guard", async () => {
    const { id } = test.emulator.people.grace;
    const answer = await find([{ __typename: 'User', id }]);
    expect(answer.body.data._entities).toEqual([
      { __typename: 'User', id, shoeSize: null, greeting: `Hello ${id}` },
    ]);
    expect(reasonsOf(answer)).toEqual(['0.shoeSize NOT_YOURSELF']);
  });

  it('asks the provider for two representations of the caller as for one', async () => {
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) {
      ... on User { email displayName teams { displayName permissions } } } }`;
    const { id } = test.emulator.people.ada;
    const { accessToken } = await test.emulator.control.signIn(id);
    const variables = {
      of: [
        { __typename: 'User', id },
        { __typename: 'User', id },
      ],
    };
    const { body } = await test.ask(query, { token: accessToken, variables });
    expect(body.errors).toBeUndefined();
    expect(body.data._entities[0]).toEqual(body.data._entities[1]);
    expect(body.data._entities[0].teams).not.toHaveLength(0);
    const { total, jwks } = test.emulator.control.calls();
    expect(total - jwks).toBe(3);
  });

  it.each([
    ['no list', 'query { _entities { __typename } }', {}],
    ['null', 'query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }', { of: null }],
    [
      'null in the list',
      'query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }',
      { of: [null] },
    ],
  ])('refuses %s in place of representations as a whole', async (_what, query, variables) => {
    const { body } = await test.ask(query, { token, variables });
    expect(body).not.toHaveProperty('data');
    expect(body.errors?.[0]?.extensions['code']).toMatch(/^(BAD_REQUEST|GRAPHQL_VALIDATION_FAILED)$/);
  });

  it('reads no claims from headers or extensions, whoever adds them', async () => {
    const { ada, grace } = test.emulator.people;
    const claims = { sub: grace.id, user: { id: grace.id } };
    const answer = await test.fetch('/graphql', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-stack-access-token': token,
        'x-user-id': grace.id,
        'x-jwt-payload': JSON.stringify(claims),
      },
      body: JSON.stringify({
        query: `{ me { id } _entities(representations: [{ __typename: "User", id: "${grace.id}" }]) {
          ... on User { shoeSize } } }`,
        extensions: { jwt: { payload: claims, token: 'x' }, claims },
      }),
    });
    const body = (await answer.json()) as GraphQLBody;
    expect(body.data).toEqual({ me: { id: ada.id }, _entities: [{ shoeSize: null }] });
    expect(body.errors?.[0]?.extensions['reason']).toBe('NOT_YOURSELF');
  });

  it('takes one representation for a list of one, as GraphQL does', async () => {
    const { body } = await find(note('a'));
    expect(body.data._entities).toEqual([expect.objectContaining({ id: 'a' })]);
  });
});
